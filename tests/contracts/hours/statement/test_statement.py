"""The statement of hours on the desk: opening + movements = closing on screen, on paper and in Excel."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from contracts.hours import prepaid, reservations
from contracts.hours.statement.statement import statement
from contracts.models import Contract, Rounding
from contracts.time.entries import correct_time, log_time
from tests.contracts.conftest import Desk, covered_ticket, signed_in
from tests.factories import agent_of, contact_of

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, 10, tzinfo=UTC)
APRIL = {"first": "2026-04-01", "last": "2026-04-30"}


@pytest.fixture
def contract(desk: Desk) -> Contract:
    """Forty hours in March; in April work, one entry taken back, hours set aside, a correction."""
    contract = desk.contract
    prepaid.purchase(contract, Decimal(40), by=None, note="Invoice 17", at=START)
    ticket, agent = covered_ticket(contract, subject="Mail is late"), agent_of(full_name="Marta Vidal")
    for week in range(8):
        with time_machine.travel(START + timedelta(weeks=week), tick=False):
            entry = log_time(ticket, by=agent, minutes=105, work_kind="remote")
    with time_machine.travel(START + timedelta(weeks=7, days=1), tick=False):
        correct_time(entry, by=agent, reason="Wrong ticket")
        reservations.reserve(contract, Decimal("2.5"), ticket=ticket, by=None)
        prepaid.correct(contract, Decimal("-0.25"), by=None, note="Counted again")
    return contract


def asked(desk: Desk, contract: Contract, **query: str) -> Any:
    return signed_in(desk.grace).get(reverse("clients:statement", args=[contract.pk]), query)


def test_the_page_shows_what_the_client_gets(desk: Desk, contract: Contract) -> None:
    text = asked(desk, contract, **APRIL).content.decode()
    for words in ("Opening", "Mail is late", "Marta Vidal", "Counted again", "added 1.75 h, used 8 h"):
        assert words in text
    for ending in ("pdf", "xlsx"):
        assert f"?first=2026-04-01&amp;last=2026-04-30&amp;format={ending}" in text
    link = reverse("clients:statement", args=[contract.pk])
    page = signed_in(desk.grace).get(reverse("clients:contract", args=[contract.pk])).content.decode()
    assert link in page


def test_the_workbook_adds_up_from_opening_to_closing(desk: Desk, contract: Contract) -> None:
    answer = asked(desk, contract, format="xlsx", **APRIL)
    assert "2026-04-01-2026-04-30.xlsx" in answer["Content-Disposition"]
    rows: list[Any] = list(load_workbook(io.BytesIO(answer.content)).worksheets[0].values)
    opening, *movements, closing = rows[1:]
    left = Decimal(str(opening[6]))
    for number, row in enumerate(movements, 3):
        assert row[6] == f"=G{number - 1}+F{number}"
        left += Decimal(str(row[5]))
    assert closing[6] == f"=G{len(movements) + 2}"
    made = statement(contract, date(2026, 4, 1), date(2026, 4, 30))
    assert (Decimal(str(opening[6])), left) == (made.opening, made.closing)
    assert left == prepaid.balance(contract)


def test_the_paper_adds_up_from_opening_to_closing(desk: Desk, contract: Contract) -> None:
    answer = asked(desk, contract, format="pdf", **APRIL)
    assert answer["Content-Type"] == "application/pdf"
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    opening, body, closing = re.split(r"Opening|Closing", text)
    read = [Decimal(one.replace("−", "-")) for one in re.findall(r"[+−]\d+(?:\.\d+)?", body)]
    first, last = _number(body), _number(closing.split("used 8 h")[1])
    assert first + sum(read) == last == prepaid.balance(contract)
    assert opening


def _number(text: str) -> Decimal:
    found = re.search(r"[−]?\d+(?:\.\d+)?", text)
    assert found
    return Decimal(found[0].replace("−", "-"))


def test_without_a_period_it_is_the_last_month(desk: Desk, contract: Contract) -> None:
    with time_machine.travel(datetime(2026, 5, 4, 10, tzinfo=UTC), tick=False):
        answer = asked(desk, contract)
    assert answer.status_code == 200
    assert (answer.context["statement"].first, answer.context["statement"].last) == (
        date(2026, 4, 1),
        date(2026, 4, 30),
    )


@pytest.mark.parametrize(
    "query",
    [
        {"first": "x", "last": "2026-04-30"},
        {"first": "2026-04-30", "last": "2026-04-01"},
        {"first": "2020-01-01", "last": "2026-04-30", "format": "pdf"},
        {"first": "2026-04-01", "format": "xlsx"},
    ],
)
def test_a_period_that_is_none_is_said_at_its_field(
    desk: Desk, contract: Contract, query: dict[str, str]
) -> None:
    answer = asked(desk, contract, **query)
    assert answer.status_code == 422
    assert b'class="err"' in answer.content


def test_strangers_find_no_statement(desk: Desk, contract: Contract) -> None:
    path = reverse("clients:statement", args=[contract.pk])
    for person in (desk.other, contact_of(desk.mill, is_manager=True)):
        for ending in ("", "pdf", "xlsx"):
            assert signed_in(person).get(path, APRIL | {"format": ending}).status_code == 404


def test_it_costs_the_same_whatever_its_length(
    desk: Desk, contract: Contract, django_assert_max_num_queries: Any
) -> None:
    browser, path = signed_in(desk.grace), reverse("clients:statement", args=[contract.pk])
    browser.get(path, APRIL)
    with django_assert_max_num_queries(8):
        browser.get(path, {"first": "2026-01-01", "last": "2026-12-31"})


def test_the_statement_says_what_of_the_bought_hours_is_by_correction(desk: Desk, contract: Contract) -> None:
    said = "Of the bought hours, −0.25 h are by correction."
    assert said in asked(desk, contract, **APRIL).content.decode()
    book = load_workbook(io.BytesIO(asked(desk, contract, format="xlsx", **APRIL).content))
    assert said in [row[0] for row in book.worksheets[1].values]
    paper = PdfReader(io.BytesIO(asked(desk, contract, format="pdf", **APRIL).content))
    assert said in " ".join(" ".join(page.extract_text() for page in paper.pages).split())


def test_work_reckoned_anew_is_no_riddle(desk: Desk) -> None:
    """Three entries of a day share its slots; the first is taken back, the others pay what they cost now."""
    contract = desk.contract
    Contract.objects.filter(pk=contract.pk).update(rounding=Rounding.DAY, minimum_slot=15)
    contract.refresh_from_db()
    prepaid.purchase(contract, Decimal(40), by=None, note="Invoice 17", at=START)
    ticket, agent = covered_ticket(contract, subject="Mail is late"), agent_of(full_name="Marta Vidal")
    with time_machine.travel(START + timedelta(weeks=7), tick=False):
        first, *_rest = (log_time(ticket, by=agent, minutes=5, work_kind="remote") for _number in range(4))
        correct_time(first, by=agent, reason="For the desk alone")
    made = statement(contract, date(2026, 4, 1), date(2026, 4, 30), reader=desk.grace)
    assert all(line.hours or line.worked is not None for line in made.lines)
    anew = [line for line in made.lines if line.worked is None]
    assert {line.note for line in anew} == {"recalculated"}
    assert made.closing == prepaid.balance(contract)
    text = asked(desk, contract, **APRIL).content.decode()
    assert "recalculated" in text
    assert "For the desk alone" not in text


def test_the_file_is_named_after_the_contract_in_any_alphabet(desk: Desk, contract: Contract) -> None:
    Contract.objects.filter(pk=contract.pk).update(number="СП-2026-04")
    name = unquote(asked(desk, contract, format="xlsx", **APRIL)["Content-Disposition"])
    assert "сп-2026-04-2026-04-01-2026-04-30.xlsx" in name
