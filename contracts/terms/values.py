"""The terms of a contract as JSON values: read from its columns, put together, put back, judged.

Terms are what is agreed with the client. `closed_until`, `is_archived` and the rate classes are not: they
hold at once and have no versions.

    {"name": "Gold", "starts_on": "2026-01-01", "ends_on": null, "policy": 3, "services": [4, 7],
     "monthly_fee": "1200.00", "channels": ["mail"], …,
     "names": {"policy": "Gold", "services": {"4": {"name": "Mail", "translations": {}}}, …}}

`names` say what the keys meant then, so that a row that is renamed or deleted later does not spoil history.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from catalog.models import Service
from contracts import errors
from contracts.errors import ContractError, OverlappingContracts
from contracts.models import Contract, TimeEntry
from contracts.terms import published
from servicedesk.lib.unique_names import key
from servicedesk.people.models import User
from servicedesk.tickets.models import Channel
from sla.models import Calendar, Policy

Terms = dict[str, Any]

ROWS = ("policy", "calendar", "account_manager")
TERMS = (
    *("name", "number", "starts_on", "ends_on", *ROWS, "services", "channels", "work_kinds", "at_zero"),
    *(
        "minimum_slot",
        "rounding",
        "rollover_hours",
        "rollover_days",
        "monthly_fee",
        "hourly_rate",
        "currency",
    ),
    "alert_percents",
    "silence",
)


def of(contract: Contract, services: Iterable[Service]) -> Terms:
    """The terms in the columns, and these services; at most three statements, for names not yet read."""
    listed = sorted(services, key=lambda service: service.pk)
    found = {name: _json(contract, name) for name in TERMS if name != "services"}
    found["services"] = [service.pk for service in listed]
    found["names"] = {name: str(row) for name in ROWS if (row := getattr(contract, name))}
    found["names"]["services"] = {
        str(one.pk): {"name": one.name, "translations": one.translations} for one in listed
    }
    return found


def _json(contract: Contract, name: str) -> Any:
    field = _field(name)
    value = field.to_python(getattr(contract, field.attname))
    if isinstance(value, Decimal):
        assert isinstance(field, models.DecimalField)
        return f"{value:.{field.decimal_places}f}"
    if isinstance(value, date):
        return value.isoformat()
    # Their order means nothing.
    return sorted(set(value)) if isinstance(value, (list, tuple, set)) else value


def _field(name: str) -> models.Field[Any, Any]:
    field = Contract._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Which terms differ, in the order of `TERMS`; names of rows do not count, nor what one does not know."""
    return [name for name in TERMS if name in before and name in after and before[name] != after[name]]


def merged(terms: Terms, other: Mapping[str, Any], names: Iterable[str]) -> Terms:
    """`terms`, but those of `names` as in `other`."""
    taken = [name for name in names if name in TERMS]
    said = terms.get("names", {}) | {
        name: other.get("names", {}).get(name, "") for name in taken if name in (*ROWS, "services")
    }
    return terms | {name: other.get(name) for name in taken} | {"names": said}


def columns(terms: Mapping[str, Any]) -> dict[str, Any]:
    """What the columns of a contract hold under these terms, by attribute; services are a table of theirs."""
    fields = [_field(name) for name in TERMS if name != "services" and name in terms]
    return {field.attname: field.to_python(terms[field.name]) for field in fields}


def put(contract: Contract, terms: Mapping[str, Any]) -> None:
    """Set the attributes of `contract`; nothing is saved."""
    for attribute, value in columns(terms).items():
        setattr(contract, attribute, value)


def judge(
    contract: Contract,
    services: Sequence[int],
    *,
    rows: Collection[str] = published.NAMES,
    since: date | None = None,
) -> None:
    """Refuse what cannot be agreed. The whole time of the contract counts, also what has passed: a ticket
    whose service is corrected is covered anew by what was promised on the day it was opened. `rows` and
    `since` are for `named_rows.judge`.

    Raises:
        ContractError: it would end before it starts, its number is taken, a channel or a kind of work is
            unknown, or its policy or calendar is not published.
        OverlappingContracts: another contract promises the same in part of the same time.
    """
    if contract.ends_on and contract.ends_on < contract.starts_on:
        raise ContractError(_("A contract cannot end before it starts."))
    published.judge(contract, rows, since=since)
    if Contract.objects.filter(number_key=key(contract.number)).exclude(pk=contract.pk).exists():
        raise ContractError(_("The number %(number)s is taken.") % {"number": contract.number})
    _judge_values(contract.channels, Channel.values, _("“%(value)s” is no channel."))
    _judge_values(contract.work_kinds, TimeEntry.WorkKind.values, _("“%(value)s” is no kind of work."))
    if contract.is_archived:
        return
    other = Contract.objects.overlapping(contract, services).first()
    if other:
        raise OverlappingContracts(errors.overlap(other.name, other.starts_on, other.ends_on))


def _judge_values(given: Iterable[str], known: Sequence[str], sentence: str) -> None:
    for value in given:
        if value not in known:
            raise ContractError(sentence % {"value": value})


def still_there(terms: Terms, names: Iterable[str]) -> Terms:
    """The terms without rows that were deleted since they were written down; those of `names` are looked at.

    A service that is gone is left out, unless it was the last one: none would mean all. An account manager
    who has left leaves it to the client's.

    Raises:
        ContractError: the policy, the calendar or all services are gone.
    """
    found = dict(terms)
    for name, rows in (("policy", Policy.objects), ("calendar", Calendar.objects)):
        if name in names and not rows.filter(pk=terms[name]).exists():
            raise _gone(terms["names"].get(name) or terms[name])
    if "account_manager" in names and not _is_there(terms["account_manager"]):
        found["account_manager"] = None
    if "services" in names and terms["services"]:
        there = Service.objects.filter(pk__in=terms["services"]).order_by("pk").values_list("pk", flat=True)
        found["services"] = list(there)
        if not found["services"]:
            raise _gone(", ".join(one["name"] for one in terms["names"]["services"].values()))
    return found


def _is_there(manager: int | None) -> bool:
    found: bool = User.objects.active().filter(pk=manager).exists()
    return found


def gone(terms: Terms) -> list[str]:
    """The names of rows that these terms refer to and that are not there any more; three statements."""
    names = terms.get("names", {})
    found = [
        str(names.get(name) or terms[name])
        for name, rows in (("policy", Policy.objects), ("calendar", Calendar.objects))
        if not rows.filter(pk=terms[name]).exists()
    ]
    there = set(Service.objects.filter(pk__in=terms["services"]).values_list("pk", flat=True))
    listed = names.get("services", {})
    return found + [listed[str(key)]["name"] for key in terms["services"] if key not in there]


def _gone(name: object) -> ContractError:
    return ContractError(_("“%(name)s” was deleted in the meantime.") % {"name": name})
