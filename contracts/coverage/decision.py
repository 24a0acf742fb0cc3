"""Which contract stands behind a ticket, and why this one or none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction

from catalog.models import Service
from contracts.coverage import candidates
from contracts.coverage.candidates import Asked, Candidate
from contracts.hours import reservations
from contracts.models import Contract, Coverage
from contracts.terms import versions
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
    asked = Asked(ticket.service, day_of(ticket.client, at), ticket.channel)
    return keep(ticket, decide(ticket.client, asked, at=at), at=at)


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

    Time logged before stays on the ledger it was drawn from; what is set aside moves along.
    """
    coverage = cover(ticket, at=at)
    asked = Asked(ticket.service, day_of(ticket.client, ticket.opened_at), ticket.channel)
    coverage.contract, coverage.reason, coverage.details = decide(ticket.client, asked, at=at)
    coverage.decided_at = at
    coverage.save()
    reservations.follow(ticket, coverage.contract, at=at)
    return coverage


def decide(client: Client, asked: Asked, *, at: datetime) -> Finding:
    """As `covering`, for what is kept: terms that were planned for that day come into force first.

    One statement when none were.
    """
    found = candidates.of(client, asked.service, asked.on)
    due = [one.contract for one in found if versions.due([one.contract], asked.on)]
    if due:
        for contract in due:
            versions.apply(contract, at)
        found = candidates.of(client, asked.service, asked.on)
    return judged(found, asked)


def covering(client: Client, service: Service | None, on: date, channel: str | None = None) -> Finding:
    """Answer for one client, service, day and channel, in one statement, without keeping anything."""
    return judged(candidates.of(client, service, on), Asked(service, on, channel))


def explained(
    client: Client, services: Iterable[Service], on: date, channel: str | None = None
) -> list[tuple[Service, Finding]]:
    """What `covering` says of each service, in two statements however many there are."""
    of_service = candidates.for_each(client, on)
    return [(one, judged(of_service(one), Asked(one, on, channel))) for one in services]


def judged(found: Sequence[Candidate], asked: Asked) -> Finding:
    """Choose among contracts that were read, the latest start first; asks the database nothing.

    A contract that names the service beats one for all services; then the latest start wins.
    Without a service any valid contract will do, one for all services first. If none fits, the
    reason is the nearest miss, by what is easiest to put right:

    1. one that covers the service now, but does not take requests by this channel;
    2. one that would fit, but has ended, or is to come;
    3. one that holds now, for other services;
    4. any other that has ended or is to come, one that covers the service before the rest.
    """
    covers = [one for one in found if one.covers_service(asked)]
    fits = [one for one in covers if one.takes_channel(asked)]
    if now := _valid(fits, asked):
        return _finding(_best(now, asked), Reason.COVERED, asked)
    if otherwise := _valid(covers, asked):
        return _finding(_best(otherwise, asked), Reason.CHANNEL_NOT_COVERED, asked)
    if miss := _out_of_time(fits, asked):
        return miss
    if valid := _valid(found, asked):
        nearest = next((one for one in valid if one.takes_channel(asked)), valid[0])
        return _finding(nearest, Reason.SERVICE_NOT_COVERED, asked)
    nothing = Finding(None, Reason.NO_CONTRACT, {"on": asked.on.isoformat()})
    return _out_of_time(covers, asked) or _out_of_time(found, asked) or nothing


def _valid(found: Iterable[Candidate], asked: Asked) -> list[Candidate]:
    return [one for one in found if one.is_valid(asked.on)]


def _best(found: Iterable[Candidate], asked: Asked) -> Candidate:
    named_first = asked.service is not None

    def rank(one: Candidate) -> tuple[bool, date, int]:
        return one.is_specific == named_first, one.contract.starts_on, one.contract.pk

    return max(found, key=rank)


def _out_of_time(found: Sequence[Candidate], asked: Asked) -> Finding | None:
    """The one that ended last, else the one that comes first."""
    ended = [one for one in found if one.contract.ends_on and one.contract.ends_on < asked.on]
    if ended:
        return _finding(max(ended, key=lambda one: one.contract.ends_on or date.max), Reason.EXPIRED, asked)
    coming = [one for one in found if one.contract.starts_on > asked.on]
    if coming:
        return _finding(min(coming, key=lambda one: one.contract.starts_on), Reason.NOT_YET, asked)
    return None


def _finding(candidate: Candidate, reason: Coverage.Reason, asked: Asked) -> Finding:
    contract, service = candidate.contract, asked.service
    details: dict[str, Any] = {
        "contract": contract.name,
        "number": contract.number,
        "version": contract.version,
        "starts_on": contract.starts_on.isoformat(),
        "ends_on": contract.ends_on.isoformat() if contract.ends_on else None,
        "on": asked.on.isoformat(),
    }
    if service:
        details |= {"service": service.name, "service_translations": service.translations}
    if asked.channel:
        details["channel"] = asked.channel
    return Finding(contract if reason == Reason.COVERED else None, reason, details)


def _stored(ticket: Ticket) -> Coverage | None:
    """Most ask for a ticket just opened, so the wide row is read only when it is there."""
    found = Coverage.objects.filter(ticket=ticket)
    if not found.exists():
        return None
    return found.select_related("contract__policy", "contract__calendar").first()


def day_of(client: Client, at: datetime) -> date:
    return at.astimezone(ZoneInfo(client.time_zone)).date()
