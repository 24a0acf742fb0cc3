"""A row of the matrix for the clocks of a ticket: how one starts, gets other terms, ends (R5).

Nothing is stored here: facts are told to the `TicketClocks`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from servicedesk.people.models import User
from servicedesk.tickets.models import EventKind, Message, Ticket
from servicedesk.tickets.statuses import Status
from sla.clocks.ticket_clocks import TicketClocks
from sla.engine import reactions
from sla.engine.facts import STOPPED, FactKind, Rule, State
from sla.engine.reactions import FIRST_RESPONSE, RESOLUTION, Step
from sla.engine.selection import choose
from sla.models import CalendarVersion, Clock, PolicyCell


def measure(
    ticket_clocks: TicketClocks,
    cell: PolicyCell | None,
    contract_calendar: CalendarVersion,
    at: datetime,
    by: User | None,
    *,
    other_type: bool,
    kinds: Iterable[str] = reactions.KINDS,
) -> None:
    """Measure the ticket by this row from `at` on: clocks get new terms, appear or disappear."""
    for kind in kinds:
        if ticket_clocks.has(kind):
            moment = max(at, ticket_clocks.last_at(kind))
            retarget(
                ticket_clocks, ticket_clocks.clocks[kind], cell, contract_calendar, moment, by, other_type
            )
        elif cell and cell.has_target(kind) and begins_late(ticket_clocks, kind):
            if cell.retarget == Rule.RECOMPUTE:
                _start_at_creation(ticket_clocks, kind, cell, contract_calendar, by)
            else:
                start(ticket_clocks, kind, cell, contract_calendar, at, by=by)


def start(
    ticket_clocks: TicketClocks,
    kind: str,
    cell: PolicyCell,
    contract_calendar: CalendarVersion,
    at: datetime,
    *,
    by: User | None = None,
    is_past: bool = False,
) -> None:
    """Start a clock of this kind if the row has a target for it: a new one, or a new cycle of the old."""
    if not cell.has_target(kind):
        return
    clock = ticket_clocks.clocks.get(kind)
    version = calendar_version_for(cell, contract_calendar, clock.calendar_version if clock else None, at)
    if clock is None:
        clock = Clock(ticket=ticket_clocks.ticket, kind=kind, calendar_version=version)
        ticket_clocks.open(clock)
    clock.cell, clock.policy_version, clock.calendar_version = cell, cell.version, version
    ticket_clocks.add(clock, FactKind.START, at, by=by, **target_details(cell, kind, version, at))
    if not is_past:
        follow_status(ticket_clocks, clock, at, by)


def _start_at_creation(
    ticket_clocks: TicketClocks,
    kind: str,
    cell: PolicyCell,
    contract_calendar: CalendarVersion,
    by: User | None,
) -> None:
    """Start a clock as if it had run from the beginning, and tell it what became of the ticket since."""
    start(ticket_clocks, kind, cell, contract_calendar, ticket_clocks.ticket.opened_at, by=by, is_past=True)
    clock = ticket_clocks.clocks[kind]
    lived = ticket_clocks.ticket.events.filter(happened_at__gt=ticket_clocks.ticket.opened_at).select_related(
        "actor"
    )
    lived = lived.exclude(
        kind=EventKind.MERGED
    )  # the ticket is open, so that was undone, as if it had not been
    for event in lived.order_by("happened_at", "pk"):
        if (status := event.details.get("to")) in Status.values:
            steps = reactions.to_status(
                kind, State(clock.state), status, pause_in=cell.pause_in, reopen=Rule(cell.reopen)
            )
            take(ticket_clocks, clock, steps, event.happened_at, event.actor)


def retarget(
    ticket_clocks: TicketClocks,
    clock: Clock,
    cell: PolicyCell | None,
    contract_calendar: CalendarVersion,
    at: datetime,
    by: User | None,
    other_type: bool,
) -> None:
    """Give a clock the terms of another row, or end it if that row has no target."""
    version = calendar_version_for(cell, contract_calendar, clock.calendar_version, at)
    is_same = (clock.cell, clock.calendar_version) == (cell, version) and clock.state != State.CANCELLED
    stands = stands_still(ticket_clocks, clock)
    if is_same and not other_type and not stands:
        return
    has_target = cell is not None and cell.has_target(clock.kind)
    rule = Rule(cell.retarget) if cell else Rule.KEEP
    steps = reactions.to_new_terms(
        clock.kind,
        State(clock.state),
        has_target=has_target,
        may_return=clock.state == State.CANCELLED and _may_return(ticket_clocks, clock),
        rule=rule,
        other_type=other_type,
    )
    if cell and has_target and steps:
        clock.cell, clock.policy_version, clock.calendar_version = cell, cell.version, version
    take(ticket_clocks, clock, steps, at, by)
    if cell and has_target and stands:
        again = Step(FactKind.REOPEN, {"rule": Rule(cell.reopen)})
        take(ticket_clocks, clock, [again], at, by)
    follow_status(ticket_clocks, clock, at, by)


def stands_still(ticket_clocks: TicketClocks, clock: Clock) -> bool:
    """Was the ticket re-opened while there was no target, so that the clock did not go on (R9)?"""
    is_over = ticket_clocks.ticket.status in {Status.RESOLVED, *Status.finished()}
    return clock.kind == RESOLUTION and clock.state in STOPPED and not is_over


def begins_late(ticket_clocks: TicketClocks, kind: str) -> bool:
    """May a clock begin in the middle of a ticket's life? Not for what has been done already."""
    if ticket_clocks.ticket.status in {Status.RESOLVED, *Status.finished()}:
        return False
    if kind == FIRST_RESPONSE:
        return first_answer(ticket_clocks.ticket, ticket_clocks.ticket.opened_at) is None
    return kind == RESOLUTION


