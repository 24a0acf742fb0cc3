"""Which contract stands behind a ticket, and why this one or none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction

from catalog.models import Service
from contracts.models import Contract, Coverage
from servicedesk.people.models import Client
from servicedesk.tickets.models import Ticket

Reason = Coverage.Reason


class Finding(NamedTuple):
    """`contract` is None unless `reason` is “covered”; `details` are JSON values for the sentence."""

    contract: Contract | None
    reason: Coverage.Reason
    details: dict[str, Any]


def cover(ticket: Ticket, *, at: datetime) -> Coverage:
    """Decide at `at` (aware) under which contract the ticket stands, and keep the answer.

    The day is the client's own. A ticket that has its answer keeps it: `reconsider` asks anew.
    Three statements; the contract comes with its policy and calendar.
    """
    if stored := _stored(ticket):
        return stored
    return keep(ticket, covering(ticket.client, ticket.service, day_of(ticket.client, at)), at=at)


def keep(ticket: Ticket, finding: Finding, *, at: datetime) -> Coverage:
    """Keep what was found for a ticket that has no answer yet; one statement."""
    return Coverage.objects.create(
        ticket=ticket,
        contract=finding.contract,
        reason=finding.reason,
        details=finding.details,
        decided_at=at,
    )


@transaction.atomic
def reconsider(ticket: Ticket, *, at: datetime) -> Coverage:
    """Decide again because the service or the client was corrected, for the day it was opened.

    Time logged before stays on the ledger it was drawn from.
    """
    coverage = cover(ticket, at=at)
    finding = covering(ticket.client, ticket.service, day_of(ticket.client, ticket.opened_at))
    coverage.contract, coverage.reason, coverage.details = finding
    coverage.decided_at = at
    coverage.save()
    return coverage


def covering(client: Client, service: Service | None, on: date) -> Finding:
    """Answer for one client, service and day, in one statement, without keeping anything.

    A contract that names the service beats one for all services; then the latest start wins.
    Without a service any valid contract will do, one for all services first.
    """
    contracts = list(
        client.contracts.in_use()
        .knowing(service)
        .select_related("policy", "calendar")
        .order_by("-starts_on", "-pk")
    )
    valid = [contract for contract in contracts if _is_valid(contract, on)]
    fitting = [contract for contract in valid if _fits(contract, service)]
    if fitting:
        named_first = service is not None
        best = max(fitting, key=lambda c: (c.is_specific == named_first, c.starts_on, c.pk))
        return _finding(best, Reason.COVERED, service, on)
    return _why_not(contracts, valid, service, on)


def _why_not(
    contracts: Sequence[Contract], valid: Sequence[Contract], service: Service | None, on: date
) -> Finding:
    """The nearest miss: a fitting contract that ended or is to come, then one for other services."""
    fitting = [contract for contract in contracts if _fits(contract, service)]
    if miss := _out_of_time(fitting, service, on):
        return miss
    if valid:
        return _finding(valid[0], Reason.SERVICE_NOT_COVERED, service, on)
    return _out_of_time(contracts, service, on) or Finding(None, Reason.NO_CONTRACT, {"on": on.isoformat()})


def _out_of_time(contracts: Iterable[Contract], service: Service | None, on: date) -> Finding | None:
    ended = [contract for contract in contracts if contract.ends_on and contract.ends_on < on]
    if ended:
        return _finding(max(ended, key=_last_day), Reason.EXPIRED, service, on)
    coming = [contract for contract in contracts if contract.starts_on > on]
    if coming:
        return _finding(min(coming, key=lambda c: c.starts_on), Reason.NOT_YET, service, on)
    return None


def _finding(contract: Contract, reason: Coverage.Reason, service: Service | None, on: date) -> Finding:
    details: dict[str, Any] = {
        "contract": contract.name,
        "number": contract.number,
        "starts_on": contract.starts_on.isoformat(),
        "ends_on": contract.ends_on.isoformat() if contract.ends_on else None,
        "on": on.isoformat(),
    }
    if service:
        details |= {"service": service.name, "service_translations": service.translations}
    return Finding(contract if reason == Reason.COVERED else None, reason, details)


def _stored(ticket: Ticket) -> Coverage | None:
    """Most ask for a ticket just opened, so the wide row is read only when it is there."""
    found = Coverage.objects.filter(ticket=ticket)
    if not found.exists():
        return None
    return found.select_related("contract__policy", "contract__calendar").first()


def day_of(client: Client, at: datetime) -> date:
    return at.astimezone(ZoneInfo(client.time_zone)).date()


def _is_valid(contract: Contract, on: date) -> bool:
    return contract.starts_on <= on and (contract.ends_on is None or contract.ends_on >= on)


def _last_day(contract: Contract) -> date:
    return contract.ends_on or date.max


def _fits(contract: Contract, service: Service | None) -> bool:
    return service is None or contract.names_service or not contract.is_specific
