"""Hours that were bought for a time only: what is left of them expires, and part of it may roll over."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from contracts.hours import ledger, lots
from contracts.models import Contract, LedgerEntry

Kind = LedgerEntry.Kind
logger = structlog.get_logger(__name__)


def day_of(contract: Contract, at: datetime) -> date:
    """The day of `at` where the client is."""
    return at.astimezone(ZoneInfo(contract.client.time_zone)).date()


def movement(entry: LedgerEntry) -> lots.Movement:
    """An entry as `lots` reads it."""
    return lots.Movement(
        pk=entry.pk,
        hours=entry.hours,
        expires_on=entry.expires_on,
        reverses=entry.reverses_id,
        lot=entry.lot_id,
    )


def stock(contract: Contract) -> lots.Stock:
    """Follow the whole ledger, in one statement: what is left of which purchase."""
    entries = contract.ledger.order_by("pk").values_list("pk", "hours", "expires_on", "reverses", "lot")
    return lots.stock(lots.Movement(*entry) for entry in entries.iterator(chunk_size=2000))


def settle(contract: Contract, at: datetime) -> list[LedgerEntry]:
    """Write the expiries due at `at`; `contract` comes from `ledger.lock`.

    Nothing is read while no hours of the contract are due. Hours that have rolled over once expire for good.
    """
    today = day_of(contract, at) if contract.next_expiry_on else None
    if today is None or contract.next_expiry_on is None or contract.next_expiry_on >= today:
        return []
    written: list[LedgerEntry] = []
    while due := stock(contract).expiring(today):
        for lot in due:
            written += _expire(contract, lot, at, today)
    _note(contract, stock(contract).next_expiry())
    return written


def _expire(contract: Contract, lot: lots.Lot, at: datetime, today: date) -> list[LedgerEntry]:
    assert lot.expires_on is not None
    cause = LedgerEntry.objects.get(pk=lot.pk)
    note = _("of %(hours)s h added on %(day)s") % {
        "hours": lot.hours,
        "day": day_of(contract, cause.occurred_at).isoformat(),
    }
    written = [ledger.write(contract, Kind.EXPIRY, -lot.left, by=None, note=note, at=at, lot=cause)]
    last_day = lot.expires_on + timedelta(days=contract.rollover_days)
    if contract.rollover_hours and cause.kind != Kind.ROLLOVER and last_day >= today:
        kept = min(lot.left, contract.rollover_hours)
        written.append(
            ledger.write(
                contract, Kind.ROLLOVER, kept, by=None, note=note, at=at, lot=cause, expires_on=last_day
            )
        )
    return written


def note_next(contract: Contract, entry: LedgerEntry) -> None:
    """Keep `next_expiry_on` right after hours were added or given back."""
    if entry.kind == Kind.RELEASE:
        if contract.ledger.exclude(expires_on=None).exists():
            _note(contract, stock(contract).next_expiry())
    elif entry.expires_on and (contract.next_expiry_on is None or entry.expires_on < contract.next_expiry_on):
        _note(contract, entry.expires_on)


def _note(contract: Contract, day: date | None) -> None:
    if contract.next_expiry_on != day:
        contract.next_expiry_on = day
        contract.save(update_fields=["next_expiry_on"])


def sweep(at: datetime) -> int:
    """Settle every contract with hours that are over; return how many entries were written.

    Safe to run twice: under its lock a contract is asked again.
    """
    # A day ahead: it may be tomorrow already where the client is.
    due = Contract.objects.filter(next_expiry_on__lt=at.date() + timedelta(days=1))
    return sum(_settle_alone(contract, at) for contract in due.order_by("pk"))


def _settle_alone(contract: Contract, at: datetime) -> int:
    try:
        return _settle_one(contract, at)
    except Exception:  # one contract that cannot be settled must not keep the others' hours from expiring
        logger.exception("hours_not_expired", contract=contract.pk)
        return 0


@transaction.atomic
def _settle_one(contract: Contract, at: datetime) -> int:
    return len(settle(ledger.lock(contract), at))
