"""The statement of a contract's hours over a period: opening + movements = closing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from contracts.errors import ContractError
from contracts.ledger import CENT, ZERO
from contracts.models import Contract, LedgerEntry
from servicedesk.people.models import User
from servicedesk.tickets.named import Names

MOST_DAYS = 2 * 366


@dataclass(frozen=True)
class Line:
    """One movement; `left` is the account after it, in the order of the statement."""

    day: date
    kind: str
    label: str
    reference: str
    subject: str
    person: str
    hours: Decimal
    left: Decimal


@dataclass(frozen=True)
class Statement:
    """Hours from `first` to `last` inclusive, days of the client."""

    contract: Contract
    first: date
    last: date
    opening: Decimal
    lines: list[Line]

    @property
    def closing(self) -> Decimal:
        return self.lines[-1].left if self.lines else self.opening

    @property
    def added(self) -> Decimal:
        return sum((line.hours for line in self.lines if line.hours > 0), ZERO)

    @property
    def taken(self) -> Decimal:
        return -sum((line.hours for line in self.lines if line.hours < 0), ZERO)


def statement(contract: Contract, first: date, last: date, *, reader: User | None = None) -> Statement:
    """Read the movements of a period: three statements, whatever the length; two without a reader.

    An entry belongs to the day on which it happened, not to the one on which it was written. Tickets that
    `reader` may not see keep their hours and lose their names; without a reader that is every ticket.

    Raises:
        ContractError: the period runs backwards or over more than two years.
    """
    if not 0 <= (last - first).days < MOST_DAYS:
        raise ContractError(_("Choose a period of at most two years, its first day before its last."))
    zone = ZoneInfo(contract.client.time_zone)
    since, until = _midnight(first, zone), _midnight(last + timedelta(days=1), zone)
    before = contract.ledger.filter(occurred_at__lt=since).aggregate(sum=Sum("hours"))["sum"]
    opening = (before or ZERO).quantize(CENT)
    within = _entries(contract).filter(occurred_at__gte=since, occurred_at__lt=until)
    return Statement(contract, first, last, opening, _lines(within, opening, zone, reader))


def _lines(entries: QuerySet[LedgerEntry], left: Decimal, zone: ZoneInfo, reader: User | None) -> list[Line]:
    lines = []
    names = Names((entry.ticket_key for entry in entries), reader)
    for entry in entries:
        left += entry.hours
        work = entry.time_entry
        ticket = names.of(entry.about) if entry.about else None
        lines.append(
            Line(
                day=entry.occurred_at.astimezone(zone).date(),
                kind=entry.kind,
                label=entry.get_kind_display(),
                reference=ticket.reference if ticket else "",
                subject=ticket.subject if ticket else entry.note,
                person=work.person.full_name if work else "",
                hours=entry.hours,
                left=left,
            )
        )
    return lines


def _entries(contract: Contract) -> QuerySet[LedgerEntry]:
    entries = LedgerEntry.objects.filter(contract=contract).order_by("occurred_at", "pk")
    return entries.select_related("time_entry__ticket", "time_entry__person", "ticket").only(
        "kind", "hours", "occurred_at", "note", "contract",
        "ticket__subject", "time_entry__ticket__subject", "time_entry__person__full_name",
    )  # fmt: skip


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, datetime.min.time(), zone)
