"""What time takes from the hours of a contract: reckoned with the time it shares a slot with, and booked.

The ledger is never changed: when time goes, what the rest of its slot pays is given back and booked anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.errors import HoursRefused
from contracts.hours import expiry, ledger
from contracts.models import Contract, LedgerEntry, Rounding, TimeEntry
from contracts.time import rounding
from contracts.time.rounding import Shared
from servicedesk.people.models import User

Kind = LedgerEntry.Kind


class Cost(NamedTuple):
    """Hours that an entry takes; `minutes` of other time are added up with it, `among` is what they share."""

    hours: Decimal
    minutes: int
    among: Shared


def cost(contract: Contract, entry: TimeEntry, *, without: TimeEntry | None = None) -> Cost:
    """What an entry with a slot takes beside the other time that stands; at most one statement.

    `without` is an entry that is left out, because this one is to replace it.
    """
    among = rounding.shared(entry)
    assert among is not None, "an entry that is charged has a slot"
    gone = {one.pk for one in (entry, without) if one}
    others = [one for one in _sharing(contract, among) if one.time_entry_id not in gone]
    minutes = sum(_minutes(one) for one in others)
    return Cost(among.hours(minutes + entry.minutes) - among.hours(minutes), minutes, among)


@transaction.atomic
def take_back(drawn: LedgerEntry, *, by: User | None, note: str) -> Decimal:
    """Give back the hours of an entry that is taken back already, and let the rest of its slot pay what it
    costs without it. What is due expires first. Return the hours that came back in all.

    Raises:
        HoursRefused: they were given back before, or it took nothing for work.
    """
    work, pen = drawn.time_entry, _Pen(ledger.lock(drawn.contract), by, timezone.now())
    if work is None or drawn.reversals.exists():
        raise HoursRefused(_("These hours were released already."))
    expiry.settle(pen.contract, pen.at)
    moved, anew = _moved(pen.contract, work), _("recalculated")
    back = [pen.give_back(drawn, note), *(pen.give_back(one, anew) for one, _share in moved)]
    own = sum((one.hours for one in back), rounding.ZERO)
    for former, share in moved:
        pen.book_anew(former, share, anew, own)
        own -= share
    expiry.note_next(pen.contract, back[-1])
    return own


@dataclass(frozen=True)
class _Pen:
    """Writes on the ledger of a locked contract."""

    contract: Contract
    by: User | None
    at: datetime

    def give_back(self, entry: LedgerEntry, note: str) -> LedgerEntry:
        cause = {"reverses": entry, "time_entry": entry.time_entry}
        return self._write(Kind.RELEASE, -entry.hours, note, **cause)

    def book_anew(self, former: LedgerEntry, share: Decimal, note: str, own: Decimal) -> None:
        """Hours that were this ticket's before: they are not judged again, and what is set aside stays so."""
        cause = {"replaces": former, "time_entry": former.time_entry}
        self._write(Kind.CONSUMPTION, -share, note, own=own, **cause)

    def _write(self, kind: LedgerEntry.Kind, hours: Decimal, note: str, **more: Any) -> LedgerEntry:
        return ledger.write(self.contract, kind, hours, by=self.by, note=note, at=self.at, **more)


def _moved(contract: Contract, gone: TimeEntry) -> list[tuple[LedgerEntry, Decimal]]:
    """Consumptions of the same slot that pay another share without this entry, and that share."""
    among = rounding.shared(gone)
    if among is None:
        return []
    rest = [one for one in _sharing(contract, among) if one.time_entry_id != gone.pk]
    shares = rounding.shares(among, [_minutes(one) for one in rest])
    return [(one, share) for one, share in zip(rest, shares, strict=True) if -one.hours != share]


def _sharing(contract: Contract, among: Shared) -> list[LedgerEntry]:
    """The consumptions that stand for time of this slot, in the order in which the time was logged."""
    if among.rounding == Rounding.ENTRY:
        return []
    work = Q(
        time_entry__ticket=among.ticket,
        time_entry__rounding=among.rounding,
        time_entry__slot=among.slot,
        time_entry__factor=among.factor,
    )
    if among.rounding == Rounding.DAY:
        work &= Q(time_entry__spent_on=among.part)
    standing = LedgerEntry.objects.filter(work, contract=contract, kind=Kind.CONSUMPTION, reversals=None)
    return list(standing.select_related("time_entry__ticket").order_by("time_entry"))


def _minutes(consumption: LedgerEntry) -> int:
    assert consumption.time_entry is not None
    return consumption.time_entry.minutes
