"""Clocks start with a ticket and hear what happens to it.

The facts they keep: `sla.models.ClockEvent`; the arithmetic: `sla.engine.evaluation`; what follows from what:
`sla.engine.reactions`.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from servicedesk.people.models import User
from servicedesk.tickets.models import EventKind, Message, Ticket, TicketEvent
from servicedesk.tickets.statuses import Status
from sla.clocks import retargeting, ticket_terms
from sla.clocks.ticket_clocks import TicketClocks
from sla.engine import reactions
from sla.engine.facts import FactKind, Rule, State
from sla.engine.reactions import FIRST_RESPONSE, NEXT_RESPONSE, RESOLUTION, Step
from sla.models import (
    PAUSABLE,
    Calendar,
    CalendarVersion,
    Clock,
    Policy,
    PolicyCell,
    PolicyVersion,
    TicketTerms,
)
from sla.versions import published

# Statuses on the way into or out of which a clock may have to do something.
_WATCHED = frozenset({*PAUSABLE, Status.RESOLVED, Status.CLOSED, Status.CANCELLED})
_ENDS = frozenset({*reactions.OVER, Status.CANCELLED})
_NOT_THERE = frozenset({State.NONE, State.CANCELLED})
_TERMS = ("kind", "priority", "service")


def start(ticket: Ticket, *, policy: Policy, calendar: Calendar, at: datetime) -> list[Clock]:
    """Start the clocks that the policy in force at `at` says for such a ticket; no row, no clock (R9).

    The next-response clock is not among them: a client's message starts it.

    Raises:
        NoWorkingTime: the calendar never reaches a target; such a one cannot be saved.
    """
    rows, calendar_version = in_force(policy, calendar, at)
    if not rows or calendar_version is None:
        return []
    _agree(ticket, rows[0].version, calendar_version)
    ticket_clocks = TicketClocks(ticket)
    if cell := retargeting.cell_for(ticket, rows):
        for kind in (FIRST_RESPONSE, RESOLUTION):
            retargeting.start(ticket_clocks, kind, cell, calendar_version, at)
        if (
            FIRST_RESPONSE in ticket_clocks.clocks
            and ticket.status != Status.NEW
            and (answer := retargeting.first_answer(ticket, at))
        ):
            retargeting.take(
                ticket_clocks, ticket_clocks.clocks[FIRST_RESPONSE], [Step(FactKind.STOP)], answer, None
            )
    ticket_clocks.write()
    return list(ticket_clocks.clocks.values())


def on_ticket_event(event: TicketEvent) -> None:
    """Hear one line of history. Asks the database nothing when the line is none of the clocks' business."""
    details = event.details
    if event.kind == EventKind.MESSAGE_POSTED:
        if (
            details.get("visibility") == Message.Visibility.PUBLIC
            and event.happened_at > event.ticket.opened_at
        ):
            _on_message(event, details.get("side", ""))
        return
    is_reclassified = any(isinstance(details.get(name), list) for name in _TERMS)
    moved_to = details.get("to", "") if {details.get("from"), details.get("to")} & _WATCHED else ""
    if not is_reclassified and not moved_to:
        return
    ticket_clocks = TicketClocks.load(event.ticket)
    if moved_to:
        _on_status(ticket_clocks, moved_to, event)
    if is_reclassified:
        _reclassify(
            ticket_clocks, event.happened_at, event.actor, other_type=isinstance(details.get("kind"), list)
        )
    ticket_clocks.write()


@transaction.atomic(savepoint=False)
def change_terms(
    ticket: Ticket, *, policy: Policy, calendar: Calendar, at: datetime, by: User | None = None
) -> None:
    """Measure an open ticket by other terms from now on, its contract having changed (R5)."""
    rows, calendar_version = in_force(policy, calendar, at)
    if not rows or calendar_version is None:
        return
    _agree(ticket, rows[0].version, calendar_version)
    ticket_clocks = TicketClocks.load(ticket)
    _reclassify(ticket_clocks, at, by, other_type=False)
    ticket_clocks.write()


