from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.base import ContentFile
from openpyxl import Workbook, load_workbook
from pypdf import PdfReader

from reports import datasets
from reports.formats import Format
from reports.periods import Period
from reports.render import html, render
from reports.report import Report
from servicedesk.lib.spreadsheet_cells import harmless
from servicedesk.people.models import Client
from tests.factories import UserFactory
from tests.reports.conftest import rated, scope_of, ticket_at

NOON = datetime(2025, 11, 10, 12, tzinfo=UTC)
DANGEROUS = '=HYPERLINK("http://evil.example","Win")'
LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 444 110">'
    b'<image href="file:///etc/passwd" width="9" height="9"/><rect width="444" height="110"/></svg>'
)


@pytest.fixture
def report(halden: Client, november: Period) -> Report:
    """Three tickets, one of them late, one with a subject that wants to be a formula."""
    return three_tickets(halden, november, "en")


def three_tickets(client: Client, period: Period, language: str) -> Report:
    agent = UserFactory(full_name="Илья Петров", is_agent=True)
    ticket_at(NOON, client, subject=DANGEROUS, assignee=agent, late=True)
    ticket_at(NOON.replace(day=11), client, subject="Касса не печатает чеки")
    ticket_at(NOON.replace(day=12), client, subject="VPN drops & <b>dies</b>")
    return datasets.build("tickets", scope_of(client, period, language))


def text_of(paper: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages).split())


def workbook(report: Report) -> Workbook:
    return load_workbook(io.BytesIO(render(report, Format.XLSX)))


@pytest.mark.parametrize("language", ["en", "ru", "es"])
def test_a_pdf_holds_the_figures_in_every_language(language: str, halden: Client, november: Period) -> None:
    report = three_tickets(halden, november, language)
    text = text_of(render(report, Format.PDF))
    shown = {"en": "33.3", "ru": "33,3", "es": "33,3"}[language]
    for expected in (report.title, report.summary, shown, "Halden Logistics", "Илья Петров", "Quayside IT"):
        assert expected in text
    assert "Касса не печатает чеки" in text
    assert "VPN drops & <b>dies</b>" in text


def test_a_pdf_says_its_language_title_and_pages(report: Report) -> None:
    reader = PdfReader(io.BytesIO(render(report, Format.PDF)))
    assert reader.metadata is not None
    assert str(report.period) in str(reader.metadata.title)
    assert reader.trailer["/Root"]["/Lang"] == "en"  # type: ignore[index]
    assert f"/ {len(reader.pages)}" in reader.pages[-1].extract_text()


def test_a_logo_is_printed_and_fetches_nothing(report: Report, halden: Client, caplog: Any) -> None:
    halden.logo.save("logo.svg", ContentFile(LOGO))
    paper = render(report, Format.PDF)
    assert b"root:" not in paper
    assert "disallowed protocol" in caplog.text
    assert len(PdfReader(io.BytesIO(paper)).pages) >= 1


def test_a_lost_logo_file_does_not_stop_the_report(report: Report, halden: Client) -> None:
    halden.logo = "logos/gone.png"
    assert "Halden Logistics" in text_of(render(report, Format.PDF))


