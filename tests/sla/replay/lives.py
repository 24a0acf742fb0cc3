"""Random lives of tickets, told to the real clocks."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from servicedesk.tickets import conversation, lifecycle
from servicedesk.tickets.models import EventKind, Message, Ticket
from servicedesk.tickets.statuses import Status
from sla.clocks import lifecycle as clocks
from sla.models import PAUSABLE, Calendar, Policy
from sla.versions import publishing
from tests.factories import TicketFactory, UserFactory
from tests.sla.example_calendars import C1, C2, C3, C4, HOUR, berlin

LONG_AGO = datetime(2025, 1, 1, tzinfo=berlin("03-01").tzinfo)
# Saturday before the clocks go forward in Berlin; Moscow has no summer time.
BEGIN = berlin("03-26 08:00")
DEFINITIONS = (C1, C2, C3, C4)
_SIDES = (*[Message.Side.CLIENT] * 3, *[Message.Side.STAFF] * 3, Message.Side.AUTO)
_MOVES = [kind for kind in lifecycle.MOVES if lifecycle.MOVES[kind][1] != Status.CANCELLED]


class World:
    """Some calendars and policies, and tickets that live by them."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.calendars = [self._calendar(number) for number in range(len(DEFINITIONS))]
        self.policies = [self._policy(number) for number in range(4)]
        self.requester = UserFactory()

    def _calendar(self, number: int) -> Calendar:
        calendar = Calendar.objects.create(name=f"Calendar {number}")
        publishing.publish_calendar(calendar, DEFINITIONS[number], LONG_AGO)
        return calendar

    def _policy(self, number: int) -> Policy:
        policy = Policy.objects.create(name=f"Policy {number}")
        rows = [self._row(priority=priority) for priority in (None, 1, 2)]
        publishing.publish_policy(policy, rows, LONG_AGO)
        return policy

    def _row(self, **facts: Any) -> dict[str, Any]:
        chance = self.random
        targets = {
            name: chance.choice((None, HOUR, 2 * HOUR, 9 * HOUR))
            for name in ("first_response", "next_response")
        }
        resolution = chance.choice((None, HOUR, 4 * HOUR, 9 * HOUR, 18 * HOUR, 1, 2, "eod", "eod+1"))
        is_hours = isinstance(resolution, timedelta | None)
        return {
            **facts,
            **targets,
            "resolution": resolution if is_hours else timedelta(0),
            "days": {} if is_hours else {"resolution": resolution},
            "pause_in": chance.sample([status.value for status in PAUSABLE], chance.randint(0, 3)),
            "reopen": chance.choice(("continue", "cycle")),
            "calendar": chance.choice((None, None, self.calendars[1], self.calendars[2])),
        }

    def ticket(self) -> Ticket:
        """Open one and let it live a while; nobody reclassifies it."""
        chance = self.random
        now = BEGIN + timedelta(hours=chance.randint(0, 72))
        ticket = TicketFactory(opened_at=now, priority=chance.randint(1, 4), requester=self.requester)
        clocks.start(
            ticket, policy=chance.choice(self.policies), calendar=chance.choice(self.calendars), at=now
        )
        for _ in range(chance.randint(2, 18)):
            now += self._while()
            self._happens(ticket, now)
        return ticket

    def _while(self) -> timedelta:
        """Often whole hours, so that deadlines are hit exactly; sometimes nothing."""
        hours = timedelta(hours=self.random.choice((0, 0.5, 1, 1, 2, 4, 9, 14)))
        return (
            hours if self.random.random() < 0.7 else hours + timedelta(seconds=self.random.randint(0, 9000))
        )

    def _happens(self, ticket: Ticket, now: datetime) -> None:
        legal = [kind for kind in _MOVES if Status(ticket.status) in lifecycle.MOVES[kind][0]]
        if self.random.random() < 0.5 and legal:
            kind: EventKind = self.random.choice(legal)
            lifecycle.move(ticket, kind, by=None, at=now)
            return
        side = self.random.choice(_SIDES)
        is_public = side == Message.Side.CLIENT or self.random.random() < 0.7
        visibility = Message.Visibility.PUBLIC if is_public else Message.Visibility.INTERNAL
        conversation.post(ticket, author=None, body="Words", side=side, visibility=visibility, at=now)
