"""Twenty agents accept the same ticket at the same moment: how long each of them waits for an answer.

Wall time, threads of one process, each with a connection of its own. The pages of the losers are drawn by
the same process, so their time is mostly that of drawing twenty pages one after another.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.conf import settings
from django.db import connections
from django.test import Client as Browser
from django.urls import reverse

from benchmarks.measuring import say
from catalog.models import Kind, RequestType
from servicedesk.intake.submit import Submission, submit
from servicedesk.people.models import Client, GroupMembership, User
from servicedesk.tickets.errors import TakenByAnother
from servicedesk.tickets.models import EventKind, Ticket
from workflows import advance

AT_ONCE, ROUNDS = 20, 15

Press = Callable[[Ticket, User], bool]


def run(contact: User) -> None:
    item = RequestType.objects.filter(kind=Kind.INCIDENT).select_related("service__group").order_by("pk")[0]
    agents = _agents(item)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for name, press in (("accept, 20 at once", _by_verb), ("accept page, 20 at once", _by_page(agents))):
            waits: list[float] = []
            for _ in range(ROUNDS):
                ticket = _ready(item, contact, agents[0])
                together = Barrier(AT_ONCE)
                waits += pool.map(lambda agent: _wait(press, ticket, agent, together), agents)  # noqa: B023
                assert ticket.events.filter(kind=EventKind.ACCEPTED).count() == 1
            p95 = statistics.quantiles(waits, n=20)[-1]
            say(
                name, unit="ms", median=round(statistics.median(waits), 1), p95=round(p95, 1), runs=len(waits)
            )


def _agents(item: RequestType) -> list[User]:
    group = item.responsible_group()
    agents = []
    for number in range(AT_ONCE):
        agent = User.objects.create(
            email=f"accepts{number}@bench.example", full_name=f"Agent {number}", is_agent=True, language="en"
        )
        GroupMembership.objects.create(group=group, user=agent)
        agents.append(agent)
    return agents


def _ready(item: RequestType, contact: User, agent: User) -> Ticket:
    """A classified ticket that waits to be accepted."""
    client = Client.objects.visible_to(contact)[0]
    ticket = submit(
        Submission(
            requester=contact, client=client, subject="No mail", body="Since Friday.", request_type=item
        )
    )
    advance.act(ticket, "classify", by=agent, group=item.responsible_group())
    return ticket


def _wait(press: Press, ticket: Ticket, agent: User, together: Barrier) -> float:
    """Milliseconds until the answer."""
    own = Ticket.objects.get(pk=ticket.pk)
    together.wait(timeout=60)
    started = time.perf_counter()
    try:
        press(own, agent)
        return (time.perf_counter() - started) * 1000
    finally:
        connections.close_all()


def _by_verb(ticket: Ticket, agent: User) -> bool:
    try:
        advance.act(ticket, "accept", by=agent)
    except TakenByAnother:
        return False
    return True


def _by_page(agents: list[User]) -> Press:
    browsers = {}
    for agent in agents:
        browsers[agent.pk] = Browser()
        browsers[agent.pk].force_login(agent, backend=settings.AUTHENTICATION_BACKENDS[-1])

    def press(ticket: Ticket, agent: User) -> bool:
        response = browsers[agent.pk].post(reverse("desk:ticket-step", args=[ticket.pk, "accept"]))
        assert response.status_code in {302, 409}, response.status_code
        return response.status_code == 302

    return press
