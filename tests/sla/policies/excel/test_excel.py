"""The matrix goes to Excel and comes back the same; what is wrong in a file is named cell by cell."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from openpyxl import Workbook, load_workbook

from catalog.models import Service
from servicedesk.people.models import User
from sla.models import PolicyDraft
from sla.policies import drafts
from sla.policies.excel import reading, writing
from sla.policies.excel.layout import Vocabulary
from sla.policies.excel.limits import MOST_BYTES, NotAMatrix
from sla.policies.matrix import grid
from sla.policies.matrix.inheritance import Row
from tests.factories import CategoryFactory, ServiceFactory, published_calendar
from tests.sla.policies.conftest import Desk
from tests.sla.policies.rows import row

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(mail: Service) -> list[Row]:
    """Something of everything."""
    night = published_calendar("24 × 7")
    special = {"calendar": night.pk, "at_risk_percent": 60, "retarget": "change", "reopen": "cycle"}
    twin = ServiceFactory(name="e-mail", category=CategoryFactory(name="Old world"))
    formula = ServiceFactory(name="=1+1")
    return grid.ordered(
        [
            row("*", any="8h 1d 5d"),
            row("incident", p1="15m 1h 4h", p2="30m – 1d.4h"),
            row("incident", mail.pk, p1="_ 30m _", **special),
            row("incident", mail.pk, p3="1h 1h 1h", rank=2, pause_in=["waiting_approval", "waiting_client"]),
            row("service_request", twin.pk, p4="1d 2d 3d"),
            row("service_request", formula.pk, pause_in=[]),
        ]
    )


def written(rows: list[Row]) -> bytes:
    return writing.write(rows, Vocabulary.read(), "Gold, draft")


def changed(content: bytes, sheet: str, **cells: Any) -> bytes:
    book = load_workbook(io.BytesIO(content))
    for place, value in cells.items():
        book[sheet][place] = value
    return saved(book)


def saved(book: Workbook) -> bytes:
    paper = io.BytesIO()
    book.save(paper)
    return paper.getvalue()


def problems(content: bytes) -> list[tuple[str, str, str, str]]:
    found = reading.read(content, Vocabulary.read()).problems
    return [(one.sheet, one.place, one.text, one.reason) for one in found]


def meaning(rows: list[Row]) -> list[dict[str, Any]]:
    return [grid.as_fields(cell) for cell in grid.build_cells(rows)[0]]


def test_what_is_written_reads_back_the_same(full: list[Row]) -> None:
    found = reading.read(written(full), Vocabulary.read())
    assert found.problems == []
    assert meaning(found.rows) == meaning(full)
    assert [(one["kind"], one["service"], one["rank"]) for one in found.rows] == [
        (one["kind"], one["service"], one["rank"]) for one in full
    ]


@pytest.mark.parametrize("language", ["ru", "es"])
def test_a_file_in_another_language_is_the_same_file(full: list[Row], language: str) -> None:
    with translation.override(language):
        content = written(full)
    found = reading.read(content, Vocabulary.read())
    assert (found.problems, meaning(found.rows)) == ([], meaning(full))


def test_the_file_is_made_for_people(full: list[Row]) -> None:
    book = load_workbook(io.BytesIO(written(full)))
    assert book.sheetnames == ["Any type", "Incident", "Service request", "Consultation", "Instructions"]
    sheet = book["Incident"]
    assert (sheet["A1"].value, sheet["B1"].value, sheet["G1"].value) == (
        "Service",
        "P1 first response",
        "P2 resolution",
    )
    assert (sheet["A2"].value, sheet["D2"].value, sheet["F2"].value) == ("All services", "4h", "–")
    assert sheet.freeze_panes == "B2"
    assert sheet["A1"].font.bold
    assert sheet["D2"].number_format == "@"
    names = [cell.value for cell in book["Service request"]["A"]]
    assert names == ["Service", "e-mail (Old world)", "=1+1"]
    assert {cell.data_type for cell in book["Service request"]["A"]} == {"s"}


def test_every_bad_cell_is_named_with_its_place(full: list[Row]) -> None:
    content = changed(
        written(full),
        "Incident",
        A2="Telepathy",
        B2="1 day",
        C2="-2h",
        D2=4,
        E2="=A1",
        D3="0h",
        Q2="Moon time",
        R2=0,
        S2="asleep",
        V3="first",
    )
    found = {place: (text, reason) for _sheet, place, text, reason in problems(content)}
    assert {place: text for place, (text, _reason) in found.items()} == {
        "A2": "Telepathy", "B2": "1 day", "C2": "-2h", "D2": "4", "E2": "=A1", "D3": "0h",
        "Q2": "Moon time", "R2": "0", "S2": "asleep", "V3": "first",
    }  # fmt: skip
    assert found["A2"][1] == "There is no service of this name."
    assert found["B2"][1].startswith("“1 day” is not a duration.")
    assert found["D2"][1].startswith("A number needs its unit")
    assert found["E2"][1].startswith("This is a formula.")
    assert found["Q2"][1] == "There is no calendar of this name."
    assert found["R2"][1] == "Write a whole number from 1 to 100."
    assert found["S2"][1].startswith("Write one of these: Waiting for approval")


def test_unknown_sheets_and_columns_and_doubles_are_named(full: list[Row]) -> None:
    book = load_workbook(io.BytesIO(written(full)))
    book["Consultation"].title = "Complaint"
    book["Incident"]["B1"] = "P7 first response"
    for place in ("A", "V"):
        book["Incident"][f"{place}5"] = book["Incident"][f"{place}3"].value
    found = [(sheet, place, reason) for sheet, place, _text, reason in problems(saved(book))]
    assert ("Complaint", "", "There is no type of this name.") in found
    assert ("Incident", "B1", "There is no column of this name.") in found
    assert ("Incident", "", "This column is missing.") in found
    assert ("Incident", "A5", "This service with this rank is there twice.") in found


def bomb() -> bytes:
    paper = io.BytesIO()
    with zipfile.ZipFile(paper, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (40 * 1024 * 1024))
    return paper.getvalue()


def archive_with(name: str, content: bytes) -> bytes:
    paper = io.BytesIO()
    with zipfile.ZipFile(paper, "w") as archive:
        archive.writestr(name, content)
    return paper.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not an Excel file"),
        (b"name;value\n1;2", "not an Excel file"),
        (b"PK\x03\x04 broken", "not an Excel file"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 2000, "not an Excel file"),
        (archive_with("hello.txt", b"hello"), "not an Excel file"),
        (archive_with("xl/workbook.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'), "not an Excel file"),
        (b"x" * (MOST_BYTES + 1), "too large"),
        (bomb(), "unpacks to more"),
    ],
    ids=["empty", "csv", "cut", "old excel", "zip", "entities", "large", "bomb"],
)
def test_a_file_that_is_no_matrix_gets_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises(NotAMatrix, match=said):
        reading.read(content, Vocabulary({}, {}))


def test_endless_lines_are_cut_and_named(full: list[Row]) -> None:
    book = load_workbook(io.BytesIO(written(full)))
    for number in range(2, 5000):
        book["Incident"].cell(number, 1, "Nobody")
    found = problems(saved(book))
    assert ("Incident", "", "", "A sheet has at most 300 lines.") in found
    assert len(found) < 400


def upload(desk: Desk, content: bytes) -> Any:
    file = SimpleUploadedFile("gold.xlsx", content)
    return desk.browser.post(reverse("sla:policy-excel", args=[desk.policy.pk]), {"file": file})


def test_the_download_is_the_draft_and_older_versions(desk: Desk, draft: PolicyDraft) -> None:
    answer = desk.get("policy-excel-file")
    assert "sla-gold-draft.xlsx" in answer["Content-Disposition"]
    assert desk.get("policy-excel-file", version="1").status_code == 200
    assert desk.get("policy-excel-file", version="7").status_code == 404
    assert desk.get("policy-excel-file", version="x").status_code == 404
    assert desk.get("policy-excel-file", version="9" * 40).status_code == 404


def test_an_unchanged_file_changes_nothing(desk: Desk, draft: PolicyDraft) -> None:
    page = upload(desk, desk.get("policy-excel-file").content).content.decode()
    assert "Nothing: the file is the same as the draft." in page
    assert "Import into the draft" not in page


def test_a_file_is_read_on_trial_and_then_taken_in(desk: Desk, draft: PolicyDraft) -> None:
    content = changed(desk.get("policy-excel-file").content, "Incident", D2="1d 1h")
    trial = upload(desk, content)
    page = trial.content.decode()
    assert "1 cell changed." in page
    assert "Incident, All services, P1, resolution: 4h → 1d 1h" in page
    assert desk.draft.revision == 1
    assert desk.post("policy-excel-take", rows=trial.context["rows"]).status_code == 302
    assert desk.draft.rows[0]["cells"]["1"]["resolution"] == "1d 1h"
    desk.post("policy-put-back", revision=2)
    assert desk.draft.rows == draft.rows


def test_a_file_with_faults_is_not_taken_in(desk: Desk, draft: PolicyDraft) -> None:
    content = changed(desk.get("policy-excel-file").content, "Incident", D2="soon", E2="1d 1h")
    trial = upload(desk, content)
    page = trial.content.decode()
    assert trial.status_code == 422
    assert "gold.xlsx: 1 error. Nothing is imported." in page
    assert '<td class="num">D2</td><td>soon</td>' in page
    assert "Import into the draft" not in page
    assert desk.draft.rows == draft.rows


def test_without_a_draft_the_file_begins_one(desk: Desk) -> None:
    content = changed(desk.get("policy-excel-file").content, "Incident", D2="5h")
    trial = upload(desk, content)
    assert not PolicyDraft.objects.exists()
    desk.post("policy-excel-take", rows=trial.context["rows"])
    assert desk.draft.rows[0]["cells"]["1"]["resolution"] == "5h"


def test_a_trial_is_not_taken_over_what_others_wrote_since(
    desk: Desk, draft: PolicyDraft, admin: User
) -> None:
    trial = upload(desk, changed(desk.get("policy-excel-file").content, "Incident", D2="5h"))
    drafts.save(draft, revision=1, by=admin, rows=[])
    assert desk.post("policy-excel-take", rows=trial.context["rows"]).status_code == 409
    assert desk.draft.rows == []


def test_rows_that_we_did_not_sign_are_refused(desk: Desk, draft: PolicyDraft) -> None:
    answer = desk.post("policy-excel-take", rows="made:up:rows")
    assert answer.status_code == 409
    assert "Upload the file again." in answer.content.decode()


def test_no_file_and_a_wrong_file_get_a_sentence(desk: Desk) -> None:
    assert "Choose a file first." in desk.post("policy-excel").content.decode()
    answer = upload(desk, b"hello")
    assert answer.status_code == 422
    assert "This is not an Excel file" in answer.content.decode()
