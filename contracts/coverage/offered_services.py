"""Which services clients may choose: some are only for those whose contract names them.

A restricted service is offered to a client on the days when a contract of theirs that is in use
holds and lists it; a contract for all services lists none. The day is the client's own. People of
the desk may open anything for a client, and what is open stays open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from catalog.models import RequestType, RequestTypeQuerySet, Service, ServiceQuerySet
from contracts.coverage import candidates
from contracts.coverage.decision import day_of
from contracts.coverage.intake_rule.rule import RequestRefused
from contracts.models import Contract
from servicedesk.people.models import Client


class ServiceNotOffered(RequestRefused):
    """A restricted service that no contract of the client names on that day."""

    def __init__(self, service: Service, client: Client) -> None:
        super().__init__(not_offered(service, client))


def services_for(clients: Iterable[Client], at: datetime) -> ServiceQuerySet:
    """What one of these clients may choose at `at` (aware); one statement."""
    named = _named(clients, at).filter(service=OuterRef("pk"))
    return Service.objects.offered().filter(Q(is_restricted=False) | Exists(named))


def types_for(clients: Iterable[Client], at: datetime) -> RequestTypeQuerySet:
    """The request types of these services; one statement."""
    named = _named(clients, at).filter(service=OuterRef("service"))
    return RequestType.objects.offered().filter(Q(service__is_restricted=False) | Exists(named))


def is_offered(service: Service, client: Client, at: datetime) -> bool:
    """Whether no restriction keeps the client from it; one statement for a restricted service, else none."""
    return not service.is_restricted or bool(entitled(service, [client], at))


def entitled(service: Service, clients: Iterable[Client], at: datetime) -> list[Client]:
    """Those who may choose the service; one statement for a restricted service, else none."""
    asked = list(clients)
    if not service.is_restricted:
        return asked
    listed = _named(asked, at).filter(service=service)
    named = set(listed.values_list("contract__client", flat=True))
    return [client for client in asked if client.pk in named]


def named_on(client: Client, services: Iterable[Service], on: date) -> set[int]:
    """Keys of those that a contract holding on that day names, by its terms then; two statements."""
    of_service = candidates.for_each(client, on)
    return {
        service.pk
        for service in services
        if any(one.names_service and one.is_valid(on) for one in of_service(service))
    }


def require(service: Service, client: Client, at: datetime) -> None:
    """Raises: ServiceNotOffered: the client may not choose the service."""
    if not is_offered(service, client, at):
        raise ServiceNotOffered(service, client)


def not_offered(service: Service, client: Client) -> str:
    return _("%(service)s is not available to %(client)s: no contract in force includes it.") % {
        "service": service,
        "client": client,
    }


def _named(clients: Iterable[Client], at: datetime) -> QuerySet[Any]:
    """Rows of contract and service; of a contract that holds today, each client's own."""
    days: dict[date, list[Client]] = defaultdict(list)
    for client in clients:
        days[day_of(client, at)].append(client)
    valid = (
        Contract.objects.in_use().valid_on(day).filter(client__in=theirs) for day, theirs in days.items()
    )
    holding = reduce(or_, valid, Contract.objects.none())
    return Contract.services.through.objects.filter(contract__in=holding.order_by())
