"""Prepaid hours: the only pen on the ledger.

Every write locks the contract's row first, so the balance it judges is the balance it changes.
Hours are `Decimal` with two places; a positive number adds, a negative one takes away.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.errors import HoursRefused, NoHoursLeft
from contracts.models import AtZero, Contract, LedgerEntry, TimeEntry
from servicedesk.people.models import User

Kind = LedgerEntry.Kind
ZERO = Decimal("0.00")
_CENT = Decimal("0.01")
# What work does to the ledger; everything else is about what there is to use.
_WORK = [Kind.RESERVE, Kind.CONSUMPTION, Kind.RELEASE]


class Totals(NamedTuple):
    """Hours; `bought - used == left` always (corrections and expiry count to `bought`)."""

    bought: Decimal
    used: Decimal

    @property
    def left(self) -> Decimal:
        return self.bought - self.used


def balance(contract: Contract) -> Decimal:
    """Hours left; below zero when the contract lets work go on. One indexed row, whatever the length."""
    last = contract.ledger.order_by("-pk").values_list("balance", flat=True).first()
    return ZERO if last is None else last


def totals(contract: Contract) -> Totals:
    """Add up the whole ledger, in one statement."""
    sums = contract.ledger.order_by().aggregate(
        bought=Sum("hours", filter=~Q(kind__in=_WORK)), used=Sum("hours", filter=Q(kind__in=_WORK))
    )
    return Totals((sums["bought"] or ZERO).quantize(_CENT), -(sums["used"] or ZERO).quantize(_CENT))


def bought(contract: Contract) -> Decimal:
    return totals(contract).bought


def used(contract: Contract) -> Decimal:
    return totals(contract).used


def purchase(
    contract: Contract, hours: Decimal, *, by: User | None, note: str, at: datetime | None = None
) -> LedgerEntry:
    """Add bought hours, more than zero; `note` names the invoice or the offer.

    Raises:
        HoursRefused: nothing, or less, would be bought.
    """
    _refuse_unless_positive(hours)
    return _write(contract, Kind.PURCHASE, hours, by=by, note=note, at=at)


def consume(
    contract: Contract,
    hours: Decimal,
    *,
    time_entry: TimeEntry,
    by: User | None,
    note: str = "",
    at: datetime | None = None,
) -> LedgerEntry:
    """Take hours that were worked; `hours` is positive and already rounded up to the slot.

    Raises:
        HoursRefused: nothing, or less, would be taken.
        NoHoursLeft: the contract refuses to pass zero.
    """
    _refuse_unless_positive(hours)
    return _write(contract, Kind.CONSUMPTION, -hours, by=by, note=note, at=at, time_entry=time_entry)


def release(entry: LedgerEntry, *, by: User | None, note: str, at: datetime | None = None) -> LedgerEntry:
    """Give back what a consumption or a reservation took, once.

    Raises:
        HoursRefused: it was given back before, or the entry took nothing.
    """
    with transaction.atomic():
        _lock(entry.contract)
        if entry.kind not in {Kind.CONSUMPTION, Kind.RESERVE} or entry.reversals.exists():
            raise HoursRefused(_("These hours were given back already."))
        return _write(
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
    return _write(contract, Kind.CORRECTION, hours, by=by, note=note, at=at)


@transaction.atomic
def _write(
    contract: Contract,
    kind: LedgerEntry.Kind,
    hours: Decimal,
    *,
    by: User | None,
    note: str,
    at: datetime | None,
    **cause: Any,
) -> LedgerEntry:
    """Judge and add one entry under the contract's lock."""
    locked = _lock(contract)
    hours = hours.quantize(_CENT)
    left = balance(locked)
    if hours < 0 and left + hours < 0 and locked.at_zero == AtZero.REFUSE:
        raise NoHoursLeft(locked, left=left, asked=-hours)
    return LedgerEntry.objects.create(
        contract=locked,
        kind=kind,
        hours=hours,
        balance=left + hours,
        at_zero=locked.at_zero,
        occurred_at=at or timezone.now(),
        by=by,
        note=note.strip()[:300],
        **cause,
    )


def _lock(contract: Contract) -> Contract:
    # no_key: new tickets may go on to refer to the contract meanwhile.
    return Contract.objects.select_for_update(no_key=True).order_by().get(pk=contract.pk)


def _refuse_unless_positive(hours: Decimal) -> None:
    if hours.quantize(_CENT) <= 0:
        raise HoursRefused(_("Hours must be more than zero."))
