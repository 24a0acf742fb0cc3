"""The catalog as an Excel file: out, back in on trial, all of it or nothing."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override
from openpyxl import Workbook, load_workbook

from catalog.models import Category, RequestType, Service
from tests.catalog.conftest import Desk
from tests.factories import CategoryFactory, GroupFactory, RequestTypeFactory, ServiceFactory, agent_of

pytestmark = pytest.mark.django_db


def downloaded(desk: Desk) -> Workbook:
    answer = desk.browser.get(reverse("catalog:excel-file"))
    assert answer["Content-Disposition"].startswith("attachment")
    return load_workbook(io.BytesIO(answer.content))


def upload(desk: Desk, book: Workbook | bytes) -> Any:
    paper = io.BytesIO()
    if isinstance(book, Workbook):
        book.save(paper)
    content = book if isinstance(book, bytes) else paper.getvalue()
    return desk.browser.post(reverse("catalog:excel"), {"file": SimpleUploadedFile("catalog.xlsx", content)})


def take(desk: Desk, trial: Any) -> Any:
    (lines,) = re.findall(r'name="lines" value="([^"]+)"', trial.content.decode())
    return desk.browser.post(reverse("catalog:excel-take"), {"lines": lines})


def cell(book: Workbook, sheet: str, title: str, line: int = 2) -> Any:
    heads = [one.value for one in book[sheet][1]]
    return book[sheet].cell(line, heads.index(title) + 1)


@pytest.fixture
def full(item: RequestType) -> RequestType:
    """A request type that uses everything."""
    group = GroupFactory(name="Network")
    person = agent_of(group, full_name="Ann Lee", email="ann@desk.example")
    item.translations = {"ru": "Новый компьютер"}
    item.price = "500"
    item.form = [{"key": "a", "label": "Where?", "kind": "text"}]
    item.approvals = [{"who": "person", "people": [person.pk], "above_price": "100"}]
    item.plan = [{"tasks": [{"title": "Order", "group": group.pk}]}]
    item.save()
    return item


def test_the_file_reads_well_and_means_the_same_elsewhere(desk: Desk, full: RequestType) -> None:
    book = downloaded(desk)
    assert book.sheetnames == ["Categories", "Services", "Request types", "Instructions"]
    assert cell(book, "Request types", "Name (Русский)").value == "Новый компьютер"
    assert cell(book, "Request types", "Type").value == "Service request"
    words = cell(book, "Request types", "Approvals (summary)").value
    assert words == "1. Ann Lee, when it costs more than 100."
    assert "Order (Network)" in cell(book, "Request types", "Plan (summary)").value
    assert json.loads(cell(book, "Request types", "Approvals (JSON)").value)[0]["people"] == [
        "ann@desk.example"
    ]
    assert json.loads(cell(book, "Request types", "Plan (JSON)").value)[0]["tasks"][0]["group"] == "Network"


def test_what_was_downloaded_changes_nothing(desk: Desk, full: RequestType) -> None:
    trial = upload(desk, downloaded(desk))
    assert trial.status_code == 200
    assert "0 new rows, 0 changed, 3 as before." in trial.content.decode()
    assert "Import into the catalog" not in trial.content.decode()


@pytest.mark.parametrize("language", ["ru", "es"])
def test_a_file_in_another_language_is_read(desk: Desk, full: RequestType, language: str, admin: Any) -> None:
    admin.language = language
    admin.save()
    book = downloaded(desk)
    admin.language = "en"
    admin.save()
    with override("en"):
        assert "3 as before" in upload(desk, book).content.decode()


def test_changes_and_new_rows_are_shown_first_and_then_taken(desk: Desk, full: RequestType) -> None:
    book = downloaded(desk)
    cell(book, "Request types", "Price").value = 750
    cell(book, "Request types", "Name (Español)").value = "Ordenador nuevo"
    book["Categories"].append(["Gardens"])
    head = [str(one.value) for one in book["Services"][1]]
    row = {"Category": "gardens", "Name": "Lawns", "Group": "network"}
    book["Services"].append([row.get(title) for title in head])
    trial = upload(desk, book)
    page = trial.content.decode()
    assert "2 new rows, 1 changed, 2 as before." in page
    assert "Price, translations" in page
    assert not Category.objects.filter(name="Gardens").exists()
    assert take(desk, trial).status_code == 302
    full.refresh_from_db()
    assert (str(full.price), full.translations["es"]) == ("750.00", "Ordenador nuevo")
    lawns = Service.objects.get(name="Lawns")
    assert (lawns.category.name, lawns.group.name, lawns.icon) == ("Gardens", "Network", "box")


def test_approvals_and_plans_come_back_by_name(desk: Desk, full: RequestType) -> None:
    book, approvals, plan = downloaded(desk), full.approvals, full.plan
    RequestType.objects.update(approvals=[], plan=[])
    assert take(desk, upload(desk, book)).status_code == 302
    full.refresh_from_db()
    assert (full.approvals, full.plan) == (approvals, plan)


def test_an_empty_json_cell_leaves_and_a_dash_takes_out(desk: Desk, full: RequestType) -> None:
    book = downloaded(desk)
    cell(book, "Request types", "Approvals (JSON)").value = None
    cell(book, "Request types", "Plan (JSON)").value = "–"
    take(desk, upload(desk, book))
    full.refresh_from_db()
    assert (len(full.approvals), full.plan) == (1, [])


def test_three_bad_rows_of_five_hundred_are_named_and_nothing_is_taken(desk: Desk, full: RequestType) -> None:
    for number in range(497):
        full.pk, full.name = None, f"Type {number:03}"
        full._state.adding = True
        full.save()
    book = downloaded(desk)
    sheet = book["Request types"]
    assert sheet.max_row == 499
    for line in range(2, 500):
        cell(book, "Request types", "Price", line).value = 900
    cell(book, "Request types", "Service", 17).value = "Unicorns"
    cell(book, "Request types", "Plan (JSON)", 201).value = '[{"tasks": []}]'
    cell(book, "Request types", "Urgency", 499).value = "very"
    trial = upload(desk, book)
    page = trial.content.decode()
    assert trial.status_code == 422
    assert "catalog.xlsx: 3 errors. Nothing is imported." in page
    assert re.findall(r'<td class="num">([A-Z]+\d+)</td>', page) == ["B17", "V201", "K499"]
    assert all(words in page for words in ("There is no such service.", "Stage 1: A stage needs a task."))
    assert "Import into the catalog" not in page
    assert not RequestType.objects.filter(price=900).exists()


@pytest.mark.parametrize(
    ("title", "value", "said"),
    [
        ("Name", None, "This cell must not be empty."),
        ("Name", "x" * 121, "at most 120 characters"),
        ("Group", "Nobody", "There is no group “Nobody”."),
        ("Type", "Wish", "Write one of these: Incident, Service request, Consultation."),
        ("Type", "Incident", "Only a service request needs approval."),
        ("Price", "dear", "Write a number"),
        ("Price", -5, "greater than or equal to 0"),
        ("Price", "=1+1", "This is a formula."),
        ("Form (JSON)", "{", "This is not valid JSON."),
        ("Form (JSON)", "[" * 5000, "This is not valid JSON."),
        ("Form (JSON)", '[{"key": "a b", "label": "?", "kind": "text"}]', "question 1: A key has 1 to 40"),
        ("Approvals (JSON)", '[{"who": "person", "people": ["x@y.example"]}]', "No agent has the address"),
        ("Plan (JSON)", '[{"tasks": [{"title": "A", "group": 5}]}]', "There is no group “5”."),
    ],
)
def test_a_bad_cell_is_named(desk: Desk, full: RequestType, title: str, value: Any, said: str) -> None:
    book = downloaded(desk)
    cell(book, "Request types", title).value = value
    trial = upload(desk, book)
    assert trial.status_code == 422
    assert said.lower() in trial.content.decode().lower()


def test_names_that_are_there_twice_are_refused(desk: Desk, full: RequestType) -> None:
    book = downloaded(desk)
    book["Categories"].append([cell(book, "Categories", "Name").value.upper()])
    assert "This name is there twice." in upload(desk, book).content.decode()
    twin = ServiceFactory(category=full.service.category)
    Service.objects.filter(pk=twin.pk).update(name=full.service.name, name_key="")  # by an older version
    assert "The catalog has several of this name." in upload(desk, downloaded(desk)).content.decode()


def test_strange_sheets_and_columns_are_named(desk: Desk, full: RequestType) -> None:
    book = downloaded(desk)
    book.create_sheet("Secrets")
    cell(book, "Services", "Icon").value = "unicorn"
    cell(book, "Services", "Icon", 1)
    book["Services"].cell(1, 30).value = "Colour"
    book["Categories"].delete_cols(1)
    page = upload(desk, book).content.decode()
    for words in ("The template has no sheet of this name.", "There is no column of this name.",
                  "This column is missing.", "There is no icon of this name."):  # fmt: skip
        assert words in page


@pytest.mark.parametrize("content", [b"", b"a;b", b"PK\x03\x04 broken"])
def test_what_is_no_workbook_gets_a_sentence(desk: Desk, content: bytes) -> None:
    answer = upload(desk, content)
    assert answer.status_code == 422
    assert "Excel" in answer.content.decode() or "empty" in answer.content.decode()


def test_a_text_that_looks_like_a_formula_stays_a_text(desk: Desk) -> None:
    CategoryFactory(name="=HYPERLINK(1)")
    book = downloaded(desk)
    assert (book["Categories"]["A2"].value, book["Categories"]["A2"].data_type) == ("=HYPERLINK(1)", "s")


def test_a_catalog_that_changed_since_the_trial_is_not_overwritten(desk: Desk, full: RequestType) -> None:
    book = downloaded(desk)
    cell(book, "Request types", "Price").value = 750
    trial = upload(desk, book)
    RequestType.objects.update(price=600)
    answer = take(desk, trial)
    assert answer.status_code == 409
    assert "changed in the meantime" in answer.content.decode()
    assert str(RequestType.objects.get().price) == "600.00"


@pytest.mark.parametrize("lines", ["", "x", "eyJhIjoxfQ:1:x"])
def test_a_reading_that_was_tampered_with_is_refused(desk: Desk, lines: str) -> None:
    assert desk.post("excel-take", lines=lines).status_code == 409


def test_reading_costs_the_same_whatever_the_size(
    desk: Desk, full: RequestType, django_assert_max_num_queries: Any
) -> None:
    for _number in range(10):
        RequestTypeFactory()
    with django_assert_max_num_queries(11):
        book = downloaded(desk)
    with django_assert_max_num_queries(18):
        assert upload(desk, book).status_code == 200


def test_a_name_that_differs_by_spaces_or_case_only_is_the_same_row(desk: Desk, full: RequestType) -> None:
    book = downloaded(desk)
    cell(book, "Services", "Name").value = "  COMPUTERS "
    cell(book, "Request types", "Service").value = "computers"
    trial = upload(desk, book)
    take(desk, trial)
    assert Service.objects.count() == 1
    assert RequestType.objects.count() == 1


def test_a_category_in_the_archive_takes_no_new_service_from_a_file(desk: Desk, full: RequestType) -> None:
    Category.objects.update(is_archived=True)
    book = downloaded(desk)
    cell(book, "Services", "Name").value = "Printers"
    cell(book, "Request types", "Service").value = "Printers"
    assert "takes nothing new" in upload(desk, book).content.decode()
    assert Service.objects.count() == 1
