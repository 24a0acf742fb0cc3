"""Logging time at the page of a ticket."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from contracts import hours
from contracts.models import AtZero, Contract, TimeEntry
from contracts.time import correct_time, log_time
from servicedesk.tickets.models import Ticket
from tests.desk.conftest import Cast, accepted, signed_in
from tests.desk.pages import get, page, post


def logged(cast: Cast, ticket: Ticket, minutes: str = "1h 20m", **data: Any) -> Any:
    values = {"minutes": minutes, "work_kind": "remote", "spent_on": "2026-01-05"}
    return post(cast.marta, "time", ticket, **(values | data))


def test_time_is_read_as_people_write_it(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    assert logged(cast, ticket, note="Read the logs", internal_note="Tedious").status_code == 302
    entry = TimeEntry.objects.get()
    assert (entry.minutes, entry.person, entry.spent_on) == (80, cast.marta, date(2026, 1, 5))
    assert (entry.note, entry.internal_note, entry.is_billable) == ("Read the logs", "Tedious", False)
    assert "logged 1h 20m" in page(cast.marta, ticket)
    text = page(cast.marta, ticket, "?tab=time")
    assert "Read the logs" in text
    assert "Tedious" in text


def test_the_note_for_us_never_reaches_the_client(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    logged(cast, ticket, internal_note="Tedious")
    portal = signed_in(cast.helen).get(reverse("portal:request", args=[ticket.pk])).content.decode()
    assert "Tedious" not in portal


def test_time_that_cannot_be_read_is_asked_for_again_with_everything_kept(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    response = logged(cast, ticket, minutes="a while", note="Read the logs")
    text = response.content.decode()
    assert response.status_code == 422
    assert "is not a time. Examples" in text
    assert 'value="a while"' in text
    assert "Read the logs" in text
    assert 'id="log-time" popover aria-labelledby="log-time-title" data-open' in text
    assert not TimeEntry.objects.exists()


def test_a_day_to_come_is_refused_with_the_text_kept(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    response = logged(cast, ticket, spent_on="2026-01-06", note="Read the logs")
    assert response.status_code == 409
    assert "The day is in the future" in response.content.decode()
    assert "Read the logs" in response.content.decode()


def test_a_contract_that_may_not_pass_zero_says_so(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    contract = Contract.objects.get()
    hours.purchase(contract, Decimal(1), by=cast.admin, note="Invoice 1")
    Contract.objects.update(at_zero=AtZero.REFUSE)
    assert logged(cast, ticket, minutes="2h").status_code == 409
    assert logged(cast, ticket, minutes="2h", is_billable="on").status_code == 302
    assert logged(cast, ticket, minutes="1h").status_code == 302
    assert hours.balance(contract) == 0


def test_what_is_left_of_the_contract_is_beside_the_ticket(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    hours.purchase(Contract.objects.get(), Decimal(40), by=cast.admin, note="Invoice 1")
    logged(cast, ticket, minutes="1:30")
    text = page(cast.marta, ticket)
    assert "38.5 h" in text
    assert "left of 40" in text


def test_time_taken_back_stays_readable_and_does_not_count(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    entry = log_time(ticket, by=cast.marta, minutes=80, work_kind="remote")
    correct_time(entry, by=cast.marta, reason="Wrong ticket")
    text = page(cast.marta, ticket, "?tab=time")
    assert "Taken back by Marta Vidal: Wrong ticket" in text
    assert "<s>1h 20m</s>" in text
    assert get(cast.marta, ticket).context["spent"].total_seconds() == 0
