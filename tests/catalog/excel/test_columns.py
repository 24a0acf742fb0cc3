"""The Excel file: archived categories, services by contract, hours used up and links, out and in."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.excel import importing, reading, writing
from catalog.models import AtZero, Category, RequestType, Service
from tests.catalog.conftest import Desk
from tests.catalog.excel.test_excel import cell, downloaded, take, upload
from tests.factories import CategoryFactory, RequestTypeFactory, ServiceFactory
from tests.profiles import examples

pytestmark = pytest.mark.django_db

LINKS = [
    {
        "title": "Outbox",
        "translations": {"ru": "Исходящие"},
        "url": "https://kb.example.org/",
        "audience": "client",
    },
    {"title": "Runbook", "url": "/help/7", "audience": "staff"},
]
KNOWLEDGE, AT_ZERO = "Knowledge (JSON)", "When no hours are left"


@pytest.fixture
def filled(item: RequestType) -> RequestType:
    """A request type with links and a rule, of a service by contract in an archived category."""
    item.links, item.at_zero = LINKS, AtZero.ASK
    item.full_clean()
    item.save()
    Service.objects.update(is_restricted=True)
    Category.objects.update(is_archived=True)
    return item


def test_the_new_columns_are_written_in_words(desk: Desk, filled: RequestType) -> None:
    book = downloaded(desk)
    assert cell(book, "Categories", "Archived").value == "yes"
    assert cell(book, "Services", "Only by contract").value == "yes"
    assert cell(book, "Request types", AT_ZERO).value == "Ask the client first"
    assert json.loads(cell(book, "Request types", KNOWLEDGE).value) == LINKS
    RequestType.objects.update(at_zero="", links=[])
    book = downloaded(desk)
    assert cell(book, "Request types", AT_ZERO).value == "As the contract says"
    assert cell(book, "Request types", KNOWLEDGE).value is None


def test_what_was_downloaded_brings_all_of_it_back(desk: Desk, filled: RequestType) -> None:
    book = downloaded(desk)
    RequestType.objects.update(links=[], at_zero="")
    Service.objects.update(is_restricted=False)
    Category.objects.update(is_archived=False)
    trial = upload(desk, book)
    page = trial.content.decode()
    assert "0 new rows, 3 changed, 0 as before." in page
    assert all(title in page for title in ("Archived", "Only by contract", AT_ZERO, KNOWLEDGE))
    assert take(desk, trial).status_code == 302
    filled.refresh_from_db()
    assert (filled.links, filled.at_zero) == (LINKS, "ask")
    assert Service.objects.get().is_restricted
    assert Category.objects.get().is_archived


@pytest.mark.parametrize("language", ["en", "ru", "es"])
def test_the_file_changes_nothing_in_whatever_language_it_was_written(
    desk: Desk, filled: RequestType, admin: Any, language: str
) -> None:
    type(admin).objects.update(language=language)
    book = downloaded(desk)
    type(admin).objects.update(language="en")
    assert "0 new rows, 0 changed, 3 as before." in upload(desk, book).content.decode()


def test_empty_cells_leave_what_there_is_and_words_take_it_out(desk: Desk, filled: RequestType) -> None:
    book = downloaded(desk)
    for sheet, title in (("Categories", "Archived"), ("Services", "Only by contract"),
                         ("Request types", AT_ZERO), ("Request types", KNOWLEDGE)):  # fmt: skip
        cell(book, sheet, title).value = None
    assert "3 as before" in upload(desk, book).content.decode()
    cell(book, "Categories", "Archived").value = "no"
    cell(book, "Services", "Only by contract").value = "No"
    cell(book, "Request types", AT_ZERO).value = "as the contract says"
    cell(book, "Request types", KNOWLEDGE).value = "–"
    take(desk, upload(desk, book))
    filled.refresh_from_db()
    assert (filled.links, filled.at_zero) == ([], "")
    assert not Service.objects.get().is_restricted
    assert not Category.objects.get().is_archived


def test_a_file_without_the_new_columns_is_still_read(desk: Desk, filled: RequestType) -> None:
    book = downloaded(desk)
    for sheet, titles in (("Categories", ["Archived"]), ("Services", ["Only by contract"]),
                          ("Request types", [AT_ZERO, KNOWLEDGE])):  # fmt: skip
        for title in titles:
            book[sheet].delete_cols(cell(book, sheet, title).column)
    assert "3 as before" in upload(desk, book).content.decode()


@pytest.mark.parametrize(
    ("sheet", "title", "value", "said"),
    [
        ("Categories", "Archived", "perhaps", "Write one of these: yes, no."),
        ("Services", "Only by contract", "perhaps", "Write one of these: yes, no."),
        ("Request types", AT_ZERO, "never", "Write one of these: As the contract says, Continue,"),
        ("Request types", KNOWLEDGE, "[", "This is not valid JSON."),
        ("Request types", KNOWLEDGE, "5", "Invalid value: a list is expected."),
        (
            "Request types",
            KNOWLEDGE,
            '[{"title": "A", "url": "javascript:x"}]',
            "Link 1: Write an address such",
        ),
        ("Request types", KNOWLEDGE, '[{"url": "/"}]', "Link 1: Enter a title for the link."),
        ("Request types", KNOWLEDGE, json.dumps([*LINKS, "x"]), "Link 3: Invalid value."),
    ],
)
def test_a_bad_cell_is_named(
    desk: Desk, filled: RequestType, sheet: str, title: str, value: str, said: str
) -> None:
    book = downloaded(desk)
    bad = cell(book, sheet, title)
    bad.value = value
    trial = upload(desk, book)
    page = trial.content.decode()
    assert trial.status_code == 422
    assert said in page
    assert set(re.findall(r'<td class="num">([A-Z]+\d+)</td>', page)) == {bad.coordinate}
    assert "Import into the catalog" not in page


def test_three_bad_rows_on_three_sheets_of_five_hundred_are_named_and_nothing_is_taken(desk: Desk) -> None:
    category = CategoryFactory()
    service = ServiceFactory(category=category)
    for factory, amount, parents in (
        (CategoryFactory, 99, {}),
        (ServiceFactory, 199, {"category": category, "group": service.group}),
        (RequestTypeFactory, 200, {"service": service}),
    ):  # fmt: skip
        factory.create_batch(amount, **parents)
    book = downloaded(desk)
    for sheet, title, value in (("Categories", "Archived", "yes"), ("Services", "Only by contract", "yes"),
                                ("Request types", AT_ZERO, "Continue")):  # fmt: skip
        for line in range(2, book[sheet].max_row + 1):
            cell(book, sheet, title, line).value = value
    bad = [
        cell(book, "Categories", "Archived", 7),
        cell(book, "Services", "Only by contract", 150),
        cell(book, "Request types", KNOWLEDGE, 201),
    ]
    for one, value in zip(
        bad, ("maybe", "maybe", '[{"title": "A", "url": "//b", "audience": "client"}]'), strict=True
    ):
        one.value = value
    trial = upload(desk, book)
    page = trial.content.decode()
    assert trial.status_code == 422
    assert "catalog.xlsx: 3 errors. Nothing is imported." in page
    assert set(re.findall(r'<td class="num">([A-Z]+\d+)</td>', page)) == {one.coordinate for one in bad}
    assert not Category.objects.filter(is_archived=True).exists()
    assert not Service.objects.filter(is_restricted=True).exists()
    assert not RequestType.objects.exclude(at_zero="").exists()


_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20)
_LINK = st.fixed_dictionaries(
    {"title": _TEXT, "url": st.sampled_from(["/", "/a?b=c", "https://a.example/ж"]),
     "audience": st.sampled_from(["client", "staff"])},
    optional={"translations": st.dictionaries(st.sampled_from(["ru", "es"]), _TEXT, min_size=1)},
)  # fmt: skip


@settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    given_links=st.lists(_LINK, max_size=4),
    rule=st.sampled_from(["", *AtZero.values]),
    flags=st.tuples(st.booleans(), st.booleans(), st.booleans()),
)
def test_what_is_written_and_read_again_changes_nothing(
    item: RequestType, given_links: Any, rule: str, flags: tuple[bool, bool, bool]
) -> None:
    RequestType.objects.update(links=given_links, at_zero=rule, is_archived=flags[0])
    Service.objects.update(is_restricted=flags[1], is_archived=flags[2])
    Category.objects.update(is_archived=flags[2])
    read = reading.read(writing.write())
    assert read.problems == []
    found = importing.outcome(read.lines)
    assert (found.problems, found.changes, found.same) == ([], [], 3)
