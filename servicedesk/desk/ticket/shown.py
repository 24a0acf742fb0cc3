"""What every panel of a ticket's page asks first: which ticket, for whom, at what moment, what came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from servicedesk.people.models import User
from servicedesk.tickets.access import works_on
from servicedesk.tickets.models import Ticket
from workflows.engine import step_targets
from workflows.engine.step_targets import StepTime


@dataclass
class Shown:
    """`sent` are forms that came back and a `refusal`; what two panels need is asked once."""

    ticket: Ticket
    user: User
    at: datetime
    query: Mapping[str, str]
    sent: Mapping[str, Any]

    @cached_property
    def may_work(self) -> bool:
        return works_on(self.user, self.ticket)

    @cached_property
    def step_times(self) -> list[StepTime]:
        return step_targets.of_ticket(self.ticket, self.at)

    @property
    def current_steps(self) -> list[StepTime]:
        return step_targets.current(self.step_times)
