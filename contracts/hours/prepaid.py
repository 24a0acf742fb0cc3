"""Prepaid hours: what may happen to them.

Every write locks the contract's row first, so the balance it judges is the balance it changes.
Hours are `Decimal` with two places; a positive number adds, a negative one takes away.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.errors import HoursRefused
from contracts.hours import exhausted, expiry, ledger, reservations
from contracts.hours.ledger import CENT, ZERO, balance
from contracts.models import Contract, LedgerEntry, TimeEntry
from servicedesk.people.models import User

__all__ = [
    "ZERO",
    "Totals",
    "balance",
    "bought",
    "consume",
    "correct",
    "purchase",
    "totals",
    "used",
]

Kind = LedgerEntry.Kind


class Totals(NamedTuple):
    """Hours: `bought + carried_over - used - reserved - expired == left`, always.

    `used` is work that was not taken back, `reserved` what is set aside for tickets besides. Corrections by
    hand count to `bought`; `corrected` says how many of it they are, up or down.
    """

    bought: Decimal = ZERO
    used: Decimal = ZERO
    reserved: Decimal = ZERO
    expired: Decimal = ZERO
    carried_over: Decimal = ZERO
    corrected: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """What there was to use: it is used, reserved or left."""
        return self.bought + self.carried_over - self.expired

    @property
    def left(self) -> Decimal:
        return self.total - self.used - self.reserved

    @property
    def percent_used(self) -> int:
        """0 and up; above 100 when the contract is overdrawn. Nothing bought: 0."""
        return round(self.used / self.total * 100) if self.total > 0 else 0


def totals(contract: Contract) -> Totals:
    """One statement, as quick for a long ledger as for a short one: what came and what is left."""
    rows = Contract.objects.filter(pk=contract.pk).order_by().annotate(**ledger.sums())
    return totals_of(rows.values(*ledger.SUMS).get())


def totals_of(row: Mapping[str, Decimal | None]) -> Totals:
    """What a row says that was annotated with `ledger.sums`."""
    came = {name: (row[name] or ZERO).quantize(CENT) for name in ledger.SUMS}
    total = came["bought"] + came["carried_over"] + came["expired"]
    return Totals(
        bought=came["bought"],
        used=total - came["left"] - came["reserved"],
        reserved=came["reserved"],
        expired=-came["expired"],
        carried_over=came["carried_over"],
        corrected=came["corrected"],
    )


def bought(contract: Contract) -> Decimal:
    return totals(contract).bought


def used(contract: Contract) -> Decimal:
    return totals(contract).used


def purchase(
    contract: Contract,
    hours: Decimal,
    *,
    by: User | None,
    note: str,
    at: datetime | None = None,
    expires_on: date | None = None,
) -> LedgerEntry:
    """Add bought hours, more than zero; `note` names the invoice or the offer.

    `expires_on` is the last day on which they can be used; None: they stay.

    Raises:
        HoursRefused: nothing, or less, would be bought, or the last day has passed.
    """
    _refuse_unless_positive(hours)
    moment = at or timezone.now()
    if expires_on and expires_on < moment.date():
        raise HoursRefused(_("The last day of these hours has passed."))
    return _add(contract, Kind.PURCHASE, hours, by=by, note=note, at=moment, expires_on=expires_on)


@transaction.atomic
def consume(
    contract: Contract,
    hours: Decimal,
    *,
    time_entry: TimeEntry,
    by: User | None,
    note: str = "",
    at: datetime | None = None,
    returned: Decimal = ZERO,
) -> LedgerEntry:
    """Take hours that were worked; `hours` is not negative and already rounded up to the slot. None at all
    is written down too, so that all work within the plan stands on the ledger.

    What is set aside for the ticket is used first and never refused; the rest of it stays set aside. So are
    `returned` hours, which the entry that this one replaces gave back (`charging.take_back`) in the same
    transaction.

    Raises:
        HoursRefused: less than nothing would be taken.
        NoHoursLeft: the request type, or the contract, refuses to pass zero.
    """
    if hours < 0:
        raise HoursRefused(_("Hours must be more than zero."))
    locked, moment = ledger.lock(contract), at or timezone.now()
    if hours and not returned:  # hours given back a moment ago would expire instead of being used again
        expiry.settle(locked, moment)
    reserved = reservations.make_room(locked, time_entry.ticket, by, moment) if hours else None
    entry = ledger.write(
        locked, Kind.CONSUMPTION, -hours,
        by=by, note=note, at=moment, time_entry=time_entry,
        rule=exhausted.rule_of(time_entry.ticket, locked),
        own=returned + (-reserved.hours if reserved else ZERO),
    )  # fmt: skip
    if reserved:
        reservations.keep_rest(locked, reserved, hours, by, moment)
    return entry


def correct(
    contract: Contract, hours: Decimal, *, by: User | None, note: str, at: datetime | None = None
) -> LedgerEntry:
    """Put a mistake right by `hours`, up or down; `note` says why.

    Raises:
        HoursRefused: zero hours, or no reason.
        NoHoursLeft: it takes hours away and the contract refuses to pass zero.
    """
    if not hours:
        raise HoursRefused(_("A correction of zero hours changes nothing."))
    if not note.strip():
        raise HoursRefused(_("Enter the reason for the correction."))
    with transaction.atomic():
        if hours < 0:
            expiry.settle(ledger.lock(contract), at or timezone.now())
        return _add(contract, Kind.CORRECTION, hours, by=by, note=note, at=at)


@transaction.atomic
def _add(
    contract: Contract, kind: LedgerEntry.Kind, hours: Decimal, *, by: User | None, note: str,
    at: datetime | None, **cause: Any,
) -> LedgerEntry:  # fmt: skip
    locked = ledger.lock(contract)
    entry = ledger.write(locked, kind, hours, by=by, note=note, at=at or timezone.now(), **cause)
    expiry.note_next(locked, entry)
    return entry


def _refuse_unless_positive(hours: Decimal) -> None:
    if hours.quantize(CENT) <= 0:
        raise HoursRefused(_("Hours must be more than zero."))
