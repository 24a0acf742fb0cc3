"""The next few hundred tickets of a change, done or taken back. The caller holds the change's row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from servicedesk.lib import bulk_rows
from servicedesk.people.models import User
from servicedesk.tickets import events
from servicedesk.tickets.models import EventKind, Ticket
from sla.changes.before_and_after import FIELDS, Case, amend, open_cases
from sla.changes.effects import Effect
from sla.changes.new_terms import NewCalendar, NewMatrix, NewTerms
from sla.changes.undo import Undo
from sla.changes.undo_calendar import UndoCalendar
from sla.changes.undo_matrix import UndoMatrix
from sla.clocks.many_tickets import ManyTickets
from sla.models import TermsChange, TermsChangeItem

SIZE = 500
_ITEM = ("change", "ticket", "before", "after", "events", "is_undone")


def amendment_of(change: TermsChange) -> NewTerms:
    """What the change tells; one statement, two for a matrix."""
    if calendar := change.calendar_version:
        others = calendar.calendar.versions.exclude(pk=calendar.pk)
        return NewCalendar(calendar, set(others.values_list("pk", flat=True)), change.at, change.ordered_by)
    matrix = change.policy_version
    assert matrix is not None
    former = set(matrix.policy.versions.exclude(pk=matrix.pk).values_list("pk", flat=True))
    return NewMatrix(matrix, list(matrix.cells.order_by()), former, change.at, change.ordered_by)


def undoing_of(change: TermsChange, many_tickets: ManyTickets, at: datetime) -> Undo:
    if calendar := change.calendar_version:
        return UndoCalendar(calendar, many_tickets, at, change.undone_by, since=change.at)
    assert change.policy_version is not None
    return UndoMatrix(change.policy_version, many_tickets, at, change.undone_by)


def remaining(change: TermsChange, amendment: NewTerms) -> QuerySet[Ticket]:
    """Tickets still to do. They are done in the order of their keys, so the last one done tells."""
    found = amendment.concerned()
    if change.opened_from:
        found = found.filter(opened_at__gte=change.opened_from)
    last = change.items.order_by("-ticket").values_list("ticket", flat=True).first()
    return found.filter(pk__gt=last) if last else found


def count(change: TermsChange) -> int:
    return remaining(change, amendment_of(change)).count()


def to_take_back(change: TermsChange) -> QuerySet[TermsChangeItem]:
    """What is done and not taken back yet. A closed ticket keeps what it was closed with."""
    tickets = Ticket.objects.open().values("pk")
    return change.items.filter(is_undone=False, ticket__in=tickets)


def apply(change: TermsChange, many_tickets: ManyTickets) -> tuple[int, int]:
    """Bring the version to the next tickets; return how many were done, and how many felt it."""
    amendment = amendment_of(change)
    tickets = _locked(remaining(change, amendment))
    if not tickets:
        return 0, 0
    cases = open_cases(many_tickets, tickets, amendment.clocks)
    amendment.prepare([case.ticket_clocks for case in cases])
    for case in cases:
        amend(case, amendment.apply)
    told = {case.ticket.pk: list(case.ticket_clocks.added) for case in cases if not case.error}
    felt = _store(many_tickets, cases, change.at)
    items = [
        (
            change.pk,
            case.ticket.pk,
            case.before,
            case.after(),
            [event.pk for event in told.get(case.ticket.pk, ())],
            False,
        )
        for case in cases
    ]
    bulk_rows.insert_values(TermsChangeItem, _ITEM, items)
    _record(change, EventKind.SLA_TERMS_CHANGED, felt, change.ordered_by, change.at)
    return len(cases), len(felt)


def take_back(change: TermsChange, many_tickets: ManyTickets, at: datetime) -> int:
    """Undo the next tickets; return how many."""
    items = {item.ticket_id: item for item in to_take_back(change).order_by("ticket")[:SIZE]}
    tickets = _locked(Ticket.objects.open().filter(pk__in=bulk_rows.among(items)))
    if not tickets:
        return 0
    undoing = undoing_of(change, many_tickets, at)
    cases = open_cases(many_tickets, tickets, undoing.clocks)
    undoing.prepare(cases, [items[case.ticket.pk] for case in cases])
    for case in cases:
        amend(case, undoing.of(items[case.ticket.pk]))
    felt = _store(many_tickets, cases, at)
    TermsChangeItem.objects.filter(pk__in=bulk_rows.among(items[ticket.pk].pk for ticket in tickets)).update(
        is_undone=True
    )
    _record(change, EventKind.SLA_TERMS_RESTORED, felt, change.undone_by, at)
    return len(cases)


def _locked(found: QuerySet[Ticket]) -> list[Ticket]:
    """The next of them, locked in the order of their keys."""
    return bulk_rows.fetch(found.select_for_update(of=("self",)).order_by("pk")[:SIZE], FIELDS)


Felt = list[tuple[Case, dict[str, Effect]]]


def _store(many_tickets: ManyTickets, cases: Sequence[Case], at: datetime) -> Felt:
    """Write what was told to those who could follow; return those who feel it."""
    sound = [case for case in cases if not case.error]
    felt = [(case, effects) for case in sound if (effects := case.effects(at, at))]
    many_tickets.write([case.ticket_clocks for case in sound])
    bulk_rows.update([case.terms for case in sound if case.terms], ("policy_version", "calendar_version"))
    return felt


def _record(change: TermsChange, kind: EventKind, felt: Felt, by: User | None, at: datetime) -> None:
    """A line in the history of each ticket whose deadline moved."""
    version = str(change.version)
    details = {
        case.ticket.pk: {"change": change.pk, "version": version, "clocks": _moved(case, effects)}
        for case, effects in felt
    }
    events.record_many(kind, details, by=by, at=at)


def _moved(case: Case, effects: dict[str, Effect]) -> dict[str, Any]:
    clocks, before = case.ticket_clocks.clocks, case.before
    return {
        kind: {
            "effect": effect.value,
            "due_at": [before[kind]["due_at"] if kind in before else None, _told(clocks[kind].due_at)],
        }
        for kind, effect in effects.items()
    }


def _told(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
