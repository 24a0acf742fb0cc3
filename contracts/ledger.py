"""The pen on the hours ledger: entries are judged and added under the contract's lock, never changed.

What may be written and when is in `contracts.hours`, `contracts.expiry` and `contracts.reservations`.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Subquery, Sum

from contracts import at_zero
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
    rule: AtZero | None = None,
    own: Decimal = ZERO,
    **cause: Any,
) -> LedgerEntry:
    """Add one entry; `contract` comes from `lock`, in the same transaction. `hours` is positive to
    add and negative to take.

    `rule` is what happens at zero, that of the contract when left out; the entry keeps it. Up to `own`
    hours are taken whatever is left, because they were the ticket's before: set aside for it, or given
    back by the entry that this one replaces. Such an entry keeps “allow”.

    Raises:
        NoHoursLeft: the rule refuses to pass zero.
    """
    hours, left = hours.quantize(CENT), balance(contract)
    held = rule or AtZero(contract.at_zero)
    if 0 < -hours <= own:
        held = AtZero.ALLOW
    elif hours < 0 and left + hours < 0 and held == AtZero.REFUSE:
        raise _refusal(contract, max(left, own), -hours, cause)
    return LedgerEntry.objects.create(
        contract=contract,
        kind=kind,
        hours=hours,
        balance=left + hours,
        at_zero=held,
        occurred_at=at,
        by=by,
        note=note.strip()[:300],
        **cause,
    )


def _refusal(contract: Contract, left: Decimal, asked: Decimal, cause: dict[str, Any]) -> NoHoursLeft:
    work = cause.get("time_entry")
    ticket = work.ticket if work else cause.get("ticket")
    of_type = at_zero.stricter_type(ticket, contract) if ticket else ""
    return NoHoursLeft(contract, left=left, asked=asked, request_type=of_type)
