"""Valid posts by the name of their address, and the test that all of them act once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from servicedesk.once import acting
from servicedesk.once.models import SentForm
from tests.desk.conftest import Cast
from tests.once import declared
from tests.once.walking import Sent, rows

Maker = Callable[[Cast], Sent]


class Table:
    """Makers of filled-in forms, one for each address."""

    def __init__(self) -> None:
        self.makers: dict[str, Maker] = {}

    def form(self, name: str) -> Callable[[Maker], Maker]:
        def enter(make: Maker) -> Maker:
            self.makers[name] = make
            return make

        return enter

    def test(self, module: dict[str, Any], *spaces: str) -> None:
        """Put both tests into the module: none of its addresses is missing, and each acts once."""

        def test_no_address_that_acts_once_is_missing() -> None:
            assert {name for name in declared.that_are(acting.ONCE) if name.startswith(spaces)} == set(
                self.makers
            )

        @pytest.mark.parametrize("name", sorted(self.makers))
        def test_the_same_form_sent_twice_is_done_once(name: str, cast: Cast) -> None:
            acts_once(self.makers[name](cast))

        module["test_no_address_that_acts_once_is_missing"] = test_no_address_that_acts_once_is_missing
        module["test_the_same_form_sent_twice_is_done_once"] = test_the_same_form_sent_twice_is_done_once


def acts_once(sent: Sent) -> None:
    """The second sending gets the answer of the first and leaves all tables as they are."""
    SentForm.objects.all().delete()
    before = rows()
    first = sent.send()
    assert first.status_code == 302, said(first)
    assert SentForm.objects.count() == 1
    after_once = rows()
    assert after_once != before
    second = sent.send()
    assert (second.status_code, second["Location"]) == (302, first["Location"])
    assert rows() == after_once


def said(answer: Any) -> Any:
    """Why a form was not taken."""
    context = answer.context or {}
    forms = [value for one in context for value in one.dicts] if answer.context else []
    errors = [form.errors for part in forms for form in part.values() if getattr(form, "errors", None)]
    return answer.status_code, errors, context.get("refusal") if answer.context else ""
