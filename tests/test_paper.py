"""Every PDF with hostile lengths in every column: nothing leaves the page and no column is lost."""

from __future__ import annotations

import io
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path
from re import findall, split
from typing import Any

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from contracts.hours.statement import files as statement_files
from contracts.hours.statement.statement import Line, Statement
from contracts.models import Contract
from reports import datasets
from reports.formats import Format
from reports.periods import Period
from reports.render import html, render
from reports.scope import Scope
from servicedesk.people.models import Client
from servicedesk.tickets.models import EventKind
from tests.factories import (
    ClientFactory,
    GroupFactory,
    RequestTypeFactory,
    ServiceFactory,
    UserFactory,
    agent_of,
    contact_of,
    contract_for,
    opened_by_door,
)
from tests.reports.conftest import event, rated, ticket_at

pytestmark = pytest.mark.django_db
MILLIMETRE = 72 / 25.4
LEFT, RIGHT, HEIGHT = 18 * MILLIMETRE, 192 * MILLIMETRE, 297 * MILLIMETRE
NOON = datetime(2025, 11, 10, 12, tzinfo=UTC)
NOVEMBER = Period(date(2025, 11, 1), date(2025, 11, 30), "UTC")
# One unbroken word each, of letters that occur nowhere else; as long as the database takes them.
SUBJECT, CLIENT, AGENT, SERVICE, COMMENT = "W" * 200, "Щ" * 150, "Ю" * 150, "Ж" * 120, "Ф" * 900


@dataclass(frozen=True)
class Word:
    page: int
    left: float
    right: float
    bottom: float
    text: str


def words(paper: bytes, folder: Path) -> list[Word]:
    """What stands where, as poppler reads it."""
    source, told = folder / "paper.pdf", folder / "paper.html"
    source.write_bytes(paper)
    subprocess.run(["pdftotext", "-bbox", str(source), str(told)], check=True)
    return list(_read(told.read_text()))


def _read(text: str) -> Iterator[Word]:
    for number, page in enumerate(split(r"<page ", text)[1:], start=1):
        places = r'<word xMin="([\d.]+)" yMin="[-\d.]+" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>'
        for left, right, bottom, said in findall(places, page):
            yield Word(number, float(left), float(right), float(bottom), unescape(said))


def check(found: list[Word], *, heads: list[str] = [], letters: dict[str, int]) -> None:  # noqa: B006
    """All inside the page; each head is there, and each hostile word whole."""
    outside = [one for one in found if one.left < LEFT - 1 or one.right > RIGHT + 1 or one.bottom > HEIGHT]
    assert outside == []
    text = "".join(one.text for one in found)
    assert [head for head in heads if head.split()[0][:3] not in text] == []
    counted = Counter(text)
    assert {letter: counted[letter] for letter in letters if counted[letter] < letters[letter]} == {}


@pytest.fixture
def hostile(settings: Any) -> Client:
    settings.TICKET_EVENT_HANDLERS = []
    client: Client = ClientFactory(name=CLIENT, account_manager=UserFactory(full_name=AGENT))
    agent = UserFactory(full_name=AGENT, is_agent=True)
    service = ServiceFactory(name=SERVICE, group=GroupFactory(name=SERVICE))
    fields = {"subject": SUBJECT, "assignee": agent, "service": service, "requester": contact_of(client)}
    for day in range(3):
        ticket = ticket_at(NOON + timedelta(days=day), client, late=True, **fields)
        rated(ticket, NOON + timedelta(days=day, hours=2), 1, COMMENT)
        event(ticket, EventKind.REOPENED, NOON + timedelta(days=day, hours=1))
    return client


