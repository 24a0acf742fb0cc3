"""Clocks start with a ticket, hear what happens to it, and say when a promise is broken.

The facts they keep: `sla.models.ClockEvent`; the arithmetic: `sla.reckoning`; what follows from what:
`sla.reactions`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from servicedesk.people.models import User
from servicedesk.tickets.models import EventKind, Message, Ticket, TicketEvent
from servicedesk.tickets.statuses import Status
from sla import reactions
from sla.book import Book
from sla.facts import FactKind, Rule, State
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
from sla.reactions import FIRST_RESPONSE, NEXT_RESPONSE, RESOLUTION, Step
from sla.selection import choose
from sla.sweeping import sweep

__all__ = ["change_terms", "on_ticket_event", "start", "sweep"]

# Statuses on the way into or out of which a clock may have to do something.
_WATCHED = frozenset({*PAUSABLE, Status.RESOLVED, Status.CLOSED, Status.CANCELLED})
_TERMS = ("kind", "priority", "service")


def start(ticket: Ticket, *, policy: Policy, calendar: Calendar, at: datetime) -> list[Clock]:
    """Promise what the policy in force at `at` says of such a ticket; no row, no clock (R9).

    The next-response clock is not among them: a client's message starts it.

    Raises:
        NoWorkingTime: the calendar never reaches a target; such a one cannot be saved.
    """
    rows, calendar_version = _in_force(policy, calendar, at)
    if not rows or calendar_version is None:
        return []
    _agree(ticket, rows[0].version_id, calendar_version)
    book = Book(ticket)
    if cell := _cell_for(ticket, rows):
        for kind in (FIRST_RESPONSE, RESOLUTION):
            _open(book, kind, cell, calendar_version, at)
        if (
            FIRST_RESPONSE in book.clocks
            and ticket.status != Status.NEW
            and (answer := _first_answer(ticket, at))
        ):
            _take(book, book.clocks[FIRST_RESPONSE], [Step(FactKind.STOP)], answer, None)
    book.write()
    return list(book.clocks.values())


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
    book = Book.load(event.ticket)
    if moved_to:
        _on_status(book, moved_to, event)
    if is_reclassified:
        _reclassify(book, event.happened_at, event.actor, other_type=isinstance(details.get("kind"), list))
    book.write()


@transaction.atomic(savepoint=False)
def change_terms(
    ticket: Ticket, *, policy: Policy, calendar: Calendar, at: datetime, by: User | None = None
) -> None:
    """Measure an open ticket by other terms from now on, its contract having changed (R5)."""
    rows, calendar_version = _in_force(policy, calendar, at)
    if not rows or calendar_version is None:
        return
    _agree(ticket, rows[0].version_id, calendar_version)
    book = Book.load(ticket)
    _reclassify(book, at, by, other_type=False)
    book.write()


def _on_status(book: Book, status: str, event: TicketEvent) -> None:
    for kind, clock in book.clocks.items():
        # A mail that arrived before the last change of status does not undo it.
        at = max(event.happened_at, book.last_at(kind))
        cell = clock.cell
        steps = reactions.to_status(
            kind,
            State(clock.state),
            status,
            pause_in=cell.pause_in if cell else (),
            reopen=Rule(cell.reopen) if cell else Rule.CONTINUE,
        )
        _take(book, clock, steps, at, event.actor)


def _on_message(event: TicketEvent, side: str) -> None:
    at = event.happened_at
    if side == Message.Side.STAFF:
        book = Book.load(event.ticket)
        for kind, clock in book.clocks.items():
            state = State(clock.state)
            if clock.stopped_at and at < clock.stopped_at:
                state = State.RUNNING  # said before the one that stopped it, and heard of after
            if at >= book.first_at(kind):
                _take(book, clock, reactions.to_staff_message(kind, state), at, event.actor)
        book.write()
    elif side == Message.Side.CLIENT and event.ticket.status != Status.CANCELLED:
        _await_answer(Book.load(event.ticket), at, event.actor)


def _await_answer(book: Book, at: datetime, by: User | None) -> None:
    """The client wrote: somebody owes an answer (R11)."""
    if not reactions.starts_next_response(book.state(FIRST_RESPONSE), book.state(NEXT_RESPONSE)):
        return
    terms = _terms(book.ticket)
    cell = _cell_for(book.ticket, _rows().filter(version=terms.policy_version_id)) if terms else None
    if terms is None or cell is None or cell.next_response is None:
        return
    _open(book, NEXT_RESPONSE, cell, terms.calendar_version, at, by=by)
    if answer := _first_answer(book.ticket, at):
        book.add(book.clocks[NEXT_RESPONSE], FactKind.STOP, answer)
    book.write()


def _reclassify(book: Book, at: datetime, by: User | None, *, other_type: bool) -> None:
    """Another row of the matrix may hold now: clocks get new terms, appear or disappear (R5)."""
    terms = _terms(book.ticket)
    if terms is None:
        return
    cell = _cell_for(book.ticket, _rows().filter(version=terms.policy_version_id))
    for kind in reactions.KINDS:
        clock = book.clocks.get(kind)
        if clock is None:
            if cell and cell.promises(kind) and _begins_late(book, kind):
                begin = book.ticket.opened_at if cell.retarget == Rule.RECOMPUTE else at
                _open(book, kind, cell, terms.calendar_version, begin, by=by)
            continue
        _retarget(book, clock, cell, terms.calendar_version, max(at, book.last_at(kind)), by, other_type)


def _retarget(
    book: Book, clock: Clock, cell: PolicyCell | None, contract_calendar: CalendarVersion, at: datetime,
    by: User | None, other_type: bool,
) -> None:  # fmt: skip
    """Give a clock the terms of another row, or end it if that row promises nothing."""
    version = _calendar_version(cell, contract_calendar, clock.calendar_version, at)
    is_same = (clock.cell, clock.calendar_version) == (cell, version) and clock.state != State.CANCELLED
    if is_same and not other_type:
        return
    is_promised = cell is not None and cell.promises(clock.kind)
    rule = Rule(cell.retarget) if cell else Rule.KEEP
    steps = reactions.to_new_terms(
        State(clock.state), is_promised=is_promised, rule=rule, other_type=other_type
    )
    if cell and is_promised and steps:
        clock.cell, clock.policy_version_id, clock.calendar_version = cell, cell.version_id, version
    _take(book, clock, steps, at, by)
    _pause_if_due(book, clock, at, by)


def _begins_late(book: Book, kind: str) -> bool:
    """May a clock begin in the middle of a ticket's life? Not for what has been done already."""
    if kind == FIRST_RESPONSE:
        return _first_answer(book.ticket, book.ticket.opened_at) is None
    return kind == RESOLUTION and book.ticket.status not in {Status.RESOLVED, *Status.finished()}


