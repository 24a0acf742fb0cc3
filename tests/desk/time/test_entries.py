"""Logging time at the page of a ticket."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from contracts.hours import prepaid
from contracts.models import AtZero, Contract, TimeEntry
from contracts.time import ticket_hours
from contracts.time.entries import correct_time, log_time
from servicedesk.desk.time.entry_form import TimeForm
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from tests.desk.conftest import Cast, accepted, signed_in
from tests.desk.ticket.pages import get, page, post


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
    prepaid.purchase(contract, Decimal(1), by=cast.admin, note="Invoice 1")
    Contract.objects.update(at_zero=AtZero.REFUSE)
    assert logged(cast, ticket, minutes="2h").status_code == 409
    assert logged(cast, ticket, minutes="2h", is_billable="on").status_code == 302
    assert logged(cast, ticket, minutes="1h").status_code == 302
    assert prepaid.balance(contract) == 0


def test_what_is_left_of_the_contract_is_beside_the_ticket(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    prepaid.purchase(Contract.objects.get(), Decimal(40), by=cast.admin, note="Invoice 1")
    logged(cast, ticket, minutes="1:30")
    text = page(cast.marta, ticket)
    assert "38.5 h" in text
    assert "left of 40" in text


def test_time_taken_back_stays_readable_and_does_not_count(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    entry = log_time(ticket, by=cast.marta, minutes=80, work_kind="remote")
    correct_time(entry, by=cast.marta, reason="Wrong ticket")
    text = page(cast.marta, ticket, "?tab=time")
    assert "Voided by Marta Vidal: Wrong ticket" in text
    assert "<s>1h 20m</s>" in text
    assert get(cast.marta, ticket).context["spent"].total_seconds() == 0


def test_below_zero_a_warning_follows_where_the_rule_is_to_warn(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    prepaid.purchase(Contract.objects.get(), Decimal(1), by=cast.admin, note="Invoice 1")
    logged(cast, ticket, minutes="1h")
    assert "are used up:" not in page(cast.marta, ticket)
    browser = signed_in(cast.marta)
    address = reverse("desk:ticket-time", args=[ticket.pk])
    sent = {"minutes": "2h 30m", "work_kind": "remote", "spent_on": "2026-01-05"}
    text = browser.post(address, sent, follow=True).content.decode()
    assert "The hours of Gold Brightwater Clinics are used up: −2.5 h." in text


def test_the_rule_of_the_request_type_refuses_with_its_name(cast: Cast) -> None:
    cast.item.at_zero = AtZero.REFUSE
    cast.item.save()
    ticket = accepted(cast.ticket(), cast.marta)
    answer = logged(cast, ticket, note="Read the logs")
    assert answer.status_code == 409
    assert "“Mail does not work” needs prepaid hours" in answer.content.decode()
    assert "Read the logs" in answer.content.decode()


def test_a_kind_that_the_hours_do_not_pay_for_needs_the_box(cast: Cast) -> None:
    Contract.objects.update(work_kinds=["on_site", "consultation"])
    ticket = accepted(cast.ticket(), cast.marta)
    form = get(cast.marta, ticket).context["time_form"]
    choices = dict(form.fields["work_kind"].choices)
    assert choices["travel"] == "Travel – billable outside contract"
    assert choices["on_site"] == "On site"
    assert form["work_kind"].initial == "on_site"
    answer = logged(cast, ticket, work_kind="travel", note="To Leeds")
    assert answer.status_code == 409
    assert answer.context["time_form"].errors == {
        "is_billable": ["Gold Brightwater Clinics does not cover “Travel”; log it outside the contract."]
    }
    assert "To Leeds" in answer.content.decode()
    assert logged(cast, ticket, work_kind="travel", is_billable="on").status_code == 302


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        ({"minutes": "25h"}, "minutes", "A day has 24 hours"),
        ({"spent_on": "2026-01-06"}, "spent_on", "The day is in the future"),
        ({"spent_on": "2026-01-01"}, "spent_on", "The books of Gold Brightwater Clinics are closed until"),
    ],
)
def test_a_refusal_stands_at_the_field_it_is_about(
    cast: Cast, data: dict[str, str], field: str, sentence: str
) -> None:
    Contract.objects.update(closed_until="2026-01-02")
    ticket = accepted(cast.ticket(), cast.marta)
    answer = logged(cast, ticket, **({"note": "Read the logs"} | data))
    assert answer.status_code == 409
    assert sentence in answer.context["time_form"].errors[field][0]
    assert "Read the logs" in answer.content.decode()
    assert not TimeEntry.objects.exists()


def test_negative_time_is_no_time(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    answer = logged(cast, ticket, minutes="-1h")
    assert answer.status_code == 422
    assert "“-1h” is not a time." in answer.content.decode()


def test_a_ticket_that_was_closed_meanwhile_takes_the_time_of_who_had_it(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    Ticket.objects.update(status=Status.CLOSED)
    assert logged(cast, ticket, note="Read the logs").status_code == 302
    assert ticket.time_entries.get().person == cast.marta


def test_choosing_kinds_of_work_costs_no_statement(cast: Cast, django_assert_num_queries: Any) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    ticket_hours.of_ticket(ticket)
    with django_assert_num_queries(0):
        TimeForm(ticket=ticket, person=cast.marta)
