"""Met, breached, waived, overdue: counted in a period by one definition (R13)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Q

from servicedesk.tickets.models import EventKind, Message, Ticket
from sla.clocks import cached_columns, compliance
from sla.clocks.compliance import Tally, tally
from sla.clocks.ticket_clocks import TicketClocks
from sla.engine.facts import FactKind
from sla.models import Clock, FormerCycle, Policy
from sla.sweep import clock_sweep
from sla.versions import publishing
from tests.sla.conftest import LONG_AGO
from tests.sla.example_calendars import HOUR, moscow
from tests.sla.life import clock_of, move, reclassify, resolve, say, work

pytestmark = pytest.mark.django_db
Opener = Callable[..., Ticket]
SOLUTIONS = Q(kind="resolution")


def march(at: datetime, which: Q = SOLUTIONS) -> Tally:
    return tally(which, moscow("03-01 00:00"), moscow("04-01 00:00"), at=at)


def april(at: datetime) -> Tally:
    return tally(SOLUTIONS, moscow("04-01 00:00"), moscow("05-01 00:00"), at=at)


@pytest.fixture
def cycles(db: None) -> Policy:
    """4 hours to solve, each time anew."""
    policy = Policy.objects.create(name="Anew")
    publishing.publish_policy(policy, [{"resolution": 4 * HOUR, "reopen": "cycle"}], LONG_AGO)
    return policy


def test_a_breach_counts_when_it_happens_whether_or_not_anybody_looked(ticket: Ticket) -> None:
    """Due at 14:00; first no sweep, then one, then a late solution in the next month."""
    assert march(moscow("03-02 14:00")) == Tally()
    assert march(moscow("03-02 14:00:01")) == Tally(breached=1)
    clock_sweep.sweep(moscow("03-02 15:00"))
    assert march(moscow("03-02 15:00")) == Tally(breached=1)
    work(ticket, "04-02 10:00")
    resolve(ticket, "04-02 11:00")
    later = moscow("05-02 10:00")
    assert (march(later), april(later)) == (Tally(breached=1), Tally())


def test_a_promise_is_met_in_the_month_in_which_it_was_kept(opened: Opener) -> None:
    ticket = opened("03-31 17:00")
    work(ticket, "03-31 17:10")
    resolve(ticket, "04-01 10:00")
    assert (march(moscow("05-01 00:00")), april(moscow("05-01 00:00"))) == (Tally(), Tally(met=1))


def test_the_ends_of_a_period_belong_to_one_only(opened: Opener) -> None:
    ticket = opened("03-30 10:00")
    work(ticket, "03-30 10:10")
    resolve(ticket, "03-30 11:00")
    edge = moscow("03-30 11:00")
    before = tally(SOLUTIONS, moscow("03-01 00:00"), edge, at=edge)
    after = tally(SOLUTIONS, edge, moscow("05-01 00:00"), at=edge)
    assert (before, after) == (Tally(), Tally(met=1))


def test_each_cycle_counts_for_itself(opened: Opener, cycles: Policy) -> None:
    """Late, in time, and running past its deadline."""
    ticket = opened(policy=cycles)
    work(ticket, "03-02 10:10")
    for moment, end in (("03-02 15:00", "03-03 10:00"), ("03-03 11:00", "03-04 10:00")):
        resolve(ticket, moment)
        move(ticket, EventKind.REOPENED, end)
    assert list(FormerCycle.objects.values_list("number", "state")) == [(1, "breached"), (2, "met")]
    assert march(moscow("03-04 11:00")) == Tally(met=1, breached=1)
    assert march(moscow("03-05 11:00")) == Tally(met=1, breached=2)


def test_what_was_called_off_counts_in_neither(ticket: Ticket, opened: Opener) -> None:
    clock_sweep.sweep(moscow("03-02 15:00"))
    move(ticket, EventKind.CANCELLED, "03-02 16:00")
    assert march(moscow("03-03 10:00")) == Tally()


def test_a_waived_breach_is_told_beside(ticket: Ticket) -> None:
    clock_sweep.sweep(moscow("03-02 15:00"))
    ticket_clocks = TicketClocks.load(ticket)
    ticket_clocks.add(ticket_clocks.clocks["resolution"], FactKind.WAIVE, moscow("03-02 16:00"))
    ticket_clocks.write()
    counted = march(moscow("03-03 10:00"))
    assert (counted, counted.compliance) == (Tally(waived=1), None)


def test_broken_once_and_kept_under_other_terms_is_broken(ticket: Ticket) -> None:
    reclassify(ticket, "03-02 10:00", priority=1)  # 2 hours, then 4 again
    clock_sweep.sweep(moscow("03-02 12:30"))
    reclassify(ticket, "03-02 13:00", priority=3)
    work(ticket, "03-02 13:05")
    resolve(ticket, "03-02 13:30")
    assert clock_of(ticket).state == "met"
    assert march(moscow("03-03 10:00")) == Tally(breached=1)


def test_a_type_changed_there_and_back_counts_its_breach_once(ticket: Ticket) -> None:
    clock_sweep.sweep(moscow("03-02 15:00"))
    for moment, kind in (("03-02 16:00", "service_request"), ("03-02 17:00", "incident")):
        reclassify(ticket, moment, kind=kind)
    assert march(moscow("03-04 10:00")) == Tally(breached=1)
    assert clock_of(ticket).breaches == 1  # and nobody is told a second time
    assert clock_of(ticket).breached_at == moscow("03-02 14:00")


def test_words_heard_late_change_how_a_former_cycle_ended(opened: Opener) -> None:
    answers = Q(kind="next_response")
    ticket = opened()
    say(ticket, Message.Side.STAFF, "03-02 10:10")
    say(ticket, Message.Side.CLIENT, "03-02 11:00")
    say(ticket, Message.Side.STAFF, "03-02 12:30")
    say(ticket, Message.Side.CLIENT, "03-02 13:00")
    assert march(moscow("03-02 13:30"), answers) == Tally(breached=1)
    say(ticket, Message.Side.STAFF, "03-02 11:20")
    assert march(moscow("03-02 13:30"), answers) == Tally(met=1)


def test_what_is_rebuilt_and_what_was_filled_in_once_is_the_same(opened: Opener, cycles: Policy) -> None:
    ticket = opened(policy=cycles)
    work(ticket, "03-02 10:10")
    resolve(ticket, "03-02 15:00")
    move(ticket, EventKind.REOPENED, "03-03 10:00")
    stored = list(FormerCycle.objects.values("clock", "number", "state", "stopped_at", "breached_at"))
    FormerCycle.objects.all().delete()
    filling = __import__("sla.migrations.0008_former_cycles", fromlist=["reckon_former_cycles"])
    filling.reckon_former_cycles(apps, None)
    names = ("clock", "number", "state", "stopped_at", "breached_at")
    assert list(FormerCycle.objects.values(*names)) == stored
    FormerCycle.objects.all().delete()
    from django.core.management import call_command

    call_command("sla_rebuild")
    assert list(FormerCycle.objects.values(*names)) == stored


def test_a_share_is_a_full_hundred_only_when_all_was_kept() -> None:
    assert [Tally(met, late).compliance for met, late in ((2, 1), (1999, 1), (5, 0))] == [66.7, 99.9, 100.0]
    assert Tally(0, 0, 3).compliance is None


def test_all_groups_of_tallies_cost_one_statement(ticket: Ticket, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        found = compliance.tallies(
            Q(),
            moscow("03-01 00:00"),
            moscow("04-01 00:00"),
            by=("ticket__client", "kind"),
            at=moscow("03-03 10:00"),
        )
    assert found == {
        (ticket.client_id, "first_response"): Tally(breached=1),
        (ticket.client_id, "resolution"): Tally(breached=1),
    }


def test_overdue_is_what_is_past_its_deadline_and_not_done(ticket: Ticket) -> None:
    def late(moment: str) -> tuple[bool, bool]:
        at = moscow(moment)
        ticket.refresh_from_db()
        listed = Ticket.objects.filter(compliance.overdue(at)).exists()
        return listed, compliance.is_overdue(ticket, at)

    assert late("03-02 11:00") == (False, False)  # to the very instant it is not
    assert late("03-02 11:00:01") == (True, True)
    say(ticket, Message.Side.STAFF, "03-02 12:00")
    assert late("03-02 13:00") == (False, False)  # one promise was broken, the next is not
    work(ticket, "03-02 15:00")
    assert late("03-02 15:00") == (True, True)
    resolve(ticket, "03-02 16:00")
    assert late("03-20 10:00") == (False, False)
    say(ticket, Message.Side.CLIENT, "03-20 10:00")  # an answer is owed to whoever was helped
    assert clock_of(ticket, "next_response").due_at == moscow("03-20 11:00")
    assert late("03-20 12:00") == (False, False)
    assert Clock.objects.filter(state="running").exists()


@pytest.mark.parametrize("end", [EventKind.CANCELLED, EventKind.MERGED])
def test_a_breach_of_a_ticket_that_is_no_more_counts_nowhere(ticket: Ticket, end: EventKind) -> None:
    """The mark on its page and the reports say the same."""
    clock_sweep.sweep(moscow("03-02 15:00"))
    ticket.refresh_from_db()
    assert ticket.is_overdue
    move(ticket, end, "03-02 16:00")
    clock_sweep.sweep(moscow("03-02 17:00"))
    ticket.refresh_from_db()
    reported = Ticket.objects.filter(compliance.broken(moscow("03-03 10:00"))).exists()
    assert (ticket.is_overdue, reported) == (False, False)


def test_a_breach_that_nobody_saw_before_the_ticket_was_cancelled_marks_nothing(ticket: Ticket) -> None:
    move(ticket, EventKind.CANCELLED, "03-02 16:00")
    clock_sweep.sweep(moscow("03-02 17:00"))
    ticket.refresh_from_db()
    assert not ticket.is_overdue


def test_a_former_cycle_that_was_late_marks_the_ticket_also_when_it_is_not_read_again(
    opened: Opener, cycles: Policy
) -> None:
    ticket = opened(policy=cycles)
    work(ticket, "03-02 10:30")
    resolve(ticket, "03-02 16:00")
    move(ticket, EventKind.REOPENED, "03-03 10:00")
    move(ticket, EventKind.CANCELLED, "03-03 10:30")
    ticket.refresh_from_db()
    assert ticket.is_overdue is Ticket.objects.filter(compliance.broken(moscow("03-03 11:00"))).exists()
    cached_columns.set_deadline(ticket, list(ticket.clocks.all()))
    assert ticket.is_overdue
