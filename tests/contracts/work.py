"""Work booked at a moment of the test's choice."""

from __future__ import annotations

from datetime import datetime

import time_machine

from contracts.models import Contract, TimeEntry
from contracts.time.entries import log_time
from servicedesk.tickets.models import Ticket
from tests.contracts.conftest import covered_ticket
from tests.factories import agent_of


def worked(contract: Contract, minutes: int, moment: datetime, ticket: Ticket | None = None) -> TimeEntry:
    """An agent worked so long under this contract, and said so at that moment."""
    with time_machine.travel(moment, tick=False):
        return log_time(
            ticket or covered_ticket(contract), by=agent_of(), minutes=minutes, work_kind="remote"
        )
