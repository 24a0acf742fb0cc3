"""An empty desk says what to do; only who asked for something is told that nothing fits."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import NoReverseMatch, reverse

from servicedesk.people.models import User
from tests.factories import ClientFactory, UserFactory, contact_of
from tests.test_access import named_paths

pytestmark = pytest.mark.django_db
NARROWED = "No results for this filter"
TEMPLATES = Path(settings.BASE_DIR) / "templates"

FILTERED = [
    ("clients:clients", {"q": "nobody"}),
    ("clients:clients", {"former": "on"}),
    ("clients:clients", {"worries": "on"}),
    ("clients:profit", {"first": "2020-01-01", "last": "2020-02-01"}),
    ("desk:queue", {"q": "nothing", "folder": "all"}),
    ("desk:queue", {"priority": "1", "folder": "unassigned"}),
    ("desk:insight", {"period": "all"}),
    ("desk:outbox", {"state": "failed"}),
    ("reports:reports", {"preset": "last_month", "report": "ratings"}),
    ("sla:policies", {"q": "nothing"}),
    ("sla:policies", {"state": "archived"}),
    ("sla:calendars", {"q": "nothing"}),
    ("sla:calendars", {"state": "archived"}),
]


def browser_of(person: User) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


@pytest.fixture
def admin() -> Browser:
    return browser_of(UserFactory(is_superuser=True, is_agent=True, is_account_manager=True))


@pytest.fixture
def contact() -> Browser:
    return browser_of(contact_of(ClientFactory(), is_manager=True))


def pages(space: str) -> list[str]:
    """Addresses below these names that need no key."""
    found = []
    for name in named_paths():
        try:
            found += [reverse(name)] if name.startswith(space) == (space == "portal:") else []
        except NoReverseMatch:
            continue
    return found


def read(browser: Browser, url: str) -> str:
    answer = browser.get(url)
    is_page = answer.status_code == 200 and "html" in answer.get("Content-Type", "")
    return unescape(answer.content.decode()) if is_page else ""


@pytest.mark.parametrize("space", ["portal:", "desk:"])
def test_no_page_of_an_empty_desk_says_that_nothing_fits(
    space: str, admin: Browser, contact: Browser
) -> None:
    browser = contact if space == "portal:" else admin
    walked = {url: read(browser, url) for url in pages(space)}
    assert sum(bool(text) for text in walked.values()) > 3
    assert [url for url, text in walked.items() if NARROWED in text or "what you asked for" in text] == []


@pytest.mark.parametrize(("name", "asked"), FILTERED)
def test_who_asked_is_told_so_and_can_clear_the_filter(
    name: str, asked: dict[str, str], admin: Browser
) -> None:
    text = read(admin, f"{reverse(name)}?{urlencode(asked)}")
    assert NARROWED in text
    [cleared] = re.findall(r'<a class="btn" href="([^"]+)">Clear the filter</a>', text)
    again = read(admin, cleared)
    assert again
    assert NARROWED not in again


def test_a_client_who_searched_can_clear_the_search(contact: Browser) -> None:
    text = read(contact, reverse("portal:requests") + "?q=printer&scope=company")
    assert NARROWED in text
    [cleared] = re.findall(r'<a class="btn" href="([^"]+)">Clear the filter</a>', text)
    assert cleared.endswith("?scope=company")
    assert "No requests yet" in read(contact, cleared)


@pytest.mark.parametrize(
    ("name", "button"),
    [
        ("clients:clients", "clients:client-new"),
        ("sla:policies", "sla:policy-new"),
        ("sla:calendars", "sla:calendar-new"),
        ("catalog:catalog", "catalog:category-new"),
        ("assignment:rules", "assignment:new"),
        ("reports:schedules", "reports:schedule-new"),
    ],
)
def test_an_empty_list_offers_to_make_the_first(name: str, button: str, admin: Browser) -> None:
    assert f'<a class="btn" href="{reverse(button)}">' in read(admin, reverse(name))


def test_who_may_not_make_one_sees_no_button() -> None:
    agent = browser_of(UserFactory(is_agent=True))
    text = read(agent, reverse("clients:clients"))
    assert "No clients yet" in text
    assert reverse("clients:client-new") not in text


def test_mail_that_never_came_is_not_called_settled(admin: Browser) -> None:
    assert "No received mail yet" in read(admin, reverse("desk:raw-mail"))


def test_only_one_template_says_that_nothing_fits() -> None:
    said = [path for path in TEMPLATES.rglob("*.html") if "No results for this filter" in path.read_text()]
    assert said == [TEMPLATES / "components" / "nothing.html"]


def test_every_list_with_pages_says_something_when_it_is_empty() -> None:
    silent = [
        path.relative_to(TEMPLATES).as_posix()
        for path in TEMPLATES.rglob("*.html")
        if "components/pagination.html" in (text := path.read_text())
        and not path.name.startswith("_")
        and not re.search(r"components/(empty|nothing)\.html", text)
    ]
    assert silent == []
