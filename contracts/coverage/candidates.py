"""The contracts of a client as they stand, or stood, on a day: what `coverage` chooses among.

What a contract promises on a day is its version of that day: terms that are planned count from theirs, and
a day that has passed keeps what was agreed then. Only from when to when it holds is as we know it now, so
that a contract prolonged late covers the days between.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Case, F, JSONField, OuterRef, Q, Subquery, When

from catalog.models import Service
from contracts.models import Contract, ContractQuerySet, ContractVersion
from contracts.terms import values as terms
from servicedesk.lib.compiled_statements import Statement
from servicedesk.people.models import Client
from sla.models import Calendar, Policy

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
    for values in _CHOICE(client.pk, service.pk if service else 0, on):
        contract, (number, then, *facts) = _contract(values), values[-4:]
        if (listed := _turn_to_that_day(contract, number, then)) is not None:
            facts = [bool(listed), service is not None and service.pk in listed]
        found.append(Candidate(contract, *map(bool, facts)))
    return found


def for_each(client: Client, on: date) -> Callable[[Service], list[Candidate]]:
    """The same for any number of services: two statements now, none for each."""
    contracts: list[Any] = list(_contracts(client.pk, on))
    listed: dict[int, set[int]] = defaultdict(set)
    rows = Contract.services.through.objects.filter(contract__in=contracts)
    for contract, service in rows.values_list("contract", "service"):
        listed[contract].add(service)
    for one in contracts:
        if (then := _turn_to_that_day(one, one.number_then, one.terms_then)) is not None:
            listed[one.pk] = then
    return lambda service: [
        Candidate(one, bool(listed[one.pk]), service.pk in listed[one.pk]) for one in contracts
    ]


def _contracts(client: int, on: date) -> ContractQuerySet:
    """Each with the number of its version on that day, and its terms if it is not the one in force."""
    then = ContractVersion.objects.filter(contract=OuterRef("pk"), starts_on__lte=on).order_by("-number")
    found: ContractQuerySet = Contract.objects.filter(client=client).in_use()
    terms_then = When(~Q(number_then=F("version")), then=Subquery(then.values("terms")[:1]))
    found = found.annotate(number_then=Subquery(then.values("number")[:1]))
    found = found.annotate(terms_then=Case(terms_then, output_field=JSONField()))
    return found.select_related("policy", "calendar").order_by("-starts_on", "-pk")


def _choice(client: int, service: int, on: date) -> Any:
    found = _contracts(client, on).knowing(service)
    facts = ("number_then", "terms_then", "is_specific", "names_service")
    return found.values_list(*_COLUMNS, *_POLICY, *_CALENDAR, *facts)


_COLUMNS = [field.attname for field in Contract._meta.concrete_fields]
_POLICY = [f"policy__{field.attname}" for field in Policy._meta.concrete_fields]
_CALENDAR = [f"calendar__{field.attname}" for field in Calendar._meta.concrete_fields]
_CHOICE = Statement(_choice, int, int, date)


def _contract(values: Sequence[Any]) -> Contract:
    """From the columns of `_choice`."""
    rest = len(_COLUMNS) + len(_POLICY)
    contract = Contract.from_db(connection.alias, _COLUMNS, values[: len(_COLUMNS)])
    contract.policy = Policy.from_db(connection.alias, _names(_POLICY), values[len(_COLUMNS) : rest])
    contract.calendar = Calendar.from_db(
        connection.alias, _names(_CALENDAR), values[rest : rest + len(_CALENDAR)]
    )
    return contract


def _names(columns: Sequence[str]) -> list[str]:
    return [name.partition("__")[2] for name in columns]


def _turn_to_that_day(contract: Contract, number: int | None, then: Any) -> set[int] | None:
    """Put in what another version says than the one in force, and return the services it lists.

    None: those in the tables. What was planned and refused on its day does not count.
    """
    if number is None or number == contract.version or "refused_on" in then:
        return None
    is_past = number < contract.version
    names = _OF_THAT_DAY if is_past else then.get("changes", ())
    contract.version = number
    terms.put(contract, {name: then[name] for name in names if name in then})
    return set(then["services"]) if "services" in names else None
