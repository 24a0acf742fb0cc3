"""What a change did to a ticket, as its page says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.functional import Promise

from servicedesk.tickets.models import DueKind, EventKind, TicketEvent
from sla.changes import wording as change_wording
from sla.changes.before_and_after import Fault, Record
from sla.changes.effects import Effect, Standing, effect
from sla.models import TermsChange, TermsChangeItem


@dataclass(frozen=True)
class ClockLine:
    """One clock: before and after; no effect, nothing that anybody feels."""

    promise: str
    before: datetime | None
    after: datetime | None
    effect: Effect | None


@dataclass(frozen=True)
class ItemLine:
    item: TermsChangeItem
    clocks: list[ClockLine]
    fault: str | Promise


def lines(change: TermsChange, items: list[TermsChangeItem]) -> list[ItemLine]:
    return [ItemLine(item, _clocks(change, item), _fault(item)) for item in items]


def felt(change: TermsChange) -> QuerySet[TermsChangeItem]:
    """Those of whose tickets the history tells: their deadlines moved."""
    told = TicketEvent.objects.filter(
        kind=EventKind.SLA_TERMS_CHANGED, happened_at=change.at, details__change=change.pk
    )
    return change.items.filter(ticket__in=told.values("ticket"))


def left_out(change: TermsChange) -> QuerySet[TermsChangeItem]:
    """Those that could not follow."""
    return change.items.filter(after__has_key="error")


def _fault(item: TermsChangeItem) -> str | Promise:
    return Fault(item.after["error"]).label if "error" in item.after else ""


def _clocks(change: TermsChange, item: TermsChangeItem) -> list[ClockLine]:
    if "error" in item.after:
        return []
    return [
        _line(change, kind, item.before.get(kind), item.after[kind]) for kind in DueKind if kind in item.after
    ]


def _line(change: TermsChange, kind: DueKind, before: Record | None, after: Record) -> ClockLine:
    stood = _standing(before) if before else None
    stands = _standing(after)
    return ClockLine(
        promise=str(kind.label),
        before=stood.due_at if stood else None,
        after=stands.due_at,
        effect=effect(stood, stands, change.at, change.at),
    )


def _standing(record: Record) -> Standing:
    left = timedelta(seconds=record["target"] - record["elapsed"])
    return Standing(record["state"], change_wording.moment(record["due_at"]), left)
