"""Two people send the same form at the same moment: the second reads a sentence, never a fault."""

from __future__ import annotations

from threading import Barrier, BrokenBarrierError, Thread
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client as Browser

from servicedesk.lib.unique_names import OneName
from servicedesk.once import sending
from servicedesk.once.sending import FIELD
from tests.desk.conftest import Cast
from tests.factories import UserFactory
from tests.once import test_catalog_forms, test_client_forms, test_setup_forms
from tests.once.table import Maker, said
from tests.once.walking import Sent
from tests.profiles import PATIENCE

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite",
        reason="SQLite lets one transaction write at a time; make test-postgres runs it",
    ),
]
NAMED = (
    "catalog:category-new", "catalog:service-new", "catalog:type-new", "catalog:service-copy",
    "catalog:type-copy", "clients:client-new", "clients:contract-new", "clients:contact-new",
    "sla:calendar-new", "sla:policy-new", "assignment:new",
)  # fmt: skip

# Copies find another name by themselves; contacts and contracts have refusals of their own.
BESIDE_THE_FIELD = {
    "catalog:category-new", "catalog:service-new", "catalog:type-new", "clients:client-new",
    "sla:calendar-new", "sla:policy-new", "assignment:new",
}  # fmt: skip


def maker(name: str) -> Maker:
    tables = (test_catalog_forms.table, test_client_forms.table, test_setup_forms.table)
    return next(table.makers[name] for table in tables if name in table.makers)


def at_once(*forms: Sent) -> list[Any]:
    answers: list[Any] = []

    def send(form: Sent) -> None:
        try:
            answers.append(form.send())
        finally:
            connections.close_all()

    threads = [Thread(target=send, args=(form,)) for form in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE)
    return answers


@pytest.fixture
def _both_have_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither writes before both have found the name free."""
    both, looks = Barrier(2), OneName.validate

    def validate(*args: Any, **kwargs: Any) -> None:
        looks(*args, **kwargs)
        try:
            both.wait(timeout=2)
        except BrokenBarrierError:
            return  # the other one is past it already

    monkeypatch.setattr(OneName, "validate", validate)


@pytest.mark.usefixtures("_both_have_looked")
@pytest.mark.parametrize("name", NAMED)
def test_whoever_is_second_reads_a_sentence(name: str, cast: Cast) -> None:
    first = maker(name)(cast)
    second = Browser(raise_request_exception=False)
    second.force_login(UserFactory(is_superuser=True))
    first.browser.raise_request_exception = False
    other = Sent(second, first.action, first.values | {FIELD: sending.new_key()})
    answers = at_once(first, other)
    assert len(answers) == 2
    states = sorted(answer.status_code for answer in answers)
    assert states in ([302, 302], [302, 409], [302, 422]), [said(answer) for answer in answers]
    if name in BESIDE_THE_FIELD:
        assert states == [302, 422]
