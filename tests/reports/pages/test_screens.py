from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse
from openpyxl import load_workbook

from servicedesk.people.models import Client, User
from tests.factories import ClientFactory, UserFactory, contact_of
from tests.reports.conftest import rated, ticket_at

NOON = datetime(2025, 11, 10, 12, tzinfo=UTC)
NOVEMBER = {"preset": "custom", "first": "2025-11-01", "last": "2025-11-30"}


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def browser(client: Browser, manager: User) -> Browser:
    client.force_login(manager)
    return client


def page(browser: Browser, name: str = "reports:reports", *args: Any, **asked: Any) -> str:
    response = browser.get(reverse(name, args=args), asked)
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_opens_with_the_tickets_of_today(browser: Browser, halden: Client) -> None:
    ticket_at(NOON, halden, subject="Of today")
    ticket_at(NOON.replace(day=9), halden, subject="Of yesterday")
    text = page(browser)
    assert "1 request came in, no SLA was breached." in text
    assert "Of today" in text
    assert "Of yesterday" not in text


@pytest.mark.parametrize("report", ["tickets", "ratings", "reopened"])
def test_each_report_has_its_page_also_when_empty(browser: Browser, halden: Client, report: str) -> None:
    assert "Nothing happened on these days" in page(browser, report=report)


def test_the_answers_stand_on_the_page_of_ratings(browser: Browser, halden: Client) -> None:
    rated(ticket_at(NOON, halden), NOON, 2, "Explained it to <three> people")
    text = page(browser, report="ratings", **NOVEMBER)
    assert "Explained it to &lt;three&gt; people" in text
    assert "2.00" in text


def test_every_link_of_a_report_leads_somewhere(browser: Browser, halden: Client) -> None:
    ticket_at(NOON, halden, late=True, subject="Late one")
    ticket_at(NOON, halden, subject="Good one")
    response = browser.get(reverse("reports:reports"), NOVEMBER)
    urls = {figure.url for figure in response.context["drawing"].figures if figure.url}
    late = next(figure for figure in response.context["drawing"].figures if figure.label == "SLA breached")
    for url in urls:
        assert browser.get(url).status_code == 200
    text = browser.get(late.url).content.decode()
    assert "Late one" in text
    assert "Good one" not in text


def test_the_list_behind_a_figure_can_be_sorted(browser: Browser, halden: Client) -> None:
    for subject in ("Bbb", "Aaa"):
        ticket_at(NOON, halden, subject=subject)
    text = page(browser, "reports:rows", **NOVEMBER, sort="subject")
    assert text.index("Aaa") < text.index("Bbb")


def test_an_account_manager_sees_only_their_clients(browser: Browser, halden: Client) -> None:
    other = ClientFactory(name="Orchard Schools")
    ticket_at(NOON, other, subject="Secret of another")
    for name in ("reports:reports", "reports:rows"):
        text = page(browser, name, **NOVEMBER)
        assert "Secret of another" not in text
        assert "Orchard" not in text


def test_the_client_of_another_manager_cannot_be_asked_for(browser: Browser, halden: Client) -> None:
    other = ClientFactory(name="Orchard Schools")
    response = browser.get(reverse("reports:reports"), {"client": other.pk})
    assert response.status_code == 422
    download = browser.get(reverse("reports:download", args=["csv"]), {"client": other.pk})
    assert download.status_code == 302


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"preset": "custom"}, "Enter the day."),
        ({**NOVEMBER, "last": "2025-10-01"}, "The period ends before it begins."),
        ({**NOVEMBER, "first": "1/11/25"}, "Enter a valid date."),
        ({**NOVEMBER, "first": "2018-01-01"}, "Ask for 6 years at most."),
        ({**NOVEMBER, "first": "1900-01-01"}, "Enter a valid date."),
        ({"report": "weather"}, "weather"),
    ],
)
def test_a_wrong_question_is_answered_beside_the_field(
    browser: Browser, halden: Client, asked: dict[str, str], sentence: str
) -> None:
    response = browser.get(reverse("reports:reports"), asked)
    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_the_days_are_those_of_the_client_asked_about(browser: Browser, halden: Client) -> None:
    ticket_at(datetime(2025, 10, 31, 23, 30, tzinfo=UTC), halden)  # already November in Madrid
    assert "1 request came in" in page(browser, client=halden.pk, **NOVEMBER)
    assert "No requests came in." in page(browser, **NOVEMBER)


def test_a_report_may_be_read_in_another_language(browser: Browser, halden: Client) -> None:
    assert "1 ноября 2025" in page(browser, language="ru", **NOVEMBER)


@pytest.mark.parametrize(("format", "magic"), [("pdf", b"%PDF"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf")])
def test_a_report_can_be_downloaded(browser: Browser, halden: Client, format: str, magic: bytes) -> None:
    asked = {"client": str(halden.pk), **NOVEMBER}
    response = browser.get(reverse("reports:download", args=[format]), asked)
    assert response.content.startswith(magic)
    name = f"tickets-halden-logistics-2025-11-01-2025-11-30.{format}"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'


def test_a_download_holds_only_what_the_person_may_see(browser: Browser, halden: Client) -> None:
    ticket_at(NOON, halden, subject="Ours")
    ticket_at(NOON, ClientFactory(), subject="Theirs")
    response = browser.get(reverse("reports:download", args=["xlsx"]), NOVEMBER)
    sheet = load_workbook(io.BytesIO(response.content))["Requests"]
    assert [cell.value for cell in sheet["C"]] == ["Subject", "Ours"]


@pytest.mark.parametrize("format", ["html", "json", "exe"])
def test_other_formats_are_not_offered(browser: Browser, format: str) -> None:
    assert browser.get(reverse("reports:download", args=[format])).status_code == 404


@pytest.mark.parametrize("name", ["reports:reports", "reports:rows", "reports:schedules", "reports:archive"])
def test_clients_are_kept_out(client: Browser, halden: Client, name: str) -> None:
    assert client.get(reverse(name)).status_code == 302  # sign in first
    client.force_login(contact_of(halden, is_manager=True))
    assert client.get(reverse(name)).status_code == 403


def test_an_agent_may_read_reports(client: Browser, halden: Client) -> None:
    client.force_login(UserFactory(is_agent=True))
    ticket_at(NOON, halden)
    assert "1 request came in" in page(client)


def test_a_page_costs_the_same_whatever_its_length(
    browser: Browser, halden: Client, django_assert_max_num_queries: Any
) -> None:
    for length in (5, 45):
        for _number in range(length):
            ticket_at(NOON, halden, late=True)
        with django_assert_max_num_queries(7):
            page(browser, client=halden.pk, **NOVEMBER)
        with django_assert_max_num_queries(7):
            page(browser, "reports:rows", client=halden.pk, **NOVEMBER)


@pytest.mark.parametrize("asked", ["", "nonsense", "9" * 30])
def test_a_report_that_does_not_exist_is_named_as_a_mistake(
    client: Browser, manager: User, asked: str
) -> None:
    client.force_login(manager)
    assert client.get(reverse("reports:reports"), {"report": asked}).status_code == 422
