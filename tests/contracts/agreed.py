"""Contracts made by the verbs, with their versions, and what must hold of them at any time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from contracts.models import Contract, ContractVersion
from contracts.terms import values as terms
from contracts.terms import versions
from contracts.terms.agreements import agree, change
from servicedesk.people.models import Client
from tests.factories import published_calendar, published_policy

JULY_1 = date(2026, 7, 1)
MIDNIGHT = datetime(2026, 7, 1, tzinfo=UTC)


def agreed(client: Client, **fields: Any) -> Contract:
    """A contract through 2026 at 90 EUR an hour, for all services."""
    count = Contract.objects.count()
    values: dict[str, Any] = {
        "number": f"N-{client.pk}-{count}",
        "name": "Gold",
        "policy": published_policy(f"Policy {client.pk}-{count}"),
        "calendar": published_calendar(f"Calendar {client.pk}-{count}"),
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
        "hourly_rate": Decimal(90),
    }
    return agree(client, **(values | fields))


def plan(contract: Contract, services: Any = (), day: date = JULY_1, **fields: Any) -> ContractVersion:
    change(contract, services, effective_on=day, **fields)
    return contract.versions.get(applied_at=None)


def stored(contract: Contract) -> Contract:
    return Contract.objects.get(pk=contract.pk)


def holds(contract: Contract) -> None:
    """The columns are the terms of the newest version that is applied; numbers have no gap; what is planned
    is known to the contract."""
    now = stored(contract)
    applied = list(now.versions.exclude(applied_at=None).order_by("number"))
    assert [one.number for one in applied] == list(range(1, now.version + 1))
    assert terms.changed(applied[-1].terms, terms.of(now, now.services.all())) == []
    coming = now.versions.filter(applied_at=None).first()
    assert now.next_version_on == (coming.starts_on if coming else None)
    assert coming is None or coming.number == now.version + 1
    assert versions.planned(now) == coming
