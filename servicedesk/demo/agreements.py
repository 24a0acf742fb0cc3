"""The demo's agreements: working calendars, three policies, contracts with prepaid hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from contracts.hours import prepaid
from contracts.models import Contract
from contracts.terms import agreements
from servicedesk.demo.world import Company, World
from sla.calendars.editing import ready_made
from sla.models import Calendar, Policy
from sla.versions import publishing

H = timedelta(hours=1)
# policy → priority → (first response, next response, resolution) in working hours
POLICIES: dict[str, dict[int, tuple[float, float, float]]] = {
    "Gold": {1: (0.25, 0.5, 4), 2: (0.5, 2, 8), 3: (1, 4, 16), 4: (2, 8, 27)},
    "Silver": {1: (0.5, 1, 8), 2: (1, 4, 16), 3: (2, 8, 27), 4: (4, 9, 45)},
    "Bronze": {1: (1, 2, 12), 2: (2, 6, 24), 3: (4, 9, 45), 4: (8, 18, 72)},
}
# policy → step of a process → how long it may take, for agents only
STEP_TARGETS: dict[str, dict[str, str]] = {
    "Gold": {"classify": "15m", "accept": "30m", "work": "1d", "review": "1h", "fulfil": "1d"},
    "Silver": {"classify": "30m", "accept": "1h", "review": "2h", "fulfil": "2d", "verification": "1d"},
    "Bronze": {"accept": "4h"},
}
# The assignee hears when it is time, the leaders when it is late, and the account manager half a day later.
LEVELS: tuple[dict[str, Any], ...] = (
    {"key": "near", "clock": "any", "threshold": "80%", "tell": ["assignee"]},
    {"key": "late", "clock": "any", "threshold": "100%", "tell": ["leaders"]},
    {"key": "far", "clock": "resolution", "threshold": "+4h", "tell": ["account_manager"]},
)
# per company: policy, hours bought each half of the time, what happens at zero
TERMS: tuple[tuple[str, int, str], ...] = (
    ("Gold", 20, "warn"),
    ("Silver", 20, "warn"),
    ("Bronze", 15, "warn"),
    ("Gold", 40, "warn"),
    ("Silver", 18, "allow"),
    ("Bronze", 20, "warn"),
    ("Silver", 24, "warn"),
    ("Bronze", 12, "warn"),
)


def conclude(world: World, since: datetime) -> dict[int, Any]:
    """Publish calendars and policies, sign the contracts; return calendar definitions by client."""
    from_start = since - timedelta(days=60)
    policies = {name: _policy(name, rows, from_start) for name, rows in POLICIES.items()}
    definitions: dict[int, Any] = {}
    for number, company in enumerate(world.companies):
        definition = ready_made.default_calendar_definition(company.client.time_zone, company.country)
        calendar, is_new = Calendar.objects.get_or_create(name=f"{company.client.time_zone} 9–18")
        if is_new:
            publishing.publish_calendar(calendar, definition, from_start)
        definitions[company.client.pk] = definition
        _contract(company, number, policies, calendar, since)
    return definitions


def buy_hours(world: World, at: datetime) -> None:
    """The purchase of a new quarter, for every contract."""
    for number, company in enumerate(world.companies):
        contract = Contract.objects.get(client=company.client)
        prepaid.purchase(
            contract,
            Decimal(TERMS[number][1]),
            by=company.client.account_manager,
            note=f"{contract.number}/{at:%m-%Y}",
            at=at,
        )


def _policy(name: str, rows: dict[int, tuple[float, float, float]], since: datetime) -> Policy:
    policy = Policy.objects.create(name=name)
    cells: list[dict[str, Any]] = []
    for priority, (first, following, resolution) in rows.items():
        cells.append(
            {
                "priority": priority,
                "first_response": first * H,
                "next_response": following * H,
                "resolution": resolution * H,
            }
        )
        # Fulfilment is promised more calmly than repair.
        calm = {"kind": "service_request", "priority": priority, "resolution": resolution * 2 * H}
        cells.append(cells[-1] | calm)
    publishing.publish_policy(policy, cells, since, escalation=LEVELS, step_targets=STEP_TARGETS[name])
    return policy


def _contract(
    company: Company, number: int, policies: dict[str, Policy], calendar: Calendar, since: datetime
) -> None:
    policy_name, _hours, at_zero = TERMS[number]
    initials = "".join(word.strip("«»")[0] for word in company.client.name.split()).upper()
    agreements.agree(
        company.client,
        number=f"{initials}-{since.year}-{number + 1:02}",
        name=f"{policy_name} {since.year}",
        starts_on=(since - timedelta(days=30)).date(),
        ends_on=(since + timedelta(days=395)).date(),
        policy=policies[policy_name],
        calendar=calendar,
        hourly_rate=Decimal("68.00"),
        monthly_fee=Decimal(60 * TERMS[number][1]) / 3,
        at_zero=at_zero,
    )
