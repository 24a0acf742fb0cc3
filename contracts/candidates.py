"""The contracts of a client as they stand, or stood, on a day: what `coverage` chooses among.

What a contract promises on a day is its version of that day: terms that are planned count from theirs, and
a day that has passed keeps what was agreed then. Only from when to when it holds is as we know it now, so
that a contract prolonged late covers the days between.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from django.db.models import OuterRef, Subquery

from catalog.models import Service
from contracts import terms
from contracts.models import Contract, ContractQuerySet, ContractVersion
from servicedesk.people.models import Client

_OF_THAT_DAY = ("name", "policy", "calendar", "channels", "services")


class Asked(NamedTuple):
    """What is to be covered. Without a service any will do; a channel of None is not judged."""

    service: Service | None
    on: date
    channel: str | None = None


class Candidate(NamedTuple):
    """A contract in use: does it list services at all, and is the one asked for among them?"""

    contract: Contract
    is_specific: bool
    names_service: bool

    def is_valid(self, on: date) -> bool:
        starts_on, ends_on = self.contract.starts_on, self.contract.ends_on
        return starts_on <= on and (ends_on is None or ends_on >= on)

    def covers_service(self, asked: Asked) -> bool:
        return asked.service is None or self.names_service or not self.is_specific

    def takes_channel(self, asked: Asked) -> bool:
        channels = self.contract.channels
        return asked.channel is None or not channels or asked.channel in channels


def of(client: Client, service: Service | None, on: date) -> list[Candidate]:
    """The latest start first, with policy and calendar; one statement."""
    found = []
    for contract in _contracts(client, on).knowing(service):
        facts = contract.is_specific, contract.names_service
        if (listed := _turn_to_that_day(contract)) is not None:
            facts = bool(listed), service is not None and service.pk in listed
        found.append(Candidate(contract, *facts))
    return found


def for_each(client: Client, on: date) -> Callable[[Service], list[Candidate]]:
    """The same for any number of services: two statements now, none for each."""
    contracts = list(_contracts(client, on))
    listed: dict[int, set[int]] = defaultdict(set)
    rows = Contract.services.through.objects.filter(contract__in=contracts)
    for contract, service in rows.values_list("contract", "service"):
        listed[contract].add(service)
    for one in contracts:
        if (then := _turn_to_that_day(one)) is not None:
            listed[one.pk] = then
    return lambda service: [
        Candidate(one, bool(listed[one.pk]), service.pk in listed[one.pk]) for one in contracts
    ]


def _contracts(client: Client, on: date) -> ContractQuerySet:
    """Each with number and terms of its version on that day."""
    then = ContractVersion.objects.filter(contract=OuterRef("pk"), starts_on__lte=on).order_by("-number")
    facts: dict[str, Any] = {name: Subquery(then.values(name)[:1]) for name in ("number", "terms")}
    found: ContractQuerySet = client.contracts.in_use().annotate(
        number_then=facts["number"], terms_then=facts["terms"]
    )
    return found.select_related("policy", "calendar").order_by("-starts_on", "-pk")


def _turn_to_that_day(contract: Any) -> set[int] | None:
    """Put in what another version says than the one in force, and return the services it lists.

    None: those in the tables. What was planned and refused on its day does not count.
    """
    number, then = contract.number_then, contract.terms_then
    if number in (None, contract.version) or "refused_on" in then:
        return None
    is_past = number < contract.version
    names = _OF_THAT_DAY if is_past else then.get("changes", ())
    contract.version = number
    terms.put(contract, {name: then[name] for name in names if name in then})
    return set(then["services"]) if "services" in names else None
