"""A hundred thousand finished tickets under other terms: how long, how many statements."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from django.db import connection
from django.db.models import Model

from benchmarks.measuring import measure
from catalog.models import Kind, Service
from servicedesk.people.models import Client
from servicedesk.tickets.models import DueKind, EventKind, Ticket, TicketEvent
from servicedesk.tickets.statuses import Status
from sla.models import Clock, Policy, PolicyCell, PolicyVersion, TicketTerms
from sla.replay.new_targets import NewTarget
from sla.replay.other_terms import OtherTerms
from sla.replay.outcome import replay

TICKETS = 100_000
_WRITTEN = 5_000  # the others are copies
_FAR = 10_000_000
_SUBJECT = "Replayed"
_FROM = datetime(2024, 1, 1, tzinfo=UTC)
_TO = datetime(2026, 1, 1, tzinfo=UTC)


def run() -> None:
    """Adds the tickets, so it comes last."""
    fill()
    at = _TO + timedelta(days=90)
    past = Ticket.objects.filter(subject=_SUBJECT)
    policy = Policy.objects.order_by("pk")[0]
    version = PolicyVersion.objects.filter(policy=policy).order_by("-number")[0]
    rows = list(PolicyCell.objects.filter(version=version))
    other = OtherTerms(rows=rows, targets=[NewTarget(DueKind.RESOLUTION, "75%")])
    measure(f"sla replay, {TICKETS} tickets", lambda: replay(past, other, at).lines(), runs=5)


def fill() -> None:
    """Tickets of two years with a history as the verbs write it: asked, answered, paused, resolved."""
    chance = Random(1)
    terms = list(TicketTerms.objects.order_by("pk")[:20])
    clients, services = list(Client.objects.all()), list(Service.objects.all())
    drafts = [_ticket(chance, chance.choice(clients), chance.choice(services)) for _ in range(_WRITTEN)]
    tickets = Ticket.objects.bulk_create(drafts)
    agreed = [chance.choice(terms) for _ in tickets]
    TicketTerms.objects.bulk_create(
        TicketTerms(ticket=ticket, policy_version_id=one.policy_version_id,
                    calendar_version_id=one.calendar_version_id)
        for ticket, one in zip(tickets, agreed, strict=True)
    )  # fmt: skip
    TicketEvent.objects.bulk_create(event for ticket in tickets for event in _history(ticket, chance))
    Clock.objects.bulk_create(
        clock for pair in zip(tickets, agreed, strict=True) for clock in _clocks(*pair, chance)
    )
    first = min(ticket.pk for ticket in tickets)
    for number in range(1, TICKETS // _WRITTEN):
        for model in (Ticket, TicketTerms, TicketEvent, Clock):
            _copy(model, first, shift=number * _FAR)


def _copy(model: type[Model], first: int, *, shift: int) -> None:
    """Write the rows of the tickets `[first, first + _WRITTEN)` again, with keys far from the others."""
    fields = [field.column for field in model._meta.local_concrete_fields]
    shifted = {"id", "ticket_id"}
    columns = ", ".join(f'"{name}"' for name in fields)
    values = ", ".join(f'"{name}" + {shift}' if name in shifted else f'"{name}"' for name in fields)
    ticket = "id" if model is Ticket else "ticket_id"
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" ({columns}) SELECT {values} FROM "{table}"'
            f' WHERE "{ticket}" >= %s AND "{ticket}" < %s',
            [first, first + _WRITTEN],
        )


def _ticket(chance: Random, client: Client, service: Service) -> Ticket:
    opened = _FROM + (_TO - _FROM) * chance.random()
    return Ticket(
        subject=_SUBJECT,
        kind=chance.choice(list(Kind)),
        client=client,
        requester_id=1,
        service=service,
        priority=chance.randint(1, 4),
        status=Status.CLOSED,
        opened_at=opened,
        resolved_at=opened + timedelta(hours=chance.expovariate(1 / 20)),
    )


def _history(ticket: Ticket, chance: Random) -> Iterator[TicketEvent]:
    """Seven to eleven lines, of which four to eight concern the clocks."""
    assert ticket.resolved_at is not None
    step = (ticket.resolved_at - ticket.opened_at) / 8
    message: dict[str, Any] = {"visibility": "public", "announced": True, "message": 1}
    yield _line(ticket, 0, step, EventKind.OPENED, to="new")
    yield _line(ticket, 0, step, EventKind.MESSAGE_POSTED, side="client", **message)
    yield _line(ticket, 1, step, EventKind.ACCEPTED, **{"from": "new", "to": "in_progress"})
    yield _line(ticket, 2, step, EventKind.MESSAGE_POSTED, side="staff", **message)
    if chance.random() < 0.5:
        yield _line(
            ticket, 3, step, EventKind.CLIENT_ASKED, **{"from": "in_progress", "to": "waiting_client"}
        )
        yield _line(ticket, 4, step, EventKind.MESSAGE_POSTED, side="client", **message)
        yield _line(
            ticket, 4, step, EventKind.CLIENT_ANSWERED, **{"from": "waiting_client", "to": "under_review"}
        )
        yield _line(ticket, 5, step, EventKind.MESSAGE_POSTED, side="staff", **message)
    yield _line(ticket, 6, step, EventKind.TIME_LOGGED, minutes=15)
    yield _line(ticket, 8, step, EventKind.RESOLVED, **{"from": "in_progress", "to": "resolved"})
    yield _line(ticket, 9, step, EventKind.CLOSED, **{"from": "resolved", "to": "closed"})


def _line(ticket: Ticket, number: int, step: timedelta, kind: EventKind, **details: Any) -> TicketEvent:
    return TicketEvent(
        ticket=ticket, kind=kind, happened_at=ticket.opened_at + number * step, details=details
    )


def _clocks(ticket: Ticket, terms: TicketTerms, chance: Random) -> Iterator[Clock]:
    for kind in DueKind:
        is_met = chance.random() < 0.9
        yield Clock(
            ticket=ticket,
            kind=kind,
            policy_version_id=terms.policy_version_id,
            calendar_version_id=terms.calendar_version_id,
            target=timedelta(hours=8),
            state=Clock.State.MET if is_met else Clock.State.BREACHED,
            breaches=0 if is_met else 1,
            started_at=ticket.opened_at,
            stopped_at=ticket.resolved_at,
            elapsed=timedelta(hours=4),
        )
