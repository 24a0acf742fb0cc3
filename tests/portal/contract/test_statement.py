"""The statement of hours: opening + movements = closing, on screen, on paper and in Excel."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from contracts.errors import ContractError
from contracts.hours import prepaid
from contracts.hours.statement.statement import statement
from contracts.models import Contract
from contracts.time.entries import log_time
from tests.portal.conftest import Cast, accepted, signed_in

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
MARCH = {"first": "2026-03-01", "last": "2026-03-31"}


@pytest.fixture
def contract(cast: Cast) -> Contract:
    """Forty hours bought in March; two used each Monday of March and April."""
    contract: Contract = Contract.objects.get(client=cast.company)
    prepaid.purchase(contract, Decimal(40), by=None, note="Invoice 17", at=START)
    with time_machine.travel(START, tick=False):
        ticket = accepted(cast.ticket(subject="=Mail is late"), cast.agent)
    for week in range(8):
        with time_machine.travel(START + timedelta(weeks=week), tick=False):
            log_time(ticket, by=cast.agent, minutes=120, work_kind="remote")
    return contract


def test_opening_and_movements_make_the_closing(contract: Contract) -> None:
    march = statement(contract, date(2026, 3, 1), date(2026, 3, 31))
    april = statement(contract, date(2026, 4, 1), date(2026, 4, 30))
    assert [march.opening, march.added, march.taken, march.closing] == [Decimal(n) for n in (0, 40, 10, 30)]
    assert [april.opening, april.closing] == [Decimal(30), Decimal(24)]
    assert april.opening + sum(line.hours for line in april.lines) == prepaid.balance(contract)


def test_days_without_movement_end_as_they_began(contract: Contract) -> None:
    may = statement(contract, date(2026, 5, 1), date(2026, 5, 31))
    assert may.lines == []
    assert [may.opening, may.closing] == [Decimal(24), Decimal(24)]


def test_a_period_must_make_sense(cast: Cast, contract: Contract) -> None:
    with pytest.raises(ContractError):
        statement(contract, date(2026, 3, 31), date(2026, 3, 1))
    browser, path = signed_in(cast.manager), reverse("portal:statement", args=[contract.pk])
    for given in ({"first": "x", "last": "2026-03-31"}, {"first": "2020-01-01", "last": "2026-03-31"}):
        answer = browser.get(path, given)
        assert answer.status_code == 422
        assert b'class="err"' in answer.content
    assert browser.get(reverse("portal:statement-pdf", args=[contract.pk])).status_code == 422


def test_the_page_shows_it(cast: Cast, contract: Contract) -> None:
    page = signed_in(cast.manager).get(reverse("portal:statement", args=[contract.pk]), MARCH)
    shown = page.content.decode()
    for words in ("Opening", "Invoice 17", "=Mail is late", "added 40 h, used 10 h"):
        assert words in shown


def test_the_paper_says_the_same(cast: Cast, contract: Contract) -> None:
    answer = signed_in(cast.manager).get(reverse("portal:statement-pdf", args=[contract.pk]), MARCH)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert "Invoice 17" in text
    assert "added 40 h, used 10 h" in text


def test_the_workbook_adds_up_by_formulas_and_runs_nothing_of_ours(cast: Cast, contract: Contract) -> None:
    answer = signed_in(cast.manager).get(reverse("portal:statement-xlsx", args=[contract.pk]), MARCH)
    rows: list[Any] = list(load_workbook(io.BytesIO(answer.content)).worksheets[0].values)
    assert rows[1][6] == 0
    assert sum(row[5] or 0 for row in rows[1:]) == 30
    assert rows[2][6] == "=G2+F3"
    assert rows[3][3] == "'=Mail is late"


def test_nobody_else_gets_it(cast: Cast, contract: Contract) -> None:
    for name in ("statement", "statement-pdf", "statement-xlsx"):
        for person in (cast.helen, cast.stranger):
            path = reverse(f"portal:{name}", args=[contract.pk])
            assert signed_in(person).get(path, MARCH).status_code == 404


def test_it_costs_three_statements(cast: Cast, contract: Contract, django_assert_num_queries: Any) -> None:
    found = Contract.objects.select_related("client").get(pk=contract.pk)
    cast.manager.managed_client_ids(), cast.manager.client_ids()
    with django_assert_num_queries(3):
        statement(found, date(2026, 1, 1), date(2026, 12, 31), reader=cast.manager)


def test_without_a_reader_no_ticket_is_named(contract: Contract) -> None:
    made = statement(contract, date(2026, 3, 1), date(2026, 4, 30))
    assert {line.subject for line in made.lines if line.kind == "consumption"} == {"A ticket you may not see"}
    assert {line.reference for line in made.lines} == {""}
