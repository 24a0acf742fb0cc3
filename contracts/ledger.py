"""The pen on the hours ledger: entries are judged and added under the contract's lock, never changed.

What may be written and when is in `contracts.hours`, `contracts.expiry` and `contracts.reservations`.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Subquery, Sum

from contracts.errors import NoHoursLeft
from contracts.models import AtZero, Contract, LedgerEntry
from servicedesk.people.models import User

ZERO = Decimal("0.00")
CENT = Decimal("0.01")
# What there is to use; everything else is what work does to it.
_CAME = [
    LedgerEntry.Kind.PURCHASE,
    LedgerEntry.Kind.CORRECTION,
    LedgerEntry.Kind.EXPIRY,
    LedgerEntry.Kind.ROLLOVER,
]


def balance(contract: Contract) -> Decimal:
    """Hours left; below zero when the contract lets work go on. One indexed row, whatever the length."""
    last = contract.ledger.order_by("-pk").values_list("balance", flat=True).first()
    return ZERO if last is None else last


def came_and_left() -> tuple[Subquery, Subquery]:
    """For a statement about contracts: the hours that came (less what expired), and the last balance.

    Both are None while the ledger is empty.
    """
    entries = LedgerEntry.objects.filter(contract=OuterRef("pk"))
    came = entries.filter(kind__in=_CAME).order_by().values("contract").annotate(sum=Sum("hours"))
    return Subquery(came.values("sum")), Subquery(entries.order_by("-pk").values("balance")[:1])


def lock(contract: Contract) -> Contract:
    """Read the contract anew and keep others from its ledger until the transaction ends."""
    # no_key: new tickets may go on to refer to the contract meanwhile.
    return Contract.objects.select_for_update(no_key=True).order_by().get(pk=contract.pk)


def write(
    contract: Contract,
    kind: LedgerEntry.Kind,
    hours: Decimal,
    *,
    by: User | None,
    note: str,
    at: datetime,
    **cause: Any,
) -> LedgerEntry:
    """Add one entry; `contract` comes from `lock`, in the same transaction. `hours` is positive to
    add and negative to take.

    Raises:
        NoHoursLeft: the contract refuses to pass zero.
    """
    hours, left = hours.quantize(CENT), balance(contract)
    if hours < 0 and left + hours < 0 and contract.at_zero == AtZero.REFUSE:
        raise NoHoursLeft(contract, left=left, asked=-hours)
    return LedgerEntry.objects.create(
        contract=contract,
        kind=kind,
        hours=hours,
        balance=left + hours,
        at_zero=contract.at_zero,
        occurred_at=at,
        by=by,
        note=note.strip()[:300],
        **cause,
    )