@pytest.mark.parametrize("of_client", [True, False], ids=["one client", "all clients"])
@pytest.mark.parametrize("language", ["en", "ru", "es"])
@pytest.mark.parametrize("kind", ["tickets", "ratings", "reopened"])
def test_reports(kind: str, language: str, of_client: bool, hostile: Client, tmp_path: Path) -> None:
    report = datasets.build(kind, Scope(NOVEMBER, language, hostile if of_client else None, None))
    assert len(report.rows) == 3
    heads = [column.label for column in html._on_paper(report)]
    letters = {"W": 3 * 200, "Ю": 3 * 150}
    letters |= {"Ф": 3 * 900} if kind == "ratings" else {}
    letters |= {} if of_client else {"Щ": 3 * 150}
    check(words(render(report, Format.PDF), tmp_path), heads=heads, letters=letters)


def test_a_statement_of_hours(hostile: Client, tmp_path: Path) -> None:
    contract = Contract(client=hostile, name="Ж" * 120, number="Ц" * 40)
    left = Decimal("-100000.00")
    line = Line(date(2025, 11, 3), "correction", "Correction", "SD-1234567890", SUBJECT, AGENT, left, left)
    asked = Statement(contract, date(2025, 11, 1), date(2025, 11, 30), left, [line] * 3)
    for language in ("en", "ru", "es"):
        with translation.override(language):
            heads = [translation.gettext(head) for head in ("Date", "Number", "What for", "Who", "Left")]
            paper = statement_files.paper(asked)
        letters = {"W": 600, "Ю": 450, "Щ": 150, "Ж": 120, "Ц": 40}
        check(words(paper, tmp_path), heads=heads, letters=letters)


@pytest.mark.parametrize("language", ["en", "ru", "es"])
def test_the_proof_of_a_promise(language: str, tmp_path: Path) -> None:
    client = ClientFactory(name=CLIENT)
    contract_for(client, name="Ж" * 120, number="Ц" * 40)
    item = RequestTypeFactory(service__name=SERVICE)
    ticket = opened_by_door(request_type=item, client=client, requester=contact_of(client), subject=SUBJECT)
    browser = Browser()
    browser.force_login(agent_of(ticket.group, language=language))
    answer = browser.get(reverse("desk:ticket-clock-pdf", args=[ticket.pk, "resolution"]))
    assert answer.status_code == 200
    check(words(answer.content, tmp_path), letters={"W": 200, "Щ": 150, "Ж": 120})


def test_every_table_on_paper_has_columns_of_fixed_width() -> None:
    style = (Path(settings.BASE_DIR) / "static" / "css" / "report.css").read_text()
    assert "table-layout: fixed" in style
    assert "overflow-wrap: anywhere" in style
    assert "nowrap" not in style


def test_shares_of_columns_fill_the_sheet_and_no_more(hostile: Client) -> None:
    for kind in ("tickets", "ratings", "reopened"):
        report = datasets.build(kind, Scope(NOVEMBER, "en", None, None))
        drawing = html.drawn(report, columns=html._on_paper(report), most_rows=3, on_paper=True)
        for table in [*drawing.tables, drawing.rows]:
            assert len(table.widths) == len(table.head)
            assert 90 <= sum(table.widths) <= 100
            assert min(table.widths) >= 7


def test_long_texts_of_a_workbook_wrap_in_columns_of_a_sane_width(hostile: Client) -> None:
    for kind in ("tickets", "ratings", "reopened"):
        report = datasets.build(kind, Scope(NOVEMBER, "ru", None, None))
        for sheet in load_workbook(io.BytesIO(render(report, Format.XLSX))).worksheets[1:]:
            long = [cell for row in sheet.iter_rows() for cell in row if len(str(cell.value or "")) > 60]
            assert all(cell.alignment.wrap_text and cell.alignment.vertical == "top" for cell in long)
            assert all(8 <= one.width <= 70 for one in sheet.column_dimensions.values())
    line = Line(date(2025, 11, 3), "correction", "Correction", "SD-1", SUBJECT, AGENT, Decimal(1), Decimal(1))
    contract = Contract(client=hostile, name="Gold", number="1")
    asked = Statement(contract, date(2025, 11, 1), date(2025, 11, 30), Decimal(0), [line])
    sheet = load_workbook(io.BytesIO(statement_files.workbook(asked))).worksheets[0]
    assert [sheet[place].alignment.wrap_text for place in ("D3", "E3")] == [True, True]
