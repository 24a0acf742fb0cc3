"""What was merged into another has its own word, and counts where it went."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from reports import datasets
from reports.periods import Period
from reports.scope import Scope
from servicedesk.desk.queue.filter_form import QueueFilter
from servicedesk.people.models import User
from servicedesk.portal.requests.filter_form import RequestFilter, counts, of_group
from servicedesk.tickets.models import EventKind, Ticket
from servicedesk.tickets.statuses import Status
from tests.desk.conftest import signed_in
from tests.factories import UserFactory
from tests.workflows.many_tickets.settled import held, settled
from workflows import advance
from workflows.analytics import access
from workflows.many_tickets import merging

pytestmark = pytest.mark.django_db


@pytest.fixture
def merged(pair: tuple[Ticket, Ticket], agent: User) -> Ticket:
    ticket, target = pair
    merging.merge(ticket, target, by=agent)
    return ticket


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Merged into"), ("ru", "Объединена с"), ("es", "Fusionado con")]
)
def test_it_has_its_own_word_for_both_sides(merged: Ticket, language: str, words: str) -> None:
    with override(language):
        said = f"{words} SD-{merged.merged_into_id}"
        assert (merged.status_words, merged.client_status) == (said, said)


def test_its_client_reads_it_in_the_list_and_counts_leave_it_out(merged: Ticket) -> None:
    found = RequestFilter({}, user=merged.requester).requests()
    assert counts(found)["closed"] == 0
    assert counts(found)["merged"] == 1
    assert list(of_group(found, "merged")) == [merged]
    assert list(of_group(found, "closed")) == []
    page = signed_in(merged.requester).get(reverse("portal:requests"), {"group": "merged"}).content.decode()
    assert merged.client_status in page
    assert "Cancelled" not in page.split("<table", 1)[1]


def test_who_looks_for_the_cancelled_does_not_find_it(merged: Ticket, agent: User) -> None:
    for name in ("cancelled", "merged"):
        narrowed = QueueFilter({"status": name}, user=agent).narrow(Ticket.objects.all())
        assert (merged in narrowed) is (name == "merged")
        asked = RequestFilter({"status": name}, user=merged.requester)
        assert (merged in of_group(asked.requests(), asked.group_value)) is (name == "merged")


def test_the_desk_says_it_too(merged: Ticket, agent: User) -> None:
    page = signed_in(agent).get(reverse("clients:client", args=[merged.client_id])).content.decode()
    assert merged.status_words in page


def test_reports_list_it_with_its_word_and_count_it_nowhere(merged: Ticket) -> None:
    day = timezone.now().date()
    period = Period(day - timedelta(days=30), day, "UTC")
    report = datasets.build("tickets", Scope(period, "en", merged.client, None))
    place = [one.key for one in report.columns].index("status")
    words = {row.ticket: row.values[place] for row in report.rows}
    assert words[merged.pk] == merged.status_words
    counted = next(one for one in report.figures if one.key == "count")
    assert (counted.value, counted.note) == (1, "1 merged into another is not counted")
    assert len(report.rows_of(counted.facets)) == 1
    for line in (line for table in report.tables for line in table.lines):
        assert len(report.rows_of(line.facets)) == line.values[1] == 1
    assert sum(number for _day, number in report.series.points) == 1
    assert report.summary.startswith("1 request came in")


def test_insight_leaves_it_out(merged: Ticket) -> None:
    boss: User = UserFactory(is_superuser=True)
    seen = access.tickets_of(boss)
    assert merged not in seen
    assert merged.merged_into in seen


@pytest.fixture
def resolved(pair: tuple[Ticket, Ticket], agent: User) -> tuple[Ticket, Ticket]:
    """The second is resolved and waits for its client."""
    ticket, target = pair
    advance.act(held(target, agent), "resolve", by=agent, solution="Restarted")
    assert settled(target).status == Status.RESOLVED
    return ticket, target


def test_merging_into_a_resolved_ticket_offers_to_reopen_it(resolved: Any, agent: User) -> None:
    ticket, target = resolved
    browser, address = signed_in(agent), reverse("desk:ticket-merge", args=[ticket.pk])
    page = browser.get(address, {"other": target.pk}).content.decode()
    assert f"Re-open {target.reference}: it is resolved" in page
    browser.post(address, {"other": target.pk, "reopen": "on"})
    target.refresh_from_db()
    assert target.status == Status.VERIFICATION
    assert target.reopened_count == 1
    event = target.events.get(kind=EventKind.REOPENED)
    assert event.details["reason"] == f"Duplicate of {ticket.reference}."


def test_who_does_not_want_it_leaves_the_target_resolved(resolved: Any, agent: User) -> None:
    ticket, target = resolved
    merging.merge(ticket, target, by=agent)
    target.refresh_from_db()
    assert target.status == Status.RESOLVED


def test_an_open_target_is_not_asked_about(pair: Any, agent: User) -> None:
    ticket, target = pair
    page = signed_in(agent).get(reverse("desk:ticket-merge", args=[ticket.pk]), {"other": target.pk})
    assert 'name="reopen"' not in page.content.decode()
