"""The demo's clock: plays the lives in one order of time, with the timers and sweeps between."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import time_machine
from django.utils import translation

from servicedesk.demo import agreements
from servicedesk.demo.lives import Cast, live
from servicedesk.demo.world import World, load
from servicedesk.notifications import escalations
from sla.engine import worktime
from sla.sweep import clock_sweep
from workflows.engine import timers

MONTHS = timedelta(days=183)
SWEEP = timedelta(days=1)
LAST_DAYS = timedelta(days=4)
COMPANY_WEIGHTS = (1.6, 1.2, 0.7, 1.5, 1.0, 0.8, 1.1, 0.6)


@dataclass(order=True)
class Act:
    at: datetime
    number: int
    life: Iterator[datetime] = field(compare=False)


def play(
    world: World, *, seed: int, tickets: int, until: datetime, progress: Callable[[int, int], None]
) -> None:
    """Let `tickets` lives begin in the six months before `until`; what is unfinished then stays open."""
    since = until - MONTHS
    rng = random.Random(seed)
    with time_machine.travel(since, tick=False):
        definitions = agreements.conclude(world, since)
    calendars = {pk: worktime.compiled(each) for pk, each in definitions.items()}
    acts = [
        Act(born, number, live(cast, born))
        for number, (cast, born) in enumerate(_births(world, calendars, rng, tickets, since, until))
    ]
    for act in acts:
        next(act.life)
    heapq.heapify(acts)
    _run(acts, world, since, until, progress, tickets)


def _run(
    acts: list[Act],
    world: World,
    since: datetime,
    until: datetime,
    progress: Callable[[int, int], None],
    tickets: int,
) -> None:
    total, swept, purchase = max(tickets, 1), since, since - timedelta(days=1)
    while swept < until:
        upcoming = min(swept + SWEEP, until)
        if upcoming >= purchase:
            _at(purchase, lambda: agreements.buy_hours(world, purchase))  # noqa: B023 - called at once
            purchase += timedelta(days=95)
        while acts and acts[0].at <= upcoming:
            _step(acts)
            progress(total - len(acts), total)
        _at(upcoming, lambda: _minute(upcoming))  # noqa: B023 - called at once
        swept = upcoming


def _step(acts: list[Act]) -> None:
    act = acts[0]
    with time_machine.travel(act.at, tick=False):
        following = next(act.life, None)
    if following is None:
        heapq.heappop(acts)
    else:
        heapq.heapreplace(acts, Act(following, act.number, act.life))


def _at(moment: datetime, do: Callable[[], Any]) -> None:
    with time_machine.travel(moment, tick=False):
        do()


def _minute(at: datetime) -> None:
    """What the beat does each minute."""
    with translation.override("en"):
        timers.fire_due(at)
        clock_sweep.sweep(at)
        escalations.send_waiting(at)


def _births(
    world: World, calendars: dict[int, Any], rng: random.Random, count: int, since: datetime, until: datetime
) -> Iterator[tuple[Cast, datetime]]:
    """Who asks for what, and when: within the client's working day."""
    words = load("words")
    keys = list(world.types)
    for number in range(count):
        company = rng.choices(world.companies, COMPANY_WEIGHTS)[0]
        calendar = calendars[company.client.pk]
        # every fourth falls into the last days, so that the queue is alive
        start = since if number % 4 else until - LAST_DAYS
        born = calendar.add(start, calendar.between(start, until) * rng.random())
        key = rng.choice(keys)
        item = world.types[key]
        case = rng.choice(world.cases[key][company.client.language])
        yield (
            Cast(
                world,
                company,
                rng.choice(company.contacts),
                item,
                case,
                words,
                random.Random(rng.random()),
                _later_in(calendar),
            ),
            born,
        )


def _later_in(calendar: Any) -> Callable[[datetime, float], datetime]:
    return lambda moment, hours: calendar.add(moment, timedelta(hours=hours))
