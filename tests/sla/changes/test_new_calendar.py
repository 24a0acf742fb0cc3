"""A new version brought to open tickets: what the clocks say then, and what is written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from servicedesk.desk.history.event_names import Names
from servicedesk.desk.history.event_sentence import sentence
from servicedesk.people.models import User
from servicedesk.tickets.models import EventKind, Ticket, TicketEvent
from sla.changes import preview, rollout
from sla.clocks import lifecycle as clocks
from sla.models import Calendar, Clock, ClockEvent, Policy, TicketTerms
from sla.sweep import clock_sweep
from sla.versions import publishing
from tests.sla.changes.applying import HOLIDAY, applied, new_calendar, new_policy, undone
from tests.sla.conftest import LONG_AGO
from tests.sla.example_calendars import C1, HOUR, moscow
from tests.sla.life import ask_client, client_answers, clock_of, move, resolve, work

pytestmark = pytest.mark.django_db
Opener = Callable[..., Ticket]


def reasons_of(ticket: Ticket) -> list[str]:
    kinds = {EventKind.SLA_TERMS_CHANGED, EventKind.SLA_TERMS_RESTORED}
    return list(TicketEvent.objects.filter(ticket=ticket, kind__in=kinds).values_list("kind", flat=True))


def test_a_forgotten_holiday_is_applied_to_open_tickets(
    opened: Opener, calendar: Calendar, admin: User
) -> None:
    ticket, closed = opened("03-13 17:00"), opened("03-13 17:00")
    for one in (ticket, closed):
        work(one, "03-13 17:05")
    resolve(closed, "03-16 14:00")
    move(closed, EventKind.CLOSED, "03-16 14:30")
    clock_sweep.sweep(moscow("03-16 12:30"))
    assert clock_of(ticket).breached_at == moscow("03-16 12:00")

    seen = preview.of_calendar(calendar, HOLIDAY, moscow("03-16 15:00"))
    assert (seen.open_tickets, seen.changed, seen.relieved) == (1, 1, 1)
    assert [told.reference for told in seen.effects if told.kind == "resolution"] == [ticket.reference]

    change = applied(new_calendar(calendar, "03-16 15:00"), admin, "03-16 15:00")
    assert (change.state, change.total, change.done, change.changed) == ("done", 1, 1, 1)
    clock = clock_of(ticket)
    assert (clock.due_at, clock.breached_at, clock.breaches) == (moscow("03-17 12:00"), None, 0)
    ticket.refresh_from_db()
    assert (ticket.due_at, ticket.is_overdue) == (clock_of(ticket, "first_response").due_at, True)

    line = TicketEvent.objects.get(ticket=ticket, kind=EventKind.SLA_TERMS_CHANGED)
    assert (line.actor, line.details["version"]) == (admin, "Moscow v2")
    assert line.details["clocks"]["resolution"]["effect"] == "relieved"
    assert TicketTerms.objects.get(ticket=ticket).calendar_version.number == 2

    assert (clock_of(closed).due_at, clock_of(closed).state) == (moscow("03-16 12:00"), "breached")
    assert TicketTerms.objects.get(ticket=closed).calendar_version.number == 1
    assert reasons_of(closed) == []


def test_a_preview_writes_nothing(opened: Opener, calendar: Calendar, policy: Policy) -> None:
    opened("03-13 17:00")
    before = list(Clock.objects.values()), list(ClockEvent.objects.values())
    preview.of_calendar(calendar, HOLIDAY, moscow("03-16 15:00"))
    preview.of_policy(policy, [], moscow("03-16 15:00"))
    assert (list(Clock.objects.values()), list(ClockEvent.objects.values())) == before


def test_new_tickets_have_the_new_version_and_are_not_touched(
    opened: Opener, calendar: Calendar, admin: User
) -> None:
    version = new_calendar(calendar, "03-16 15:00")
    ticket = opened("03-16 16:00")
    change = applied(version, admin, "03-16 17:00")
    assert (change.state, change.total) == ("done", 0)
    assert not ticket.clocks.first().events.filter(kind="calendar").exists()  # type: ignore[union-attr]


def test_only_tickets_created_from_a_date_on(opened: Opener, calendar: Calendar, admin: User) -> None:
    old, new = opened("03-12 17:00"), opened("03-13 17:00")
    change = applied(new_calendar(calendar, "03-13 18:00"), admin, "03-13 18:00", since="03-13 00:00")
    assert (change.done, list(change.items.values_list("ticket", flat=True))) == (1, [new.pk])
    assert clock_of(old).calendar_version.number == 1


def test_a_paused_clock_follows_when_it_goes_on(opened: Opener, calendar: Calendar, admin: User) -> None:
    ticket = opened("03-13 16:00")
    work(ticket, "03-13 16:05")
    ask_client(ticket, "03-13 17:00")
    change = applied(new_calendar(calendar, "03-13 17:30"), admin, "03-13 17:30")
    assert (change.done, clock_of(ticket).due_at) == (1, None)
    client_answers(ticket, "03-16 10:00")
    assert clock_of(ticket).due_at == moscow("03-17 12:00")


def test_a_resolved_ticket_follows_when_it_is_opened_again(
    opened: Opener, calendar: Calendar, admin: User
) -> None:
    ticket = opened("03-13 16:00")
    work(ticket, "03-13 16:05")
    resolve(ticket, "03-13 17:00")
    change = applied(new_calendar(calendar, "03-13 17:30"), admin, "03-13 17:30")
    assert (change.done, change.changed, clock_of(ticket).state) == (1, 0, "met")
    move(ticket, EventKind.REOPENED, "03-16 10:00")
    assert clock_of(ticket).due_at == moscow("03-17 12:00")


def test_time_that_was_counted_under_the_wrong_calendar_is_mended_after_a_move_to_another(
    opened: Opener, calendar: Calendar, policy: Policy, admin: User
) -> None:
    ticket = opened("03-16 10:00")
    other = Calendar.objects.create(name="Other")
    publishing.publish_calendar(other, C1, LONG_AGO)
    clocks.change_terms(ticket, policy=policy, calendar=other, at=moscow("03-16 12:00"))
    assert clock_of(ticket).due_at == moscow("03-16 14:00")
    applied(new_calendar(calendar, "03-16 13:00"), admin, "03-16 13:00")
    clock = clock_of(ticket)
    assert (clock.due_at, clock.calendar_version.calendar) == (moscow("03-16 16:00"), other)


def test_working_days_are_as_long_as_the_new_days(opened: Opener, calendar: Calendar, admin: User) -> None:
    policy = Policy.objects.create(name="By days")
    new_policy(policy, "01-01 00:00", {"resolution": timedelta(0), "days": {"resolution": 2}})
    ticket = opened("03-02 09:00", policy=policy)
    assert clock_of(ticket).due_at == moscow("03-03 18:00")
    short = C1 | {"week": {day: ["09:00-13:00"] for day in C1["week"]}}
    change = applied(new_calendar(calendar, "03-02 10:00", short), admin, "03-02 10:00")
    assert clock_of(ticket).target == 8 * HOUR
    assert clock_of(ticket).due_at == moscow("03-03 13:00")
    undone(change, admin, "03-02 11:00")
    assert (clock_of(ticket).target, clock_of(ticket).due_at) == (18 * HOUR, moscow("03-03 18:00"))


def test_an_unmoved_deadline_is_not_announced_as_at_risk_again(
    opened: Opener, calendar: Calendar, admin: User
) -> None:
    ticket = opened("03-02 10:00")
    clock_sweep.sweep(moscow("03-02 13:30"))
    assert clock_of(ticket).risk_announced_at == moscow("03-02 13:30")
    change = applied(new_calendar(calendar, "03-02 13:40"), admin, "03-02 13:40")
    clock_sweep.sweep(moscow("03-02 13:50"))
    assert (change.changed, clock_of(ticket).risk_announced_at) == (0, moscow("03-02 13:30"))
    undone(change, admin, "03-02 13:55")
    clock_sweep.sweep(moscow("03-02 13:56"))
    assert clock_of(ticket).risk_announced_at == moscow("03-02 13:30")


def test_an_undone_relief_does_not_announce_the_breach_twice(
    opened: Opener, calendar: Calendar, admin: User
) -> None:
    ticket = opened("03-13 17:00")
    clock_sweep.sweep(moscow("03-16 12:30"))
    change = applied(new_calendar(calendar, "03-16 15:00"), admin, "03-16 15:00")
    undone(change, admin, "03-16 16:00")
    clock_sweep.sweep(moscow("03-16 16:05"))
    clock = clock_of(ticket)
    assert (clock.breaches, clock.breaches_announced, clock.breached_at) == (1, 1, moscow("03-16 12:00"))
    told = TicketEvent.objects.filter(ticket=ticket, kind=EventKind.SLA_BREACHED, details__clock="resolution")
    assert told.count() == 1
    assert reasons_of(ticket) == ["sla_terms_changed", "sla_terms_restored"]


def test_a_ticket_that_cannot_follow_is_left_and_named(
    opened: Opener, calendar: Calendar, admin: User
) -> None:
    policy = Policy.objects.create(name="Endless")
    new_policy(policy, "01-01 00:00", {"resolution": timedelta(hours=30_000)})
    endless, ticket = opened("03-02 10:00", policy=policy), opened("03-02 10:00")
    hardly = {"tz": "Europe/Moscow", "week": {"mon": ["09:00-09:01"]}}
    before = clock_of(endless).due_at
    change = applied(new_calendar(calendar, "03-02 10:30", hardly), admin, "03-02 10:30")
    assert (change.state, change.done) == ("done", 2)
    assert clock_of(endless).due_at == before
    assert change.items.get(ticket=endless).after == {"error": "time"}
    assert clock_of(ticket).calendar_version.number == 2
    assert TicketTerms.objects.get(ticket=endless).calendar_version.number == 1


def test_changes_of_the_same_are_undone_last_first(opened: Opener, calendar: Calendar, admin: User) -> None:
    ticket = opened("03-13 17:00")
    first = applied(new_calendar(calendar, "03-13 17:10"), admin, "03-13 17:10")
    second = applied(new_calendar(calendar, "03-13 17:20", C1), admin, "03-13 17:20")
    assert clock_of(ticket).due_at == moscow("03-16 12:00")
    with pytest.raises(rollout.ChangeRefused, match="Undo the later change to Moscow v3 first"):
        rollout.undo(first, by=admin, at=moscow("03-13 17:30"))
    undone(second, admin, "03-13 17:30")
    assert clock_of(ticket).due_at == moscow("03-17 12:00")
    undone(first, admin, "03-13 17:40")
    assert (clock_of(ticket).due_at, clock_of(ticket).calendar_version.number) == (moscow("03-16 12:00"), 1)
    with pytest.raises(rollout.ChangeRefused, match="undone already"):
        rollout.undo(first, by=admin, at=moscow("03-13 17:50"))


def test_a_closed_ticket_keeps_what_it_was_closed_with(
    opened: Opener, calendar: Calendar, admin: User
) -> None:
    ticket = opened("03-13 17:00")
    work(ticket, "03-13 17:05")
    change = applied(new_calendar(calendar, "03-13 17:30"), admin, "03-13 17:30")
    resolve(ticket, "03-17 10:00")
    move(ticket, EventKind.CLOSED, "03-17 11:00")
    undone(change, admin, "03-17 12:00")
    assert (change.state, clock_of(ticket).due_at) == ("undone", moscow("03-17 12:00"))
    assert not change.items.get().is_undone


def test_the_history_says_which_deadline_moved(opened: Opener, calendar: Calendar, admin: User) -> None:
    ticket = opened("03-13 17:00")
    change = applied(new_calendar(calendar, "03-16 15:00"), admin, "03-16 15:00")
    undone(change, admin, "03-16 16:00")
    lines = TicketEvent.objects.filter(ticket=ticket).order_by("pk")
    with time_machine.travel(moscow("03-16 16:00"), tick=False), timezone.override("Europe/Moscow"):
        assert [sentence(line, Names()) for line in lines] == [
            "applied Moscow v2 to open tickets, deadlines changed. "
            "Resolution: today 12:00 → tomorrow 12:00, no longer overdue.",
            "reverted Moscow v2 on open tickets. Resolution: tomorrow 12:00 → today 12:00, newly overdue.",
        ]
