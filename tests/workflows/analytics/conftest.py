"""A clock that stands until it is moved, and lives of tickets under it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from workflows import advance
from workflows.analytics import summaries
from workflows.models import RunSummary

MONDAY_9 = datetime(2026, 1, 5, 9, tzinfo=UTC)


class Clock:
    """Moves the whole world's time."""

    def __init__(self, traveller: Any) -> None:
        self._traveller = traveller

    def passes(self, **time: float) -> None:
        self._traveller.shift(timedelta(**time))


@pytest.fixture
def clock() -> Iterator[Clock]:
    with time_machine.travel(MONDAY_9, tick=False) as traveller:
        yield Clock(traveller)


def worked_on(ticket: Ticket, agent: User, clock: Clock) -> None:
    """A minute until it is classified, two until it is accepted."""
    clock.passes(minutes=1)
    advance.act(ticket, "classify", by=agent, urgency=1, impact=2)
    clock.passes(minutes=2)
    advance.act(ticket, "accept", by=agent)


def solved(ticket: Ticket, agent: User, clock: Clock) -> None:
    """After half an hour of work."""
    clock.passes(minutes=30)
    advance.act(ticket, "resolve", by=agent, solution="The relay limit is lifted.")


def summarised() -> list[tuple[str, str]]:
    """Summarise what waits, and return path and stays of every summary there is."""
    for _count in summaries.batches():
        pass
    return list(RunSummary.objects.order_by("run").values_list("path", "stays"))