def _open(
    book: Book, kind: str, cell: PolicyCell, contract_calendar: CalendarVersion, at: datetime,
    *, by: User | None = None,
) -> None:  # fmt: skip
    """Start a clock of this kind if the row promises one: a new one, or a new cycle of the old."""
    if not cell.promises(kind):
        return
    clock = book.clocks.get(kind)
    version = _calendar_version(cell, contract_calendar, clock.calendar_version if clock else None, at)
    target = cell.promise(kind, version.worktime().day_length())
    if clock is None:
        clock = Clock(ticket=book.ticket, kind=kind, calendar_version=version)
        book.open(clock)
    clock.cell, clock.policy_version_id, clock.calendar_version = cell, cell.version_id, version
    book.add(clock, FactKind.START, at, by=by, target=target, calendar_version=version, cell=cell)
    _pause_if_due(book, clock, at, by)


def _pause_if_due(book: Book, clock: Clock, at: datetime, by: User | None) -> None:
    """Stand still or go on, as the clock's row says of the ticket's status."""
    is_pausing = clock.cell is not None and reactions.pauses(
        clock.kind, book.ticket.status, clock.cell.pause_in
    )
    if clock.state == State.RUNNING and is_pausing:
        book.add(clock, FactKind.PAUSE, at, by=by, reason=book.ticket.status)
    elif clock.state == State.PAUSED and not is_pausing:
        book.add(clock, FactKind.RESUME, at, by=by)


def _take(book: Book, clock: Clock, steps: list[Step], at: datetime, by: User | None) -> None:
    for step in steps:
        details = dict(step.details)
        if step.kind is FactKind.RETARGET and clock.cell:
            day = clock.calendar_version.worktime().day_length()
            details |= {"target": clock.cell.promise(clock.kind, day), "cell": clock.cell}
            details["calendar_version"] = clock.calendar_version
        book.add(clock, step.kind, at, by=by, **details)


def _in_force(
    policy: Policy, calendar: Calendar, at: datetime
) -> tuple[list[PolicyCell], CalendarVersion | None]:
    """The matrix and the calendar as they are at this moment: two statements."""
    valid = PolicyVersion.objects.filter(policy=policy, effective_from__lte=at)
    latest = valid.order_by("-effective_from", "-number").values("pk")[:1]
    return list(_rows().filter(version=latest)), calendar.version_at(at)


def _agree(ticket: Ticket, policy_version: int, calendar: CalendarVersion) -> None:
    """Note the terms, in place of any former ones: one statement."""
    TicketTerms.objects.bulk_create(
        [TicketTerms(ticket=ticket, policy_version_id=policy_version, calendar_version=calendar)],
        update_conflicts=True,
        unique_fields=["ticket"],
        update_fields=["policy_version", "calendar_version"],
    )


def _first_answer(ticket: Ticket, since: datetime) -> datetime | None:
    """When the staff first said something to the client from this moment on."""
    said = Message.objects.filter(
        ticket=ticket, side=Message.Side.STAFF, visibility=Message.Visibility.PUBLIC, sent_at__gt=since
    )
    return said.order_by("sent_at").values_list("sent_at", flat=True).first()


def _rows() -> QuerySet[PolicyCell]:
    """Without what they point to: a matrix is read whole, and one row of it is used."""
    return PolicyCell.objects.order_by()


def _terms(ticket: Ticket) -> TicketTerms | None:
    return TicketTerms.objects.filter(ticket=ticket).select_related("calendar_version").first()


def _cell_for(ticket: Ticket, rows: Iterable[PolicyCell]) -> PolicyCell | None:
    return choose(rows, kind=ticket.kind, priority=ticket.priority, service_id=ticket.service_id)


def _calendar_version(
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
