"""Estimates: put to the client, approved, set aside, and the cap of the work."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts import formats as contract_formats
from contracts.errors import ContractError, EstimateExceeded
from contracts.hours import ledger, reservations
from contracts.models import Contract, Coverage, Estimate, LedgerEntry
from servicedesk.people import still_active
from servicedesk.people.models import Membership, User
from servicedesk.tickets import access, hidden_words
from servicedesk.tickets.errors import NotPermitted
from servicedesk.tickets.events import record
from servicedesk.tickets.models import EventKind, Ticket
from servicedesk.tickets.statuses import Status

State = Estimate.State
Kind = LedgerEntry.Kind


class EstimateRefused(ContractError):
    """An estimate that cannot be offered or decided now."""


def in_force(ticket: Ticket) -> Estimate | None:
    """What the client has approved."""
    return ticket.estimates.filter(state=State.APPROVED).first()


def waiting(ticket: Ticket) -> Estimate | None:
    """What the client has to decide."""
    return ticket.estimates.filter(state=State.OFFERED).first()


@dataclass(frozen=True)
class Overview:
    """All estimates of a ticket, for its pages; `used` are hours taken from the plan."""

    in_force: Estimate | None
    waiting: Estimate | None
    former: list[Estimate]
    used: Decimal


def overview(ticket: Ticket) -> Overview:
    """One statement, another when something is approved."""
    every = list(ticket.estimates.select_related("made_by", "decided_by"))
    found = {one.state: one for one in every if one.state in (State.OFFERED, State.APPROVED)}
    approved, offered = found.get(State.APPROVED), found.get(State.OFFERED)
    return Overview(
        in_force=approved,
        waiting=offered if ticket.is_open else None,
        former=[one for one in every if one.pk not in {each.pk for each in found.values()}],
        used=taken(ticket) if approved else Decimal(0),
    )


@transaction.atomic
def offer(ticket: Ticket, hours: Decimal, *, by: User, note: str = "") -> Estimate:
    """Put an estimate to the client, in place of one that still waits.

    Raises:
        NotPermitted: `by` does not work on the ticket.
        EstimateRefused: no hours, or the ticket is over.
    """
    ticket.lock()
    if not access.works_on(by, ticket):
        raise NotPermitted
    if hours <= 0:
        raise EstimateRefused(_("An estimate needs some hours."))
    if not ticket.is_open:
        raise EstimateRefused(_("The ticket is closed; there is nothing to estimate."))
    ticket.estimates.filter(state=State.OFFERED).update(state=State.REPLACED)
    hidden_words.refuse(ticket, note)
    made = Estimate.objects.create(ticket=ticket, hours=hours, note=note.strip(), made_by=by)
    record(ticket, EventKind.ESTIMATE_OFFERED, by=by, estimate=made.pk, hours=str(hours), note=made.note)
    return made


def may_decide(user: User, ticket: Ticket) -> bool:
    """The client's managers; where there is none, whoever asked."""
    if user.is_staff:
        return False
    if ticket.client_id in user.managed_client_ids():
        return True
    return ticket.requester_id == user.pk and not _managers(ticket.client_id).exists()


def deciders(ticket: Ticket) -> list[User]:
    """Everybody whom `may_decide` lets decide."""
    managers = list(User.objects.active().filter(memberships__in=_managers(ticket.client_id)).order_by("pk"))
    return managers or still_active.reachable([ticket.requester], ticket.client)


def waiting_for(user: User) -> QuerySet[Estimate]:
    """What this person may decide now, of all requests; one statement."""
    if user.is_staff:
        return Estimate.objects.none()
    own = Q(ticket__requester=user) & ~Exists(_managers(OuterRef("ticket__client")))
    theirs = own | Q(ticket__client__in=user.managed_client_ids())
    return Estimate.objects.filter(theirs, state=State.OFFERED).exclude(ticket__status__in=Status.finished())


def _managers(client: Any) -> QuerySet[Membership]:
    return Membership.objects.filter(
        client=client, role=Membership.Role.MANAGER, is_active=True, user__is_active=True
    )


