"""Prepaid hours: what may happen to them.

Every write locks the contract's row first, so the balance it judges is the balance it changes.
Hours are `Decimal` with two places; a positive number adds, a negative one takes away.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts import at_zero, expiry, ledger, reservations
from contracts.errors import HoursRefused
from contracts.ledger import CENT, ZERO, balance
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
    "release",
    "totals",
    "used",
]

Kind = LedgerEntry.Kind


class Totals(NamedTuple):
    """Hours; `bought - used == left` always (corrections and expiry count to `bought`)."""

    bought: Decimal
    used: Decimal

    @property
    def left(self) -> Decimal:
        return self.bought - self.used


def totals(contract: Contract) -> Totals:
    """One statement, as quick for a long ledger as for a short one: what came, and the last balance."""
    rows = Contract.objects.filter(pk=contract.pk).order_by()
    came, left = rows.values_list(*ledger.came_and_left()).get()
    came = (came or ZERO).quantize(CENT)
    return Totals(came, came - (left or ZERO))


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
    """Take hours that were worked; `hours` is positive and already rounded up to the slot.

    What is set aside for the ticket is used first and never refused; the rest of it stays set aside. So are
    `returned` hours, which the entry that this one replaces gave back (`release`) in the same transaction.

    Raises:
        HoursRefused: nothing, or less, would be taken.
        NoHoursLeft: the request type, or the contract, refuses to pass zero.
    """
    _refuse_unless_positive(hours)
    locked, moment = ledger.lock(contract), at or timezone.now()
    if not returned:  # hours given back a moment ago would expire instead of being used again
        expiry.settle(locked, moment)
    reserved = reservations.make_room(locked, time_entry.ticket, by, moment)
    entry = ledger.write(
        locked, Kind.CONSUMPTION, -hours,
        by=by, note=note, at=moment, time_entry=time_entry,
        rule=at_zero.rule_of(time_entry.ticket, locked),
        own=returned + (-reserved.hours if reserved else ZERO),
    )  # fmt: skip
    if reserved:
        reservations.keep_rest(locked, reserved, hours, by, moment)
    return entry


def release(entry: LedgerEntry, *, by: User | None, note: str, at: datetime | None = None) -> LedgerEntry:
    """Give back what a consumption or a reservation took, once; what is due expires first.

    Raises:
        HoursRefused: it was given back before, or the entry took nothing.
    """
    with transaction.atomic():
        locked = ledger.lock(entry.contract)
        if entry.kind not in {Kind.CONSUMPTION, Kind.RESERVE} or entry.reversals.exists():
            raise HoursRefused(_("These hours were given back already."))
        expiry.settle(locked, at or timezone.now())
        return _add(
            entry.contract, Kind.RELEASE, -entry.hours,
            by=by, note=note, at=at, reverses=entry, time_entry=entry.time_entry,
        )  # fmt: skip


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
        raise HoursRefused(_("Say why the hours are corrected."))
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
