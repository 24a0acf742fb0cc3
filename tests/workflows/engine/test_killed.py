"""A worker that dies between two steps leaves nothing half done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection
from django.utils import timezone
from viewflow.workflow.models import Process, Task

from servicedesk.mail.models import OutgoingMail
from servicedesk.people.models import User
from servicedesk.tickets.models import Message, Ticket, TicketEvent
from servicedesk.tickets.statuses import Status
from sla.models import Clock, ClockEvent
from tests.factories import ClientFactory, RequestTypeFactory, agent_of, contract_for, opened_by_door
from tests.workflows.engine.killing import GIVEN
from workflows import advance
from workflows.engine import timers
from workflows.maintenance import status_check

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).parents[3]
WRITTEN: tuple[Any, ...] = (Ticket, Process, Task, TicketEvent, Message, Clock, ClockEvent, OutgoingMail)
BEFORE = {"classify": (), "accept": ("classify",), "resolve": ("classify", "accept")}


@pytest.fixture(autouse=True)
def _everybody_listens(settings: Any) -> None:
    """Unlike the other tests here: clocks and mails are written in the same transaction."""
    settings.TICKET_EVENT_HANDLERS = configured_handlers()


def configured_handlers() -> list[str]:
    from servicedesk import settings as product

    return list(product.TICKET_EVENT_HANDLERS)


@pytest.fixture
def agent() -> User:
    return agent_of(RequestTypeFactory().service.group)


@pytest.fixture
def ticket(agent: User) -> Ticket:
    item = RequestTypeFactory(service__group=agent.group_memberships.get().group)
    client = ClientFactory()
    contract_for(client)
    return opened_by_door(request_type=item, client=client)


def taken(ticket: Ticket, act: str, agent: User) -> None:
    advance.act(ticket, act, by=agent, **GIVEN[act])


def everything() -> dict[str, list[Any]]:
    """Every row an act may write, as it is in the database."""
    return {model.__name__: [*model._default_manager.order_by("pk").values()] for model in WRITTEN}


def kill_in_the_middle(tmp_path: Path, *arguments: object) -> None:
    """Start the act in a process of its own, wait until it stands in the middle, and kill that process."""
    marker = tmp_path / "marker"
    url = f"sqlite:///{connection.settings_dict['NAME']}"
    if connection.vendor == "postgresql":
        given = urlsplit(os.environ["DATABASE_URL"])
        url = urlunsplit(given._replace(path=f"/{connection.settings_dict['NAME']}"))
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-m", "tests.workflows.engine.killing", str(marker), *map(str, arguments)]
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.PIPE)
    try:
        while not marker.exists():
            assert process.poll() is None, process.communicate()[1].decode()
            time.sleep(0.02)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    assert process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("act", ["classify", "accept", "resolve"])
def test_a_killed_act_changes_nothing_and_can_be_done_again(ticket, agent, tmp_path, act):
    for earlier in BEFORE[act]:
        taken(ticket, earlier, agent)
    before = everything()
    kill_in_the_middle(tmp_path, act, ticket.pk, agent.pk)
    assert everything() == before
    taken(ticket, act, agent)
    assert everything()["Ticket"] != before["Ticket"]
    assert list(status_check.disagreements()) == []


def test_a_killed_timer_changes_nothing_and_fires_again(ticket, agent, tmp_path):
    for act in GIVEN:
        taken(ticket, act, agent)
    before = everything()
    kill_in_the_middle(tmp_path, "fire", ticket.pk)
    assert everything() == before
    assert timers.fire_due(timezone.now() + timedelta(days=8)) == 1
    ticket.refresh_from_db()
    assert ticket.status == Status.CLOSED
