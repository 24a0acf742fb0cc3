"""What is measured on a desk with many tickets; everything written is rolled back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from catalog.models import Kind, RequestType
from servicedesk.demo.world import SIGN_INS
from servicedesk.intake.submit import Submission, submit
from servicedesk.people.models import Client, User
from servicedesk.tickets.models import Ticket
from sla.changes.new_terms import NewCalendar
from sla.models import CalendarVersion, Clock
from sla.sweep import clock_sweep
from workflows.analytics import summaries
from workflows.approvals import reminders as approvals_sweeping
from workflows.engine import timers

Act = Callable[[], Any]
PEOPLE = dict(SIGN_INS)
NOTHING = "zzyzx qwqw"


def acts() -> Iterator[tuple[str, Act]]:
    yield from _pages()
    yield from _jobs()
    yield "submit", _submission()


def _person(role: str) -> User:
    person: User = User.objects.get(email=PEOPLE[role])
    return person


def _pages() -> Iterator[tuple[str, Act]]:
    agent, contact, admin = _person("agent"), _person("client"), _person("administrator")
    queue = reverse("desk:queue")
    seen = Ticket.objects.visible_to(agent).filter(assignee=agent).order_by("-pk")
    busy = max(seen[:20], key=lambda ticket: ticket.messages.count())
    yield "queue, mine and new", _visit(agent, queue)
    yield "queue, all current", _visit(agent, f"{queue}?folder=all")
    yield "queue, all current, administrator", _visit(admin, f"{queue}?folder=all")
    yield "queue, closed", _visit(agent, f"{queue}?folder=closed")
    yield "search, nothing found", _visit(agent, f"{queue}?folder=all&q={NOTHING}")
    yield "search, nothing found among closed", _visit(agent, f"{queue}?folder=closed&q={NOTHING}")
    yield "search, something found", _visit(agent, f"{queue}?folder=all&q=printer")
    yield "ticket page", _visit(agent, reverse("desk:ticket", args=[busy.pk]))
    yield "new ticket by phone", _visit(agent, reverse("desk:new-ticket"))
    yield "portal home", _visit(contact, reverse("portal:home"))
    yield "portal list", _visit(contact, reverse("portal:requests"))
    yield "clients", _visit(_person("account manager"), reverse("clients:clients"))
    yield "outbox", _visit(admin, reverse("desk:outbox"))


def _visit(person: User, path: str) -> Act:
    """A signed-in GET that must be answered with a page."""
    browser = Browser()
    browser.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])

    def visit() -> None:
        response = browser.get(path)
        assert response.status_code == 200, f"{path}: {response.status_code}"

    return visit


def _jobs() -> Iterator[tuple[str, Act]]:
    """The minute's jobs: a look that finds nothing, and one that finds fifty."""
    long_ago = timezone.now() - timedelta(days=3000)
    yield "minute: clocks, nothing due", lambda: clock_sweep.sweep(long_ago)
    yield "minute: clocks, 50 due", _rolled_back(_sweep_fifty)
    yield "minute: process timers", lambda: list(timers.chunks(timezone.now()))
    yield "minute: summaries of runs", lambda: list(islice(summaries.batches(), 20))
    yield "minute: approvals", _rolled_back(lambda: approvals_sweeping.sweep(long_ago))
    yield "whom a new calendar concerns", _concerned


def _sweep_fifty() -> None:
    now = timezone.now()
    Clock.objects.filter(wake_at__lte=now).update(wake_at=None)
    running = (
        Clock.objects.running().filter(breaches=0, due_at__gt=now).order_by("pk").values_list("pk", flat=True)
    )
    Clock.objects.filter(pk__in=list(running[:50])).update(due_at=now, wake_at=now)
    clock_sweep.sweep(now + timedelta(seconds=1))


def _concerned() -> None:
    """The first batch of tickets that a new version of a calendar would come to."""
    version = CalendarVersion.objects.order_by("pk")[0]
    new = CalendarVersion(pk=-1, calendar=version.calendar, number=99, definition=version.definition)
    found = NewCalendar(new, {version.pk}, timezone.now()).concerned()
    list(found.order_by("pk").values_list("pk", flat=True)[:500])


def _rolled_back(act: Act) -> Act:
    def acting() -> None:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)

    return acting


def _submission() -> Act:
    item = RequestType.objects.filter(kind=Kind.INCIDENT).select_related("service__group").order_by("pk")[0]
    contact = _person("client")
    asked = Submission(
        requester=contact,
        client=Client.objects.visible_to(contact)[0],
        subject="Letters arrive hours late",
        body="Since Friday. Other mail is fine.",
        request_type=item,
    )
    return _rolled_back(lambda: submit(asked))
