"""Where the hours of a contract went: added up by service and by person, and the requests they were for.

They add up to what is used. Work on a ticket that was merged counts for the one that goes on in its place.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from catalog.models import Service
from contracts.hours.ledger import ZERO
from contracts.models import Contract, LedgerEntry
from servicedesk.tickets import merged
from servicedesk.tickets.models import Ticket

Kind = LedgerEntry.Kind
# What the hours can be added up by: a service by its key, for its name is said in the reader's language.
GROUPINGS = {
    "service": "time_entry__ticket__service",
    "person": "time_entry__person__full_name",
}
# Each time entry has one consumption that replaces none; it stands while the time is not taken back.
_STANDS = Q(kind=Kind.CONSUMPTION, replaces=None, time_entry__reversed_at=None)
_SUMS = {"taken": -Sum("hours"), "n": Count("pk", filter=_STANDS)}


@dataclass
class Use:
    """Hours of one service or person, and in how many bookings; `name` None: of no service."""

    name: Any
    hours: Decimal = ZERO
    entries: int = 0


def grouped(contract: Contract, by: str) -> list[Use]:
    """The most first; one statement and one for the names of services, two more where tickets were merged."""
    if by != "service":
        return _ordered(_rows(_worked(contract), by))
    own = _worked(contract).filter(time_entry__ticket__merged_into=None)
    away = _worked(contract).exclude(time_entry__ticket__merged_into=None)
    return _ordered(_named([*_rows(own, by), *_elsewhere(away)]))


def requests(contract: Contract) -> int:
    """For how many requests work was done; one statement, and one more where tickets were merged."""
    on = "time_entry__ticket"
    standing = _worked(contract).filter(_STANDS)
    tickets = dict(standing.values_list(on, f"{on}__merged_into").distinct())
    targets = merged.targets(ticket for ticket, into in tickets.items() if into)
    return len({targets.get(ticket, ticket) for ticket in tickets})


def _worked(contract: Contract) -> QuerySet[LedgerEntry]:
    """All that work took and gave back: what stands is what they add up to."""
    kinds = [Kind.CONSUMPTION, Kind.RELEASE]
    return LedgerEntry.objects.filter(contract=contract, kind__in=kinds, time_entry__isnull=False).order_by()


def _rows(worked: QuerySet[LedgerEntry], by: str) -> list[Use]:
    rows: Any = worked.values(name=F(GROUPINGS[by])).annotate(**_SUMS)
    return [Use(row["name"], row["taken"], row["n"]) for row in rows]


def _elsewhere(away: QuerySet[LedgerEntry]) -> list[Use]:
    """Work on tickets that were merged, under the service of their targets."""
    rows: Any = list(away.values(work_on=F("time_entry__ticket")).annotate(**_SUMS))
    targets = merged.targets(row["work_on"] for row in rows)
    named = Ticket.objects.filter(pk__in=set(targets.values())).order_by()
    services = dict(named.values_list("pk", "service")) if rows else {}
    return [Use(services[targets[row["work_on"]]], row["taken"], row["n"]) for row in rows]


def _named(found: list[Use]) -> list[Use]:
    """With the names of the services in the reader's language in place of their keys."""
    names = {
        service.pk: service.localized_name() for service in Service.objects.in_bulk(_keys(found)).values()
    }
    return [Use(names.get(one.name), one.hours, one.entries) for one in found]


def _keys(found: list[Use]) -> set[Any]:
    return {one.name for one in found if one.name is not None}


def _ordered(found: list[Use]) -> list[Use]:
    hours: dict[str | None, Decimal] = {}
    entries: Counter[str | None] = Counter()
    for one in found:
        hours[one.name] = hours.get(one.name, ZERO) + one.hours
        entries[one.name] += one.entries
    uses = [Use(name, taken.quantize(ZERO), entries[name]) for name, taken in hours.items() if entries[name]]
    return sorted(uses, key=lambda use: (-use.hours, use.name or ""))
