"""What is measured, over the demo's desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from benchmarks import clocks, contention, hours, insight, sla_recompute, sla_replay, sla_sweep, timers
from benchmarks.measuring import measure
from catalog.models import Kind, RequestType
from contracts.time.entries import log_time
from reports import datasets, render
from reports.formats import Format
from reports.periods import Period
from reports.report import ReportKind
from reports.scope import Scope
from servicedesk.demo.world import SIGN_INS
from servicedesk.intake import client_reply
from servicedesk.intake.submit import Submission, submit
from servicedesk.people.models import Client, User
from servicedesk.tickets import conversation
from servicedesk.tickets.models import Ticket
from workflows import advance

PEOPLE = dict(SIGN_INS)


def run() -> None:
    """Measure everything; the acts and the replay come last, because they add tickets."""
    clocks.run()
    sla_sweep.run()
    insight.run()
    _pages()
    _reports()
    hours.run(_person("client"))
    _acts()
    contention.run(_person("client"))
    sla_recompute.run()
    sla_replay.run()
    timers.run()


def _person(role: str) -> User:
    person: User = User.objects.get(email=PEOPLE[role])
    return person


def _pages() -> None:
    agent, contact = _person("agent"), _person("client")
    seen = Ticket.objects.visible_to(agent).filter(assignee=agent).order_by("-pk")
    busy = max(seen[:30], key=lambda ticket: ticket.messages.count())
    own = Ticket.objects.visible_to(contact).order_by("-pk")
    asked = max(own[:30], key=lambda ticket: ticket.messages.count())
    measure("queue page", _visit(agent, reverse("desk:queue")))
    measure("ticket page", _visit(agent, reverse("desk:ticket", args=[busy.pk])))
    measure("portal home page", _visit(contact, reverse("portal:home")))
    measure("portal list page", _visit(contact, reverse("portal:requests")))
    measure("portal request page", _visit(contact, reverse("portal:request", args=[asked.pk])))


def _visit(person: User, path: str) -> Callable[[], None]:
    """A signed-in GET that must be answered with a page."""
    browser = Browser()
    browser.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])

    def visit() -> None:
        response = browser.get(path)
        assert response.status_code == 200, f"{path}: {response.status_code}"

    return visit


def _reports() -> None:
    today = timezone.now().date()
    half_year = Period(today - timedelta(days=183), today, settings.TIME_ZONE)
    scope = Scope(half_year, "en")
    for kind in ReportKind:
        measure(f"report {kind.value}, html", partial(_page, kind, scope))
    client = Client.objects.order_by("pk")[0]
    month = Period(today - timedelta(days=30), today, client.time_zone)
    own = Scope(month, "en", client)
    measure("report tickets, pdf", lambda: render.render(datasets.build("tickets", own), Format.PDF), runs=5)


def _page(kind: ReportKind, scope: Scope) -> Any:
    return render.render(datasets.build(kind, scope), Format.HTML)


def _acts() -> None:
    item = RequestType.objects.filter(kind=Kind.INCIDENT).select_related("service__group").order_by("pk")[0]
    contact = _person("client")
    group = item.responsible_group()
    agent = User.objects.filter(group_memberships__group=group, is_agent=True).order_by("pk")[0]
    asked = Submission(
        requester=contact,
        client=Client.objects.visible_to(contact)[0],
        subject="Letters arrive hours late",
        body="Since Friday. Other mail is fine.",
        request_type=item,
    )
    measure("submit", lambda: submit(asked), runs=21)
    measure("incident life", lambda: _life(submit(asked), agent, contact))


def _life(ticket: Ticket, agent: User, contact: User) -> None:
    """From the request to the rating, with a question, an answer and time spent."""
    advance.act(ticket, "classify", by=agent, urgency=1, impact=2)
    advance.act(ticket, "accept", by=agent)
    conversation.post(ticket, author=agent, body="We look at it.")
    advance.act(ticket, "ask_client", by=agent, question="Which phone is it?")
    client_reply.reply(ticket, author=contact, body="The blue one.")
    advance.act(ticket, "resume", by=agent)
    log_time(ticket, by=agent, minutes=15, work_kind="remote")
    advance.act(ticket, "resolve", by=agent, solution="The relay was full.")
    advance.confirm(ticket, by=contact, rating=5, comment="Quick.")
    ticket.refresh_from_db()
    assert ticket.rating == 5
