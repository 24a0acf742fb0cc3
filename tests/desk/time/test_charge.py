"""What time will be charged stands beside the field before it is logged."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from contracts.hours import prepaid
from contracts.models import Contract, Rounding, RunningTimer, TimeEntry
from contracts.time.entries import log_time
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from tests.desk.conftest import Cast, accepted, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    Contract.objects.update(rounding=Rounding.DAY)
    prepaid.purchase(Contract.objects.get(), Decimal(10), by=None, note="Invoice 1")
    return accepted(cast.ticket(), cast.marta)


def told(cast: Cast, ticket: Ticket, **typed: str) -> str:
    given = {"minutes": "20", "work_kind": "remote", "spent_on": timezone.localdate().isoformat()} | typed
    answer = signed_in(cast.marta).get(reverse("desk:ticket-time-charge", args=[ticket.pk]), given)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_while_it_is_typed(cast: Cast, ticket: Ticket) -> None:
    assert "20m use 0.5 h" in told(cast, ticket)
    log_time(ticket, by=cast.marta, minutes=20, work_kind="remote")
    after = told(cast, ticket, minutes="5m")
    assert "5m use 0 h" in after
    assert "Added up with 20m logged before." in after
    assert "none of its hours are used" in told(cast, ticket, is_billable="on")
    assert "rounded up together, to 15 minutes" in told(cast, ticket, minutes="soon")


def test_the_page_says_the_rule_and_asks_while_one_types(cast: Cast, ticket: Ticket) -> None:
    text = signed_in(cast.marta).get(reverse("desk:ticket", args=[ticket.pk])).content.decode()
    assert "The time of a ticket and day is rounded up together, to 15 minutes." in text
    assert f'hx-get="{reverse("desk:ticket-time-charge", args=[ticket.pk])}"' in text


def test_a_stopped_timer_says_it_without_a_script(cast: Cast, ticket: Ticket) -> None:
    began = timezone.now() - timedelta(minutes=20)
    RunningTimer.objects.create(person=cast.marta, ticket=ticket, started_at=began)
    browser = signed_in(cast.marta)
    page = browser.post(reverse("desk:timer-stop"), follow=True).content.decode()
    assert "20m use 0.5 h" in page


def test_a_changed_entry_says_it_too(cast: Cast, ticket: Ticket) -> None:
    entry = log_time(ticket, by=cast.marta, minutes=20, work_kind="remote")
    path = reverse("desk:time-entry-charge", args=[entry.pk])
    given = {"minutes": "40", "work_kind": "remote", "spent_on": entry.spent_on.isoformat()}
    text = signed_in(cast.marta).get(path, given).content.decode()
    assert "40m use 0.75 h" in text
    assert "Then 9.25 h are left." in text
    same = signed_in(cast.marta).get(path, given | {"minutes": "20"}).content.decode()
    assert "Only the text changes: the charge stays the same." in same


def test_strangers_are_told_nothing(cast: Cast, ticket: Ticket) -> None:
    path = reverse("desk:ticket-time-charge", args=[ticket.pk])
    assert signed_in(cast.helen).get(path).status_code in (302, 403, 404)


def test_more_than_twelve_hours_are_asked_about(cast: Cast, ticket: Ticket) -> None:
    typed: dict[str, Any] = {
        "minutes": "13h", "work_kind": "remote", "spent_on": timezone.localdate().isoformat(),
        "is_billable": "on",
    }  # fmt: skip
    path = reverse("desk:ticket-time", args=[ticket.pk])
    asked = signed_in(cast.marta).post(path, typed)
    assert asked.status_code == 422
    assert "13h without a break is unusually long." in asked.content.decode()
    box = asked.context["time_form"].fields["confirmed"].widget.attrs["value"]
    assert signed_in(cast.marta).post(path, typed | {"confirmed": box}).status_code == 302
    assert TimeEntry.objects.get().minutes == 780


def test_a_finished_ticket_offers_the_form_to_who_had_it_alone(cast: Cast, ticket: Ticket) -> None:
    Ticket.objects.update(status=Status.CLOSED)
    path = reverse("desk:ticket", args=[ticket.pk])
    assert 'id="log-time"' in signed_in(cast.marta).get(path).content.decode()
    other = signed_in(cast.oleg).get(path)
    assert other.status_code == 404 or 'id="log-time"' not in other.content.decode()
