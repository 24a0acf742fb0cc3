"""The pages of applied changes, the form that orders one, and the preview."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.template.loader import render_to_string
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from servicedesk.people.models import User
from servicedesk.tickets.models import EventKind, Ticket
from sla.changes import preview, rollout
from sla.changes.forms import ApplyForm
from sla.models import Calendar, TermsChange
from tests.factories import UserFactory
from tests.sla.changes.applying import HOLIDAY, applied, new_calendar, order, run
from tests.sla.example_calendars import moscow, office
from tests.sla.life import clock_of, move, resolve, work

pytestmark = pytest.mark.django_db
Opener = Callable[..., Ticket]
NOW = moscow("03-16 15:00")


@pytest.fixture
def browser(client: Browser, admin: User) -> Browser:
    client.force_login(admin)
    return client


@pytest.fixture
def change(opened: Opener, calendar: Calendar, admin: User) -> TermsChange:
    opened("03-13 17:00")
    return applied(new_calendar(calendar, "03-16 15:00"), admin, "03-16 15:00")


def page(browser: Browser, name: str, *args: Any, **query: str) -> str:
    answer = browser.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_is_empty_at_first(browser: Browser) -> None:
    assert "No changes applied to open tickets yet" in page(browser, "sla:changes")


def test_the_list_says_what_was_applied_by_whom(browser: Browser, change: TermsChange, admin: User) -> None:
    text = page(browser, "sla:changes")
    assert "Moscow v2" in text
    assert admin.full_name in text
    assert "1 of 1" in text
    assert "every 2s" not in text


def test_the_page_shows_each_deadline_before_and_after(browser: Browser, change: TermsChange) -> None:
    text = page(browser, "sla:change", change.pk)
    assert "no longer overdue" in text
    assert change.items.get().ticket.reference in text
    assert "The deadlines of 1 open ticket are restored" in text


def test_the_lists_cost_the_same_whatever_their_length(
    browser: Browser, opened: Opener, calendar: Calendar, admin: User, django_assert_max_num_queries: Any
) -> None:
    for _ in range(12):
        opened("03-13 17:00")
    change = applied(new_calendar(calendar, "03-16 15:00"), admin, "03-16 15:00")
    applied(new_calendar(calendar, "03-16 15:01", HOLIDAY), admin, "03-16 15:01")
    with django_assert_max_num_queries(6):
        page(browser, "sla:changes")
    with django_assert_max_num_queries(14):
        assert page(browser, "sla:change", change.pk, which="all").count("SD-") == 12


def test_a_running_change_asks_again_and_a_finished_one_loads_the_page(
    browser: Browser, opened: Opener, calendar: Calendar, admin: User
) -> None:
    opened("03-13 17:00")
    change = order(new_calendar(calendar, "03-16 15:00"), admin, "03-16 15:00")
    url = reverse("sla:change-progress", args=[change.pk])
    assert "every 2s" in browser.get(url).content.decode()
    run(change, "03-16 15:00")
    answer = browser.get(url)
    assert answer["HX-Refresh"] == "true"
    assert "every 2s" not in answer.content.decode()


def test_undo_puts_back_and_says_so(browser: Browser, change: TermsChange) -> None:
    ticket = change.items.get().ticket
    with time_machine.travel(moscow("03-16 16:00"), tick=False):
        answer = browser.post(reverse("sla:change-undo", args=[change.pk]), follow=True)
        rollout.run(change.pk)
    assert "The change is being undone" in answer.content.decode()
    assert clock_of(ticket).due_at == moscow("03-16 12:00")
    text = page(browser, "sla:change", change.pk)
    assert "Undone by" in text
    assert "put back" not in text


def test_undoing_twice_is_refused(browser: Browser, change: TermsChange) -> None:
    url = reverse("sla:change-undo", args=[change.pk])
    assert browser.post(url).status_code == 302
    answer = browser.post(url)
    assert (answer.status_code, "undone already" in answer.content.decode()) == (409, True)


def test_a_change_below_another_names_the_other(
    browser: Browser, change: TermsChange, calendar: Calendar, admin: User
) -> None:
    applied(new_calendar(calendar, "03-16 15:10", HOLIDAY), admin, "03-16 15:10")
    text = page(browser, "sla:change", change.pk)
    assert "Moscow v3 was applied after it. Undo that one first." in text
    assert "Undo…" not in text


def test_what_was_closed_meanwhile_is_counted(
    browser: Browser, opened: Opener, calendar: Calendar, admin: User
) -> None:
    ticket = opened("03-13 17:00")
    work(ticket, "03-13 17:05")
    change = applied(new_calendar(calendar, "03-13 17:30"), admin, "03-13 17:30")
    resolve(ticket, "03-17 10:00")
    move(ticket, EventKind.CLOSED, "03-17 11:00")
    text = page(browser, "sla:change", change.pk)
    assert "1 ticket is closed already and keeps its deadlines" in text
    assert "No open ticket uses this change" in text


def test_a_failed_change_can_be_tried_again(browser: Browser, change: TermsChange) -> None:
    TermsChange.objects.update(state="failed", reason="The disk was full.")
    assert "The disk was full." in page(browser, "sla:change", change.pk)
    assert browser.post(reverse("sla:change-retry", args=[change.pk])).status_code == 302
    change.refresh_from_db()
    assert change.state == "running"
    assert browser.post(reverse("sla:change-retry", args=[change.pk])).status_code == 409


def test_only_administrators_see_changes(client: Browser, change: TermsChange) -> None:
    client.force_login(UserFactory(is_agent=True))
    for name, args in (("sla:changes", []), ("sla:change", [change.pk])):
        assert client.get(reverse(name, args=args)).status_code == 404


def form_of(**data: str) -> ApplyForm:
    return ApplyForm({"scope": "new"} | data, at=NOW)


def test_nothing_typed_means_now_and_new_tickets() -> None:
    form = form_of()
    assert form.is_valid()
    assert form.cleaned_data == {"effective_from": NOW, "scope": "new", "opened_from": None}


def test_a_moment_is_read_in_the_time_zone_of_the_reader(opened: Opener) -> None:
    with timezone.override("Europe/Moscow"):
        form = form_of(effective_from="2026-03-17T09:00", scope="since", opened_from="2026-03-02")
        assert form.is_valid()
    assert form.cleaned_data["effective_from"] == moscow("03-17 09:00")
    assert form.cleaned_data["opened_from"] == moscow("03-02 00:00")


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        ({"effective_from": "2026-03-16T10:00"}, "effective_from", "This time has passed"),
        ({"effective_from": "soon"}, "effective_from", "Write a day and a time"),
        ({"scope": "since"}, "opened_from", "Enter the day from which"),
        ({"scope": "since", "opened_from": "2026-04-01"}, "opened_from", "created after today"),
        ({"scope": "since", "opened_from": "March"}, "opened_from", "Write a day, like"),
        ({"scope": ""}, "scope", "Choose which tickets"),
        ({"scope": "all"}, "scope", "Select a valid choice"),
    ],
)
def test_a_wrong_answer_is_named_beside_its_field(data: dict[str, str], field: str, sentence: str) -> None:
    form = form_of(**data)
    assert not form.is_valid()
    assert list(form.errors) == [field]
    assert sentence in form.errors[field][0]
    html = render_to_string("sla/changes/_apply_form.html", {"form": form})
    assert sentence in html
    assert data.get("effective_from", "") in html


def test_the_form_orders_only_what_was_chosen(
    opened: Opener, calendar: Calendar, admin: User, django_capture_on_commit_callbacks: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    sent: list[int] = []
    monkeypatch.setattr("sla.tasks.apply_change.apply_async", lambda args, kwargs: sent.extend(args))
    version = new_calendar(calendar, "03-16 15:00")
    for data in ({"scope": "new"}, {"scope": "open"}):
        form = form_of(**data)
        assert form.is_valid()
        with django_capture_on_commit_callbacks(execute=True):
            form.order(version, by=admin)
    change = TermsChange.objects.get()
    assert (change.scope, change.at, change.ordered_by, sent) == ("open", NOW, admin, [change.pk])


def seen(calendar: Calendar, at: datetime) -> str:
    return render_to_string(
        "sla/changes/_preview.html", {"preview": preview.of_calendar(calendar, HOLIDAY, at)}
    )


def test_the_preview_counts_and_lists(opened: Opener, calendar: Calendar) -> None:
    assert "There are no open tickets." in seen(calendar, NOW)
    quiet = opened("03-02 10:00")
    assert "No open ticket changes." in seen(calendar, NOW)
    late = opened("03-13 17:00")
    html = seen(calendar, NOW)
    assert "1 of 2 open tickets changes: 1 is no longer overdue." in html
    assert late.reference in html
    assert quiet.reference not in html


def test_longer_hours_make_a_ticket_due_today_and_then_late(opened: Opener, calendar: Calendar) -> None:
    opened("03-16 17:00")
    opened("03-16 09:00")
    longer = office("Europe/Moscow", "09:00-23:00")
    with timezone.override("Europe/Moscow"):
        given = preview.of_calendar(calendar, longer, moscow("03-16 17:30"))
    assert (given.due, str(given)) == (1, "1 of 2 open tickets changes: 1 becomes due today.")
    assert preview.of_calendar(calendar, longer, moscow("03-16 22:00")).breached == 1
