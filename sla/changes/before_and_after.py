"""Tickets in hand while terms change: how their clocks stood, what was told, how they stand now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from servicedesk.lib import bulk_rows
from servicedesk.tickets.models import Ticket
from sla.changes.effects import Effect, Standing, effect, standing
from sla.clocks import cached_columns
from sla.clocks.many_tickets import ManyTickets
from sla.clocks.ticket_clocks import TicketClocks
from sla.engine.facts import FactError
from sla.engine.worktime import NoWorkingTime
from sla.models import Clock, TicketTerms

# What the clocks of a ticket need; all else of a ticket stays where it is.
FIELDS = (
    "status",
    "kind",
    "priority",
    "service",
    "opened_at",
    "resolved_at",
    "due_at",
    "due_kind",
    "is_overdue",
)

Record = dict[str, Any]
"""Clock kind → how the clock stood, as JSON; and “terms” → the versions the ticket was measured by."""


logger = structlog.get_logger(__name__)


class Fault(models.TextChoices):
    """Why a ticket could not follow; it keeps the terms it had."""

    FACTS = "facts", _("The stored clocks of this ticket are inconsistent.")
    TIME = "time", _("The calendar has too little working time for this target.")


@dataclass
class Case:
    """One ticket. With an `error` nothing of it may be stored: it stays as it was."""

    ticket_clocks: TicketClocks
    terms: TicketTerms | None
    standings: dict[str, Standing]
    before: Record
    error: str = ""

    @property
    def ticket(self) -> Ticket:
        return self.ticket_clocks.ticket

    def effects(self, at: datetime, end_of_day: datetime) -> dict[str, Effect]:
        """What somebody would feel, by kind of clock."""
        if self.error:
            return {}
        felt = {
            kind: effect(self.standings.get(kind), standing(clock), at, end_of_day)
            for kind, clock in self.ticket_clocks.clocks.items()
        }
        return {kind: found for kind, found in felt.items() if found}

    def after(self) -> Record:
        """As much of the same as somebody may ask for."""
        if self.error:
            return {"error": self.error}
        return {kind: _known_after(clock) for kind, clock in self.ticket_clocks.clocks.items()}


def open_cases(
    many_tickets: ManyTickets, tickets: Sequence[Ticket], only: Q | None, *, is_recorded: bool = True
) -> list[Case]:
    """Read these tickets' clocks (all, or `only` some), facts and terms: a few statements however many.

    What is only looked at needs no record of how it was before.
    """
    agreed = TicketTerms.objects.filter(ticket__in=bulk_rows.among(ticket.pk for ticket in tickets))
    terms = {one.ticket_id: one for one in bulk_rows.fetch(agreed)}
    many_tickets.versions.need({one.calendar_version_id for one in terms.values()})
    for one in terms.values():
        one._state.fields_cache = {"calendar_version": many_tickets.versions[one.calendar_version_id]}
    return [
        _case(ticket_clocks, terms.get(ticket_clocks.ticket.pk), is_recorded)
        for ticket_clocks in many_tickets.load(tickets, only)
    ]


def _case(ticket_clocks: TicketClocks, terms: TicketTerms | None, is_recorded: bool) -> Case:
    standings = {kind: standing(clock) for kind, clock in ticket_clocks.clocks.items()}
    return Case(ticket_clocks, terms, standings, record(ticket_clocks, terms) if is_recorded else {})


def amend(case: Case, tell: Callable[[TicketClocks, TicketTerms | None], None]) -> None:
    """Tell the ticket's clocks; if they cannot follow, the case says why."""
    try:
        tell(case.ticket_clocks, case.terms)
    except FactError:
        logger.exception("terms_not_changed", ticket=case.ticket.pk)
        case.error = Fault.FACTS
    except NoWorkingTime:
        case.error = Fault.TIME
    else:
        for kind, clock in case.ticket_clocks.clocks.items():
            if kind in case.before:
                _carry_notices(case, kind, clock)


def _carry_notices(case: Case, kind: str, clock: Clock) -> None:
    """What was said about a deadline need not be said again when only the number of its terms has grown."""
    before = case.before[kind]
    if clock.terms_number == before["terms_number"] or clock.due_at != case.standings[kind].due_at:
        return
    if clock.target.total_seconds() != before["target"]:
        return
    if clock.risk_announced_for == before["terms_number"]:
        clock.risk_announced_for = clock.terms_number
    if clock.escalated_for == before["terms_number"] and clock.escalated_levels:
        clock.escalated_for = clock.terms_number
        if cycle := case.ticket_clocks.evaluate(kind).current:
            cached_columns.refresh_escalation(clock, cycle)
    clock.wake_at = cached_columns.wake_at(clock)


def record(ticket_clocks: TicketClocks, terms: TicketTerms | None) -> Record:
    found: Record = {kind: _clock_record(clock) for kind, clock in ticket_clocks.clocks.items()}
    if terms:
        found["terms"] = {
            "policy_version": terms.policy_version_id,
            "calendar_version": terms.calendar_version_id,
        }
    return found


def _clock_record(clock: Clock) -> Record:
    return _known_after(clock) | {
        "breaches_announced": clock.breaches_announced,
        "terms_number": clock.terms_number,
        "risk_announced_for": clock.risk_announced_for,
        "escalated_for": clock.escalated_for,
        "escalated_levels": clock.escalated_levels,
    }


def _known_after(clock: Clock) -> Record:
    return {
        "state": clock.state,
        "due_at": clock.due_at.isoformat() if clock.due_at else None,
        "target": clock.target.total_seconds(),
        "elapsed": clock.elapsed.total_seconds(),
        "breaches": clock.breaches,
        "cell": clock.cell_id,
        "policy_version": clock.policy_version_id,
        "calendar_version": clock.calendar_version_id,
    }
