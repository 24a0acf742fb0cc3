"""Finished runs without their lives, and short ways to the pages of insight."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from tests.desk.conftest import Cast, signed_in
from tests.factories import (
    agent_of,
)
from workflows.models import RunSummary, TicketProcess, TicketRun

PLAIN = "classify>accept>work>confirm"


def summarised(ticket: Ticket, path: str = PLAIN, stays: str = "60>60>3600>60", **fields: Any) -> Ticket:
    """A finished run of the ticket, as if it had been lived."""
    process = TicketProcess.objects.create(flow_class="workflows/flows.incident.IncidentFlow")
    run = TicketRun.objects.create(ticket=ticket, process=process)
    values = {"flow": "IncidentFlow", "finished_at": timezone.now()} | fields
    RunSummary.objects.create(run=run, ticket=ticket, path=path, stays=stays, **values)
    return ticket


def get(person: User, name: str = "insight", **asked: Any) -> Any:
    return signed_in(person).get(reverse(f"desk:{name}"), asked)


def shown(person: User, **asked: Any) -> Any:
    """The context of the page."""
    answer = get(person, **asked)
    assert answer.status_code == 200
    return answer.context


def count(person: User, **asked: Any) -> int:
    context = shown(person, **asked)
    return 0 if context["is_empty"] else int(context["key_figures"][0].text)


def lines(person: User, **asked: Any) -> list[list[str]]:
    answer = get(person, "insight-csv", **asked)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.fixture
def leader(cast: Cast) -> User:
    return agent_of(cast.item.service.group, is_leader=True, full_name="Lena Der")
