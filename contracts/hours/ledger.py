"""The pen on the hours ledger: entries are judged and added under the contract's lock, never changed.

What may be written and when is in `contracts.hours.prepaid`, `contracts.hours.expiry` and
`contracts.hours.reservations`.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Max, OuterRef, Subquery, Sum

from contracts.errors import NoHoursLeft
from contracts.hours import exhausted
from contracts.models import AtZero, Contract, LedgerEntry
from servicedesk.people.models import User

ZERO = Decimal("0.00")
CENT = Decimal("0.01")
SUMS = ("bought", "corrected", "expired", "carried_over", "left", "reserved")  # names in `sums`
_ADDED = [LedgerEntry.Kind.PURCHASE, LedgerEntry.Kind.CORRECTION]


class Last(NamedTuple):
    """Hours left, below zero when the contract lets work go on, and hours set aside besides."""

    left: Decimal
    reserved: Decimal


def last(contract: Contract) -> Last:
    """What the newest entry says. One indexed row, whatever the length."""
    newest = contract.ledger.order_by("-pk").values_list("balance", "reserved").first()
    return Last(*newest) if newest else Last(ZERO, ZERO)


def balance(contract: Contract) -> Decimal:
    """Hours left; below zero when the contract lets work go on."""
    return last(contract).left


def sums() -> dict[str, Subquery]:
    """For a statement about contracts, by name: the hours that were bought (with corrections) and of these
    corrected, that expired and were carried over, and what the newest entry says is left and reserved.

    Each is None where there is nothing. Of the long kinds of entries none is read.
    """
    entries = LedgerEntry.objects.filter(contract=OuterRef("pk")).order_by()
    newest = entries.order_by("-pk")

    def of(*kinds: LedgerEntry.Kind) -> Subquery:
        found = entries.filter(kind__in=kinds).values("contract").annotate(sum=Sum("hours"))
        return Subquery(found.values("sum"))

    return {
        "bought": of(*_ADDED),
        "corrected": of(LedgerEntry.Kind.CORRECTION),
        "expired": of(LedgerEntry.Kind.EXPIRY),
        "carried_over": of(LedgerEntry.Kind.ROLLOVER),
        "left": Subquery(newest.values("balance")[:1]),
        "reserved": Subquery(newest.values("reserved")[:1]),
    }


def newest_purchase(contract: OuterRef) -> Subquery:
    """The key of what was bought or carried over last; reads those entries alone."""
    came = [LedgerEntry.Kind.PURCHASE, LedgerEntry.Kind.ROLLOVER]
    found = LedgerEntry.objects.filter(contract=contract, kind__in=came).order_by().values("contract")
    return Subquery(found.annotate(newest=Max("pk")).values("newest"))


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
    back by the entry that this one replaces. Such an entry keeps “allow”, and so does one that takes nothing.

    Raises:
        NoHoursLeft: the rule refuses to pass zero.
    """
    hours, (left, reserved) = hours.quantize(CENT), last(contract)
    held = rule or AtZero(contract.at_zero)
    if 0 <= -hours <= own:
        held = AtZero.ALLOW
    elif hours < 0 and left + hours < 0 and held == AtZero.REFUSE:
        raise _refusal(contract, max(left, own), -hours, cause)
    return LedgerEntry.objects.create(
        contract=contract,
        kind=kind,
        hours=hours,
        balance=left + hours,
        reserved=reserved - hours if _sets_aside(kind, cause) else reserved,
        at_zero=held,
        occurred_at=at,
        by=by,
        note=note.strip()[:300],
        **cause,
    )


def _sets_aside(kind: LedgerEntry.Kind, cause: dict[str, Any]) -> bool:
    """Set aside, or given back from what was."""
    if kind == LedgerEntry.Kind.RELEASE:
        is_reserve: bool = cause["reverses"].kind == LedgerEntry.Kind.RESERVE
        return is_reserve
    return kind == LedgerEntry.Kind.RESERVE


def _refusal(contract: Contract, left: Decimal, asked: Decimal, cause: dict[str, Any]) -> NoHoursLeft:
    work = cause.get("time_entry")
    ticket = work.ticket if work else cause.get("ticket")
    of_type = exhausted.stricter_type(ticket, contract) if ticket else ""
    return NoHoursLeft(contract, left=left, asked=asked, request_type=of_type)