def _may_return(ticket_clocks: TicketClocks, clock: Clock) -> bool:
    """Is what a cancelled clock measured still to be done?"""
    if ticket_clocks.ticket.status in {Status.RESOLVED, *Status.finished()}:
        return False
    since = clock.stopped_at or ticket_clocks.ticket.opened_at
    return clock.kind == RESOLUTION or first_answer(ticket_clocks.ticket, since) is None


def take(ticket_clocks: TicketClocks, clock: Clock, steps: list[Step], at: datetime, by: User | None) -> None:
    for step in steps:
        details = dict(step.details)
        if step.kind is FactKind.RETARGET and clock.cell:
            since = counted_since(clock, at, details["rule"])
            details |= target_details(clock.cell, clock.kind, clock.calendar_version, since)
        ticket_clocks.add(clock, step.kind, at, by=by, **details)


def target_details(cell: PolicyCell, kind: str, version: CalendarVersion, since: datetime) -> dict[str, Any]:
    """What a fact says of the terms; of days also how they are written, should they be settled anew (R8)."""
    promised = cell.target_of(kind)
    target = promised.working_time(version.worktime(), since) if promised else None
    written = {"promise": promised} if promised and promised.needs_start else {}
    return {"target": target, "calendar_version": version, "cell": cell} | written


def counted_since(clock: Clock, at: datetime, rule: Rule) -> datetime:
    """From where the days of new terms are counted: the start of the clock, unless it counts anew (R5)."""
    return at if rule == Rule.CHANGE else clock.started_at


def follow_status(ticket_clocks: TicketClocks, clock: Clock, at: datetime, by: User | None) -> None:
    """Stand still or go on, as the clock's row says of the ticket's status."""
    is_pausing = clock.cell is not None and reactions.pauses(
        clock.kind, ticket_clocks.ticket.status, clock.cell.pause_in
    )
    if clock.state == State.RUNNING and is_pausing:
        ticket_clocks.add(clock, FactKind.PAUSE, at, by=by, reason=ticket_clocks.ticket.status)
    elif clock.state == State.PAUSED and not is_pausing:
        ticket_clocks.add(clock, FactKind.RESUME, at, by=by)


def first_answer(ticket: Ticket, since: datetime) -> datetime | None:
    """When the staff first said something to the client from this moment on."""
    said = Message.objects.filter(
        ticket=ticket, side=Message.Side.STAFF, visibility=Message.Visibility.PUBLIC, sent_at__gt=since
    )
    return said.order_by("sent_at").values_list("sent_at", flat=True).first()


def cell_for(ticket: Ticket, rows: Iterable[PolicyCell]) -> PolicyCell | None:
    return choose(rows, kind=ticket.kind, priority=ticket.priority, service_id=ticket.service_id)


def calendar_version_for(
    cell: PolicyCell | None,
    contract_calendar: CalendarVersion,
    now_used: CalendarVersion | None,
    at: datetime,
) -> CalendarVersion:
    """The row's own calendar, else the contract's. A clock keeps the version it has (R7)."""
    if cell is None or cell.calendar_id is None or cell.calendar_id == contract_calendar.calendar_id:
        return contract_calendar
    if now_used and now_used.calendar_id == cell.calendar_id:
        return now_used
    assert cell.calendar is not None
    return cell.calendar.version_at(at) or contract_calendar
