"""The statement of a contract's hours over a period: opening + movements = closing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from contracts.errors import ContractError
from contracts.hours import account as accounts
from contracts.hours.ledger import CENT, ZERO
from contracts.models import Contract, LedgerEntry
from servicedesk.lib import formatting
from servicedesk.people.models import User
from servicedesk.tickets.visible_name import Names

Kind = LedgerEntry.Kind
MOST_DAYS = 2 * 366


@dataclass(frozen=True)
class Line:
    """One movement; `left` is the account after it, in the order of the statement.

    `worked` are the minutes that it is about, below zero where work was taken back; None for all else, and
    where work is only reckoned anew. `goes_on` is the number of the ticket that this one was merged into.
    `reserved` is what was set aside by it, below zero where that was freed. `note` says why, where `subject`
    names a ticket.
    """

    day: date
    kind: str
    label: str
    reference: str
    subject: str
    person: str
    hours: Decimal
    left: Decimal
    worked: int | None = None
    goes_on: str = ""
    reserved: Decimal = ZERO
    note: str = ""

    @property
    def worked_words(self) -> str:
        """“1h 45m”, in brackets where it was taken back."""
        if self.worked is None:
            return ""
        spent = formatting.duration(timedelta(minutes=abs(self.worked)))
        return f"({spent})" if self.worked < 0 else spent


class Sums(NamedTuple):
    """What the movements of a period add up to by what they were: opening + bought + carried over - used -
    reserved - expired = closing. `worked` are minutes, `used` what was charged for them. Corrections by hand
    count to `bought`; `corrected` says how many of it they are, up or down, as `prepaid.Totals` does."""

    bought: Decimal
    carried_over: Decimal
    used: Decimal
    reserved: Decimal
    expired: Decimal
    worked: int
    corrected: Decimal


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
    def sums(self) -> Sums:
        bought = self._of(Kind.PURCHASE, Kind.CORRECTION)
        reserved = sum((line.reserved for line in self.lines), ZERO)
        return Sums(
            bought=bought,
            carried_over=self._of(Kind.ROLLOVER),
            used=-self._of(Kind.CONSUMPTION, Kind.RELEASE, Kind.RESERVE) - reserved,
            reserved=reserved,
            expired=-self._of(Kind.EXPIRY),
            worked=sum(line.worked or 0 for line in self.lines),
            corrected=self._of(Kind.CORRECTION),
        )

    def _of(self, *kinds: str) -> Decimal:
        return sum((line.hours for line in self.lines if line.kind in kinds), ZERO)

    @property
    def added(self) -> Decimal:
        return sum((line.hours for line in self.lines if line.hours > 0), ZERO)

    @property
    def taken(self) -> Decimal:
        return -sum((line.hours for line in self.lines if line.hours < 0), ZERO)


def statement(contract: Contract, first: date, last: date, *, reader: User | None = None) -> Statement:
    """Read the movements of a period: three statements, whatever the length; two without a reader; and one
    more for each level of tickets that were merged.

    An entry belongs to the day of the client on which it happened; work, to the day on which it was logged.
    Tickets that
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
    lines, found = [], list(entries)
    names, away = Names((entry.ticket_key for entry in found), reader), accounts.goes_on_in(found, reader)
    for entry in found:
        left += entry.hours
        work, worked = entry.time_entry, _worked(entry)
        if not entry.hours and worked is None:
            continue  # work reckoned anew that costs nothing, as before
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
                worked=worked,
                goes_on=away.get(ticket.pk, "") if ticket and ticket.pk else "",
                reserved=ZERO if work or not ticket else -entry.hours,
                note=accounts.reason_of(entry) if ticket else "",
            )
        )
    return lines


def _worked(entry: Any) -> int | None:
    work = entry.time_entry
    if work is None or entry.replaces_id or entry.is_reckoned_anew:
        return None
    minutes: int = work.minutes
    return minutes if entry.kind == Kind.CONSUMPTION else -minutes


def _entries(contract: Contract) -> QuerySet[LedgerEntry]:
    entries = LedgerEntry.objects.filter(contract=contract).order_by("occurred_at", "pk")
    entries = entries.annotate(is_reckoned_anew=accounts.RECKONED_ANEW)
    return entries.select_related("time_entry__ticket", "time_entry__person", "ticket").only(
        "kind", "hours", "occurred_at", "note", "contract", "replaces",
        "ticket__subject", "ticket__merged_into", "time_entry__minutes",
        "time_entry__ticket__subject", "time_entry__ticket__merged_into", "time_entry__person__full_name",
    )  # fmt: skip


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, datetime.min.time(), zone)


def sum_words(made: Statement) -> list[tuple[str, Decimal]]:
    """Opening, what was added and taken by what it was, closing: labels and signed hours that add up."""
    sums = made.sums
    return [
        (_("Opening"), made.opening),
        (_("Bought"), sums.bought),
        (_("Carried over"), sums.carried_over),
        (_("Used"), -sums.used),
        (_("Reserved"), -sums.reserved),
        (_("Expired"), -sums.expired),
        (_("Closing"), made.closing),
    ]
