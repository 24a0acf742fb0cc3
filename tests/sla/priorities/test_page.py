"""The screen of the table urgency × impact."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from servicedesk.people.models import User
from servicedesk.tickets import priority
from servicedesk.tickets.models import Priority, PriorityRule
from servicedesk.tickets.priority import USUAL
from tests.factories import GroupFactory, UserFactory, agent_of

pytestmark = pytest.mark.django_db
PAGE = reverse("sla:priorities")


@pytest.fixture
def browser(db: None) -> Browser:
    browser = Browser()
    browser.force_login(UserFactory(is_superuser=True))
    return browser


def sent(**changed: Any) -> dict[str, Any]:
    return {f"u{u}i{i}": int(p) for (u, i), p in USUAL.items()} | changed


def chosen(page: str) -> list[str]:
    return re.findall(r'<option value="(\d)" selected', page)


def test_the_grid_shows_what_holds_now(browser: Browser) -> None:
    priority.change({(3, 3): Priority.P1}, by=UserFactory())
    page = browser.get(PAGE).content.decode()
    assert chosen(page) == ["1", "2", "3", "2", "3", "4", "3", "4", "1"]
    assert "default: P4" in page
    assert "Open tickets keep their priority" in page


def test_saving_stores_only_what_is_unusual(browser: Browser) -> None:
    answer = browser.post(PAGE, sent(u1i3="1", u3i3="3"), follow=True)
    assert "2 cells of the table changed" in answer.content.decode()
    rules = PriorityRule.objects.values_list("urgency", "impact", "priority")
    assert sorted(rules) == [(1, 3, 1), (3, 3, 3)]


def test_saving_what_is_there_changes_nothing(browser: Browser) -> None:
    assert "The table is as it was" in browser.post(PAGE, sent(), follow=True).content.decode()
    assert not PriorityRule.objects.exists()


def test_one_button_brings_the_usual_table_back(browser: Browser) -> None:
    browser.post(PAGE, sent(u1i3="1"))
    browser.post(PAGE, sent(u1i3="1", usual="1"))
    assert not PriorityRule.objects.exists()


@pytest.mark.parametrize("wrong", ["9", "", "x"])
def test_a_wrong_cell_is_marked_and_nothing_is_saved(browser: Browser, wrong: str) -> None:
    answer = browser.post(PAGE, sent(u1i3="1", u2i2=wrong))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert page.count('aria-invalid="true"') == 1
    assert chosen(page)[2] == "1"  # what was chosen elsewhere is kept
    assert not PriorityRule.objects.exists()


def test_the_page_costs_three_statements(browser: Browser, django_assert_max_num_queries: Any) -> None:
    priority.change({(3, 3): Priority.P1, (1, 1): Priority.P2}, by=UserFactory())
    with django_assert_max_num_queries(5):  # session, person, table; two of the rail
        browser.get(PAGE)


@pytest.mark.parametrize("role", ["agent", "account manager"])
def test_only_administrators_find_it(role: str) -> None:
    person: User = agent_of(GroupFactory()) if role == "agent" else UserFactory(is_account_manager=True)
    browser = Browser()
    browser.force_login(person)
    assert browser.get(PAGE).status_code == 404
    assert browser.post(PAGE, sent(u1i3="1")).status_code == 404
    assert not PriorityRule.objects.exists()