def test_a_long_list_on_paper_says_how_much_it_leaves_out(
    halden: Client, november: Period, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(html, "MOST_ROWS_ON_PAPER", 2)
    report = three_tickets(halden, november, "en")
    text = render(report, Format.HTML).decode()
    assert "1 more is in the Excel file." in text
    assert "VPN drops" not in text


def test_a_page_alone_names_no_other_address(report: Report) -> None:
    page = render(report, Format.HTML).decode()
    assert "src=" not in page
    assert "http" not in page.replace("http://evil.example", "")
    assert "&lt;b&gt;dies" in page


def test_excel_cells_have_types_and_formats(report: Report, halden: Client) -> None:
    book = workbook(report)
    rows = book["Requests"]
    assert rows["B2"].value == datetime(2025, 11, 10, 13)  # Madrid
    assert rows["B2"].is_date
    kinds = book["Type"]
    assert [cell.value for cell in kinds[2]] == ["Incident", 3, 1, 1, pytest.approx(1 / 3)]
    assert kinds["E2"].number_format == "0.0%"
    summary = {row[0].value: row[1].value for row in book["Summary"].iter_rows(min_row=4, max_col=2)}
    assert summary["Client"] == halden.name
    assert summary["From"] == datetime(2025, 11, 1)
    assert summary["SLA breached, share"] == pytest.approx(1 / 3)


def test_excel_heads_are_frozen_and_filterable(report: Report) -> None:
    book = workbook(report)
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert sheet["A1"].font.bold


@pytest.mark.parametrize("kind", ["tickets", "ratings", "reopened"])
def test_excel_has_a_chart_even_without_data(kind: str, halden: Client, november: Period) -> None:
    empty = datasets.build(kind, scope_of(halden, november))
    book = load_workbook(io.BytesIO(render(empty, Format.XLSX)))
    assert len(book.worksheets[0]._charts) == 1  # type: ignore[attr-defined]


def test_the_chart_of_ratings_draws_the_distribution(halden: Client, november: Period) -> None:
    rated(ticket_at(NOON, halden), NOON, 5)
    book = workbook(datasets.build("ratings", scope_of(halden, november)))
    chart = book.worksheets[0]._charts[0]  # type: ignore[attr-defined]
    assert chart.series[0].val.numRef.f == "'Distribution'!$B$2:$B$6"


def test_excel_speaks_the_language_of_the_report(halden: Client, november: Period) -> None:
    report = three_tickets(halden, november, "ru")
    book = workbook(report)
    heads = [cell.value for cell in book.worksheets[-1][1]]
    assert heads == [column.label for column in report.columns]


def test_a_subject_never_becomes_a_formula_in_excel(report: Report) -> None:
    cell = workbook(report)["Requests"]["C2"]
    assert cell.data_type == "s"
    assert cell.value == "'" + DANGEROUS


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_text_that_begins_like_a_formula_is_made_harmless(start: str) -> None:
    assert harmless(start + "cmd") == "'" + start + "cmd"


def test_plain_text_stays_as_it_is_but_without_what_no_cell_can_hold() -> None:
    assert harmless("Printer = broken") == "Printer = broken"
    assert harmless("a\x00\x0bb") == "ab"
    assert len(harmless("x" * 99_999)) == 32_000
    assert harmless("\x00=1+1") == "'=1+1"


def test_csv_opens_in_excel_and_guards_formulas(report: Report) -> None:
    content = render(report, Format.CSV)
    assert content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert lines[0]["Subject"] == "'" + DANGEROUS
    assert lines[0]["Opened"] == "2025-11-10 13:00:00+01:00"


def test_json_has_fixed_keys_and_raw_values(halden: Client, november: Period) -> None:
    report = three_tickets(halden, november, "es")
    plain = json.loads(render(report, Format.JSON))
    assert plain["figures"] == {"count": 3, "overdue": 1, "overdue_share": pytest.approx(1 / 3), "open": 3}
    assert plain["period"]["start"] == "2025-10-31T23:00:00+00:00"
    incidents = plain["tables"]["kind"][0]
    assert (incidents["key"], incidents["count"], incidents["overdue"]) == ("incident", 3, 1)
    assert plain["series"][9] == {"day": "2025-11-10", "count": 1, "overdue": 1}
    assert plain["rows"][0]["opened_at"] == "2025-11-10T13:00:00+01:00"


def test_a_file_name_says_what_is_inside(halden: Client, november: Period) -> None:
    one_day = Period(date(2025, 11, 10), date(2025, 11, 10), "UTC")
    month = datasets.build("ratings", scope_of(halden, november))
    day = datasets.build("tickets", scope_of(None, one_day))
    assert Format.PDF.file_name(month) == "ratings-halden-logistics-2025-11-01-2025-11-30.pdf"
    assert Format.XLSX.file_name(day) == "tickets-2025-11-10.xlsx"
