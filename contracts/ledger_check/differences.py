"""Proof of the hours ledger: every balance follows from its entries, every entry from its cause."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby

from django.utils.translation import gettext as _

from contracts.hours import expiry
from contracts.hours.lots import Stock
from contracts.ledger_check.work import Aside, Charges
from contracts.models import AtZero, LedgerEntry, TimeEntry

Kind = LedgerEntry.Kind
_ROUNDING = Decimal("0.005")  # of an hour: the ledger keeps two places


def differences() -> Iterator[str]:
    """Yield one sentence for each thing that is not as it must be; reads every entry once."""
    entries = (
        LedgerEntry.objects.select_related("contract__client", "time_entry", "reverses", "replaces")
        .order_by(
            "contract_id", "pk"
        )  # not "contract": that is its client and first day, which two may share
        .iterator(chunk_size=2000)
    )
    for _contract, ledger in groupby(entries, key=lambda entry: entry.contract_id):
        running, stock, aside, work = Decimal(0), Stock(), Aside(), Charges()
        for entry in ledger:
            running += entry.hours
            stock.take(expiry.movement(entry))
            yield from _of_stock(entry, stock)
            found = (*_of_entry(entry, running), *aside.follow(entry), *work.follow(entry))
            for difference in found:
                yield f"{entry.contract.number}, #{entry.pk}: {difference}"
        for pk, difference in work.differences():
            yield f"{entry.contract.number}, #{pk}: {difference}"
    yield from _of_time_entries()


def _of_entry(entry: LedgerEntry, running: Decimal) -> Iterator[str]:
    if entry.balance != running:
        yield _("says %(balance)s h are left, the entries add up to %(sum)s h.") % {
            "balance": entry.balance,
            "sum": running,
        }
    if entry.hours < 0 and running < 0 and entry.at_zero == AtZero.REFUSE:
        yield _("goes below zero (%(sum)s h) though that must be rejected.") % {"sum": running}
    if entry.kind == Kind.CONSUMPTION:
        yield from _of_consumption(entry)
    if entry.kind == Kind.RELEASE:
        yield from _of_release(entry)


def _of_stock(entry: LedgerEntry, stock: Stock) -> Iterator[str]:
    """The lots behind the balance: none is overdrawn, and all of them add up to it."""
    if any(lot.left < 0 or lot.left > lot.hours for lot in stock.lots.values()):
        yield f"{entry.contract.number}, #{entry.pk}: " + _("more expires or is used than was added.")
    if stock.left != entry.balance:
        yield f"{entry.contract.number}, #{entry.pk}: " + _("the hours added and used leave %(left)s h.") % {
            "left": stock.left
        }


def _of_consumption(entry: LedgerEntry) -> Iterator[str]:
    work = entry.time_entry
    if work is None:
        yield _("uses hours without a time entry.")
    elif work.slot is None and -entry.hours < Decimal(work.minutes) / 60 * work.factor - _ROUNDING:
        yield _("uses %(hours)s h for %(minutes)s minutes of work.") % {
            "hours": -entry.hours,
            "minutes": work.minutes,
        }


def _of_release(entry: LedgerEntry) -> Iterator[str]:
    cause = entry.reverses
    if cause is None or cause.contract_id != entry.contract_id or cause.hours != -entry.hours:
        yield _("releases a different number of hours than were used.")


def _of_time_entries() -> Iterator[str]:
    """Entries taken back whose hours were not."""
    drawn = LedgerEntry.objects.filter(kind=Kind.CONSUMPTION, reversals=None)
    kept = TimeEntry.objects.exclude(reversed_at=None).filter(ledger_entries__in=drawn)
    for pk in kept.values_list("pk", flat=True):
        yield _("Time entry %(pk)s was removed, but its hours were not released.") % {"pk": pk}
