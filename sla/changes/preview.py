"""What a new calendar or matrix would do to the open tickets, before it is published. Only reads (R7).

The same facts are told to the same tickets as when it is applied, and nothing is stored.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from servicedesk.lib import bulk_rows
from servicedesk.lib.garbage_collection import uncollected
from servicedesk.tickets.models import DueKind, Ticket
from sla.changes import wording as change_wording
from sla.changes.before_and_after import FIELDS, Case, amend, open_cases
from sla.changes.effects import Effect
from sla.changes.new_terms import NewCalendar, NewMatrix, NewTerms
from sla.clocks.many_tickets import ManyTickets
from sla.models import Calendar, CalendarVersion, Policy, PolicyCell, PolicyVersion

__all__ = ["Effect", "Preview", "TicketEffect", "of_calendar", "of_policy"]

MOST_SHOWN = 200
_BATCH = 500
_NOT_PUBLISHED = -1  # the key of a version that is none yet
_GRAVITY = {effect: place for place, effect in enumerate(Effect)}


@dataclass(frozen=True)
class TicketEffect:
    """One clock of one open ticket; `kind` is a `DueKind`. No moment: none, or the clock is paused."""

    ticket_id: int
    reference: str
    subject: str
    client: str
    kind: str
    effect: Effect
    due_before: datetime | None
    due_after: datetime | None

    @property
    def promise(self) -> str:
        return str(DueKind(self.kind).label)


@dataclass(frozen=True)
class Preview:
    """Counts are of tickets, `open_tickets` of all there are; `effects` are the gravest, at most 200.

    `hidden` is how many effects there are besides.
    """

    open_tickets: int
    changed: int
    due: int
    breached: int
    relieved: int
    effects: tuple[TicketEffect, ...]
    hidden: int = 0

    def __str__(self) -> str:
        """“12 of 43 open tickets change: 3 become due today, 1 is newly late.”"""
        return change_wording.of_preview(self)


def of_calendar(
    calendar: Calendar, definition: Mapping[str, Any], at: datetime, opened_from: datetime | None = None
) -> Preview:
    """What open tickets would feel if this definition held for them from `at` on.

    Raises:
        CalendarError: the definition is wrong.
    """
    version = CalendarVersion(pk=_NOT_PUBLISHED, calendar=calendar, number=0, definition=dict(definition))
    former = set(calendar.versions.values_list("pk", flat=True))
    many_tickets = ManyTickets()
    many_tickets.versions.learn(version)
    return _preview(NewCalendar(version, former, at), many_tickets, at, opened_from)


def of_policy(
    policy: Policy, cells: Sequence[PolicyCell], at: datetime, opened_from: datetime | None = None
) -> Preview:
    """What open tickets would feel if these rows (saved or not) held for them from `at` on."""
    version = PolicyVersion(pk=_NOT_PUBLISHED, policy=policy, number=0)
    rows = [copy.copy(cell) for cell in cells]
    for place, row in enumerate(rows):
        row.pk, row.version = place - len(rows), version  # of equals the first wins, as when they are saved
    former = set(policy.versions.values_list("pk", flat=True))
    return _preview(NewMatrix(version, rows, former, at), ManyTickets(), at, opened_from)


def _preview(
    amendment: NewTerms, many_tickets: ManyTickets, at: datetime, opened_from: datetime | None
) -> Preview:
    tickets = amendment.concerned()
    if opened_from:
        tickets = tickets.filter(opened_at__gte=opened_from)
    counts: Counter[Effect] = Counter()
    changed, found = 0, list[TicketEffect]()
    end_of_day = _end_of_day(at)
    with uncollected():
        for case in _amended(amendment, many_tickets, tickets):
            effects = case.effects(at, end_of_day)
            changed += bool(effects)
            counts.update(set(effects.values()))
            found += [_told(case, kind, effect) for kind, effect in effects.items()]
    found.sort(key=_gravity)
    return Preview(
        open_tickets=Ticket.objects.open().count(),
        changed=changed,
        due=counts[Effect.DUE],
        breached=counts[Effect.BREACHED],
        relieved=counts[Effect.RELIEVED],
        effects=_named(found[:MOST_SHOWN]),
        hidden=max(0, len(found) - MOST_SHOWN),
    )


def _amended(amendment: NewTerms, many_tickets: ManyTickets, tickets: QuerySet[Ticket]) -> Iterator[Case]:
    found = bulk_rows.fetch(tickets.order_by("pk"), FIELDS)
    for start in range(0, len(found), _BATCH):
        cases = open_cases(many_tickets, found[start : start + _BATCH], amendment.clocks, is_recorded=False)
        amendment.prepare([case.ticket_clocks for case in cases])
        for case in cases:
            amend(case, amendment.apply)
            yield case


def _end_of_day(at: datetime) -> datetime:
    """Of the reader's day."""
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1)


def _told(case: Case, kind: str, effect: Effect) -> TicketEffect:
    before = case.standings.get(kind)
    ticket = case.ticket
    return TicketEffect(
        ticket_id=ticket.pk,
        reference=ticket.reference,
        subject="",
        client="",
        kind=kind,
        effect=effect,
        due_before=before.due_at if before else None,
        due_after=case.ticket_clocks.clocks[kind].due_at,
    )


def _gravity(told: TicketEffect) -> tuple[int, datetime, int]:
    due = told.due_after or told.due_before or timezone.now()
    return _GRAVITY[told.effect], due, told.ticket_id


def _named(effects: Sequence[TicketEffect]) -> tuple[TicketEffect, ...]:
    """With subjects and clients, which only those shown need."""
    keys = {told.ticket_id for told in effects}
    names = {
        key: (subject, client)
        for key, subject, client in Ticket.objects.filter(pk__in=keys).values_list(
            "pk", "subject", "client__name"
        )
    }
    return tuple(
        replace(told, subject=names[told.ticket_id][0], client=names[told.ticket_id][1]) for told in effects
    )
