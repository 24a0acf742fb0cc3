"""The ready forms that are shipped, and how the editor adds one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils.translation import override

from catalog.models import RequestType
from catalog.questions import form_check, ready_forms
from catalog.questions.form_fields import fields
from tests.catalog.conftest import Desk
from tests.catalog.editor.test_editor import save, stored

NAMES = [name for name, _title in ready_forms.names()]


def words(value: Any) -> Iterator[dict[str, Any]]:
    """Every text that has translations, however deep."""
    if isinstance(value, dict):
        if "label" in value or "text" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from words(one)


def test_ten_classes_of_problem_have_one() -> None:
    assert len(NAMES) == len(set(NAMES)) == 10
    with override("ru"):
        assert ("network", "Сеть") in ready_forms.names()


@pytest.mark.parametrize("name", NAMES)
def test_each_can_be_stored_and_asked(name: str) -> None:
    form = ready_forms.questions(name)
    assert 4 <= len(form) <= 8
    assert list(form_check.check(form, ("form",))) == []
    assert len(fields(form)) == len(form)


@pytest.mark.parametrize("name", NAMES)
def test_each_speaks_three_languages(name: str) -> None:
    found = list(words(ready_forms.questions(name)))
    assert found
    for one in found:
        assert set(one["translations"]) == {"ru", "es"}
        assert all(text.strip() for text in one["translations"].values())


@pytest.mark.django_db
def test_the_editor_adds_a_ready_form_to_what_stands_there(desk: Desk, item: RequestType) -> None:
    mine = {"form.0.key": "where", "form.0.label": "Mine", "form.0.kind": "text"}
    page = save(desk, item, "form", **mine, do="ready", ready="cannot-sign-in").content.decode()
    assert 'value="Mine"' in page
    assert 'name="form.2.key" value="where-2"' in page
    assert stored(item, "form") == []
    chosen = 'value="form.where-2" selected'
    assert chosen in page


@pytest.mark.django_db
@pytest.mark.parametrize("sent", ["", "no-such", "../x", "\0"])
def test_a_ready_form_that_does_not_exist_adds_nothing(desk: Desk, item: RequestType, sent: str) -> None:
    answer = save(desk, item, "form", do="ready", ready=sent)
    assert answer.status_code == 200
    assert "form.0.label" not in answer.content.decode()
    assert save(desk, item, "plan", do="ready", ready="mail").status_code == 200