@transaction.atomic
def decide(estimate: Estimate, *, by: User, is_approved: bool, reason: str = "") -> Estimate:
    """The client's word. Approved, it replaces the former one and its hours are set aside.

    Raises:
        NotPermitted: `by` does not decide for the client.
        EstimateRefused: it was decided or replaced meanwhile, or the request is over.
        NoHoursLeft: there are fewer hours and the request type, or the contract, refuses to pass zero.
    """
    ticket = estimate.ticket
    ticket.lock()
    if not may_decide(by, ticket):
        raise NotPermitted
    if by.is_staff:
        hidden_words.refuse(ticket, reason)
    standing = Estimate.objects.select_for_update().get(pk=estimate.pk)
    if standing.state != State.OFFERED:
        raise EstimateRefused(_("This estimate is no longer waiting for a decision."))
    if not ticket.is_open:
        raise EstimateRefused(_("The request is closed; there is nothing left to approve."))
    if is_approved:
        ticket.estimates.filter(state=State.APPROVED).update(state=State.REPLACED)
        _set_aside(ticket, standing.hours, by)
    standing.state = State.APPROVED if is_approved else State.DECLINED
    standing.decided_by, standing.decided_at, standing.reason = by, timezone.now(), reason.strip()
    standing.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    record(
        ticket, EventKind.ESTIMATE_DECIDED, by=by,
        estimate=standing.pk, made_by=standing.made_by_id, approved=is_approved,
        hours=str(standing.hours), reason=standing.reason,
    )  # fmt: skip
    return standing


def refuse_beyond(ticket: Ticket, taking: Decimal) -> None:
    """Work that is charged stops at what the client has approved.

    Raises:
        EstimateExceeded: with this the ticket would take more than the approved hours.
    """
    approved = in_force(ticket)
    if approved and taken(ticket) + taking > approved.hours:
        raise EstimateExceeded(approved=approved.hours, taken=taken(ticket), asked=taking)


def taken(ticket: Ticket) -> Decimal:
    """Hours that work on the ticket has taken from the plan and kept."""
    rows = LedgerEntry.objects.filter(
        time_entry__ticket=ticket, kind=Kind.CONSUMPTION, reversals=None
    ).values_list("hours", flat=True)
    return -sum(rows, Decimal(0))


def set_aside_again(contract: Contract, ticket: Ticket, returned: Decimal, *, by: User) -> Decimal:
    """Hours that work on the ticket has just given back (`charging.take_back`) are the estimate's again.

    Return how many were set aside; none without an approved estimate, and for a ticket that is over.
    """
    approved, held = in_force(ticket), reservations.aside(contract, ticket)
    again = _again(approved, ticket, returned, held + taken(ticket))
    if approved and again:
        reservations.reserve(
            contract, held + again, ticket=ticket, by=by, note=_note(approved.hours), returned=again
        )
    return again


def would_be_set_aside(ticket: Ticket, returned: Decimal, held: Decimal) -> Decimal:
    """What `set_aside_again` would set aside of hours that are not given back yet, beside those `held`."""
    approved = in_force(ticket) if returned > 0 else None
    return _again(approved, ticket, returned, held + taken(ticket) - returned) if approved else ledger.ZERO


def _again(approved: Estimate | None, ticket: Ticket, returned: Decimal, granted: Decimal) -> Decimal:
    if approved is None or not ticket.is_open:
        return ledger.ZERO
    return max(min(returned, approved.hours - granted), ledger.ZERO)


def _set_aside(ticket: Ticket, hours: Decimal, by: User) -> None:
    """What is not worked yet; without a contract there is nothing to set aside."""
    coverage = Coverage.objects.filter(ticket=ticket).select_related("contract").first()
    if coverage is None or coverage.contract is None:
        return
    rest = hours - taken(ticket)
    if rest > 0:
        reservations.reserve(coverage.contract, rest, ticket=ticket, by=by, note=_note(hours))
    else:
        reservations.free(coverage.contract, ticket, by=by, note=_note(hours))


def _note(hours: Decimal) -> str:
    return _("estimate of %(hours)s h") % {"hours": contract_formats.hours(hours)}
