"""Hours set aside for a ticket, so that nobody else uses them before its work is done."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.errors import HoursRefused
from contracts.hours import exhausted, expiry, ledger
from contracts.models import AtZero, Contract, LedgerEntry
from servicedesk.people.models import User
from servicedesk.tickets.models import EventKind, Ticket, TicketEvent

Kind = LedgerEntry.Kind


def standing(contract: Contract, ticket: Ticket) -> LedgerEntry | None:
    """What is set aside for the ticket now; there is never more than one."""
    entries = contract.ledger.filter(kind=Kind.RESERVE, ticket=ticket, reversals=None)
    return entries.order_by("-pk").first()


@transaction.atomic
def reserve(
    contract: Contract,
    hours: Decimal,
    *,
    ticket: Ticket,
    by: User | None,
    note: str = "",
    at: datetime | None = None,
    returned: Decimal = ledger.ZERO,
) -> LedgerEntry:
    """Set hours aside for a ticket, in place of what was set aside before.

    `returned` hours were given back by work on the ticket (`charging.take_back`) in the same transaction.
    They are its own, as is the former reservation: up to their sum nothing is refused.

    Raises:
        HoursRefused: nothing, or less, would be set aside.
        NoHoursLeft: there are fewer and the request type, or the contract, refuses to pass zero; the former
            reservation stays.
    """
    if hours.quantize(ledger.CENT) <= 0:
        raise HoursRefused(_("Hours must be more than zero."))
    locked, moment = ledger.lock(contract), at or timezone.now()
    if not returned:  # hours given back a moment ago would expire instead of being set aside again
        expiry.settle(locked, moment)
    own = returned
    if former := standing(locked, ticket):
        _give_back(locked, former, by, _("another reservation"), moment)
        own -= former.hours
    rule = exhausted.rule_of(ticket, locked)
    return ledger.write(
        locked, Kind.RESERVE, -hours, by=by, note=note, at=moment, ticket=ticket, rule=rule, own=own
    )


def aside(contract: Contract, ticket: Ticket) -> Decimal:
    """Hours set aside for the ticket now."""
    held = standing(contract, ticket)
    return -held.hours if held else ledger.ZERO


@transaction.atomic
def free(contract: Contract, ticket: Ticket, *, by: User | None, note: str) -> None:
    """Set nothing aside for the ticket any more."""
    locked = ledger.lock(contract)
    if former := standing(locked, ticket):
        _give_back(locked, former, by, note, timezone.now())


def make_room(contract: Contract, ticket: Ticket, by: User | None, at: datetime) -> LedgerEntry | None:
    """Open the reservation of a ticket for work that is about to be booked; `contract` is locked."""
    if former := standing(contract, ticket):
        _give_back(contract, former, by, _("for the work done"), at)
    return former


def keep_rest(contract: Contract, former: LedgerEntry, used: Decimal, by: User | None, at: datetime) -> None:
    """Set aside again what the work did not use."""
    rest = -former.hours - used
    if rest > 0:
        ledger.write(
            contract, Kind.RESERVE, -rest, by=by, note=former.note, at=at, ticket=former.ticket, own=rest
        )


@transaction.atomic
def follow(ticket: Ticket, contract: Contract | None, *, at: datetime) -> None:
    """Another contract stands behind the ticket, or none: what is set aside for it is set aside there.

    Where that contract refuses to pass zero and has fewer hours, as many as it has.
    """
    held = LedgerEntry.objects.filter(kind=Kind.RESERVE, ticket=ticket, reversals=None)
    moving = list(held.exclude(contract=contract).select_related("contract") if contract else held)
    if not moving:
        return
    ledgers = {one.contract_id for one in moving} | ({contract.pk} if contract else set())
    # In the order of their keys, so that two tickets that change places cannot wait for each other.
    for pk in sorted(ledgers):
        ledger.lock(Contract(pk=pk))
    for entry in moving:
        _give_back(ledger.lock(entry.contract), entry, None, _("another contract covers it"), at)
    if contract:
        _set_aside_there(
            contract, ticket, -sum((one.hours for one in moving), ledger.ZERO), moving[0].note, at
        )


def _set_aside_there(contract: Contract, ticket: Ticket, hours: Decimal, note: str, at: datetime) -> None:
    expiry.settle(ledger.lock(contract), at)
    if exhausted.rule_of(ticket, contract) == AtZero.REFUSE:
        hours = min(hours, ledger.balance(contract))
    if hours > 0:
        reserve(contract, hours + aside(contract, ticket), ticket=ticket, by=None, note=note, at=at)


def on_ticket_event(event: TicketEvent) -> None:
    """A ticket that is over needs no hours any more."""
    if event.kind not in {EventKind.CLOSED, EventKind.CANCELLED, EventKind.REJECTED, EventKind.MERGED}:
        return
    held = LedgerEntry.objects.filter(kind=Kind.RESERVE, ticket=event.ticket, reversals=None)
    for entry in held.select_related("contract"):
        locked = ledger.lock(entry.contract)
        _give_back(locked, entry, event.actor, _("the request is closed"), event.happened_at)


def _give_back(contract: Contract, entry: LedgerEntry, by: User | None, note: str, at: datetime) -> None:
    returned = ledger.write(
        contract, Kind.RELEASE, -entry.hours, by=by, note=note, at=at, reverses=entry, ticket=entry.ticket
    )
    expiry.note_next(contract, returned)