def _on_status(ticket_clocks: TicketClocks, status: str, event: TicketEvent) -> None:
    before = event.details.get("from")
    comes_back = before in {*reactions.OVER, Status.CANCELLED} and status not in _ENDS
    row, contract_calendar = _row_now(ticket_clocks.ticket) if comes_back else (None, None)
    for kind, clock in ticket_clocks.clocks.items():
        # A mail that arrived before the last change of status does not undo it.
        at = max(event.happened_at, ticket_clocks.last_at(kind))
        cell = clock.cell
        steps = reactions.to_status(
            kind,
            State(clock.state),
            status,
            pause_in=cell.pause_in if cell else (),
            reopen=Rule(cell.reopen) if cell else Rule.CONTINUE,
            has_target=row is not None and row.has_target(kind),
        )
        retargeting.take(ticket_clocks, clock, steps, at, event.actor)
    # What was cancelled by mistake is taken back by whoever undoes that: `sla.clocks.undo_cancellation`.
    if contract_calendar and before in reactions.OVER and ticket_clocks.state(RESOLUTION) in _NOT_THERE:
        at, by = event.happened_at, event.actor
        retargeting.measure(
            ticket_clocks, row, contract_calendar, at, by, other_type=False, kinds=(RESOLUTION,)
        )


def _row_now(ticket: Ticket) -> tuple[PolicyCell | None, CalendarVersion | None]:
    """The row that holds for the ticket as it is, and the calendar it is measured by (R9): two statements."""
    agreed = _terms(ticket)
    if agreed is None:
        return None, None
    return retargeting.cell_for(ticket, published.rows_of(agreed.policy_version)), agreed.calendar_version


def _on_message(event: TicketEvent, side: str) -> None:
    at = event.happened_at
    if side == Message.Side.STAFF:
        ticket_clocks = TicketClocks.load(event.ticket)
        for kind, clock in ticket_clocks.clocks.items():
            state = State(clock.state)
            if clock.stopped_at and at < clock.stopped_at:
                state = State.RUNNING  # said before the one that stopped it, and heard of after
            if at >= ticket_clocks.first_at(kind):
                retargeting.take(
                    ticket_clocks, clock, reactions.to_staff_message(kind, state), at, event.actor
                )
        ticket_clocks.write()
    elif side == Message.Side.CLIENT and event.ticket.status != Status.CANCELLED:
        _await_answer(TicketClocks.load(event.ticket), at, event.actor)


def _await_answer(ticket_clocks: TicketClocks, at: datetime, by: User | None) -> None:
    """The client wrote: somebody owes an answer (R11)."""
    if not reactions.starts_next_response(
        ticket_clocks.state(FIRST_RESPONSE), ticket_clocks.state(NEXT_RESPONSE)
    ):
        return
    cell, contract_calendar = _row_now(ticket_clocks.ticket)
    if contract_calendar is None or cell is None or cell.next_response is None:
        return
    retargeting.start(ticket_clocks, NEXT_RESPONSE, cell, contract_calendar, at, by=by)
    if answer := retargeting.first_answer(ticket_clocks.ticket, at):
        ticket_clocks.add(ticket_clocks.clocks[NEXT_RESPONSE], FactKind.STOP, answer)
    ticket_clocks.write()


def _reclassify(ticket_clocks: TicketClocks, at: datetime, by: User | None, *, other_type: bool) -> None:
    """Another row of the matrix may hold now (R5)."""
    cell, contract_calendar = _row_now(ticket_clocks.ticket)
    if contract_calendar:
        retargeting.measure(ticket_clocks, cell, contract_calendar, at, by, other_type=other_type)


def in_force(
    policy: Policy, calendar: Calendar, at: datetime
) -> tuple[list[PolicyCell], CalendarVersion | None]:
    """The matrix, each row with its version, and the calendar at this moment: two statements."""
    matrix, hours = published.in_force(policy, calendar, at)
    return list(matrix.cells) if matrix else [], hours


def _agree(ticket: Ticket, policy_version: PolicyVersion, calendar: CalendarVersion) -> None:
    """Note the terms, in place of any former ones: one statement."""
    TicketTerms.objects.bulk_create(
        [TicketTerms(ticket=ticket, policy_version=policy_version, calendar_version=calendar)],
        update_conflicts=True,
        unique_fields=["ticket"],
        update_fields=["policy_version", "calendar_version"],
    )


def _terms(ticket: Ticket) -> TicketTerms | None:
    return ticket_terms.read(ticket)
