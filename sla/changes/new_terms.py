"""A new calendar or matrix told to the clocks of a ticket. In memory: nothing is stored here (R5, R7)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from servicedesk.lib import bulk_rows
from servicedesk.people.models import User
from servicedesk.tickets.models import Message, Ticket
from servicedesk.tickets.statuses import Status
from sla.clocks import retargeting
from sla.clocks.many_tickets import GOING_ON, goes_on
from sla.clocks.ticket_clocks import TicketClocks, names_calendar
from sla.engine.facts import LIVE, FactKind, Rule, State
from sla.engine.reactions import FIRST_RESPONSE, KINDS, NEXT_RESPONSE, Step
from sla.models import CalendarVersion, Clock, ClockEvent, PolicyCell, PolicyVersion, TicketTerms

NOT_THERE = frozenset({State.NONE, State.CANCELLED})


class NewTerms(ABC):
    """What comes to open tickets at `at`, and which of them it concerns."""

    clocks: Q | None = None  # that need to be read; None: all

    def __init__(self, at: datetime, by: User | None = None) -> None:
        self.at, self.by = at, by

    @abstractmethod
    def concerned(self) -> QuerySet[Ticket]:
        """Open tickets that are measured by another version of the same."""

    @abstractmethod
    def apply(self, ticket_clocks: TicketClocks, terms: TicketTerms | None) -> None:
        """Tell the facts, and agree on the new terms.

        Raises:
            FactError: the facts of the ticket contradict each other.
            NoWorkingTime: the new calendar never reaches a target.
        """

    @abstractmethod
    def prepare(self, all_clocks: Sequence[TicketClocks]) -> None:
        """Read what the clocks of all these tickets need: the same statements however many."""


def _with_any(**rows: QuerySet[Any]) -> QuerySet[Ticket]:
    """Open tickets with at least one of these, looked up ticket by ticket.

    As EXISTS, PostgreSQL would rather read the facts of all tickets there ever were.
    """
    found = {name: Subquery(each.order_by().values("pk")[:1]) for name, each in rows.items()}
    is_any = reduce(or_, (Q(**{f"{name}__isnull": False}) for name in found))
    concerned: QuerySet[Ticket] = Ticket.objects.open().alias(**found).filter(is_any)
    return concerned


class NewCalendar(NewTerms):
    """The calendar itself was wrong: cycles that run are told again with the right one."""

    clocks = GOING_ON

    def __init__(
        self, version: CalendarVersion, former: set[int], at: datetime, by: User | None = None
    ) -> None:
        """`former` are the keys of the other versions of this calendar."""
        super().__init__(at, by)
        self.version, self.former = version, former

    def concerned(self) -> QuerySet[Ticket]:
        # A cycle may have begun under this calendar and go on under another.
        of_ticket = {"ticket": OuterRef("pk"), "calendar_version__in": self.former}
        told = ClockEvent.objects.filter(
            clock__ticket=OuterRef("pk"), details__calendar_version__in=self.former
        )
        return _with_any(
            agreed=TicketTerms.objects.filter(**of_ticket),
            reckoned=Clock.objects.filter(**of_ticket),
            stated=told,
        )

    def prepare(self, all_clocks: Sequence[TicketClocks]) -> None:
        """Nothing but what the clocks know."""

    def apply(self, ticket_clocks: TicketClocks, terms: TicketTerms | None) -> None:
        if terms and terms.calendar_version_id in self.former:
            terms.calendar_version_id = self.version.pk
        for kind, clock in ticket_clocks.clocks.items():
            if goes_on(clock, ticket_clocks.ticket) and self._is_stale(ticket_clocks, kind):
                self._correct(ticket_clocks, clock, max(self.at, ticket_clocks.last_at(kind)))

    def _is_stale(self, ticket_clocks: TicketClocks, kind: str) -> bool:
        """Do facts of this cycle name a former version that nothing has corrected since?"""
        stale = False
        for event in ticket_clocks.events[kind]:
            if event.kind == FactKind.START:
                stale = False
            if names_calendar(event):
                if event.details["calendar_version"] in self.former:
                    stale = True
                elif event.kind == FactKind.CALENDAR and event.details["calendar_version"] == self.version.pk:
                    stale = False
        return stale

    def _correct(self, ticket_clocks: TicketClocks, clock: Clock, at: datetime) -> None:
        former, was_missed = clock.calendar_version, clock.breaches
        if former.calendar_id == self.version.calendar_id:
            clock.calendar_version = self.version
        ticket_clocks.add(clock, FactKind.CALENDAR, at, by=self.by, calendar_version=self.version)
        if was_missed and not clock.breaches and clock.due_at and clock.due_at < at:
            ticket_clocks.refresh(clock.kind, at)  # the correction is of time that counts no more


class NewMatrix(NewTerms):
    """Rows of a new version: clocks get their terms, begin or end (R5)."""

    def __init__(
        self, version: PolicyVersion, rows: Sequence[PolicyCell], former: set[int], at: datetime,
        by: User | None = None, *, only_live: bool = False,
    ) -> None:  # fmt: skip
        """The rows know their version; `former` are the keys of the policy's other versions.

        `only_live`: clocks that stopped with the solution are not told for the case that it is refused.
        """
        super().__init__(at, by)
        self.version, self.rows, self.former, self.only_live = version, rows, former, only_live
        self._answered: set[int] = set()

    def concerned(self) -> QuerySet[Ticket]:
        terms = TicketTerms.objects.filter(ticket=OuterRef("pk"), policy_version__in=self.former)
        return _with_any(agreed=terms)

    def prepare(self, all_clocks: Sequence[TicketClocks]) -> None:
        unanswered = [
            ticket_clocks.ticket.pk
            for ticket_clocks in all_clocks
            if ticket_clocks.state(FIRST_RESPONSE) in NOT_THERE
        ]
        said = Message.objects.filter(
            ticket__in=bulk_rows.among(unanswered),
            side=Message.Side.STAFF,
            visibility=Message.Visibility.PUBLIC,
            sent_at__gt=F("ticket__opened_at"),
        )
        self._answered = set(said.values_list("ticket", flat=True)) if unanswered else set()

    def apply(self, ticket_clocks: TicketClocks, terms: TicketTerms | None) -> None:
        if terms is None:
            return
        terms.policy_version = self.version
        row = retargeting.cell_for(ticket_clocks.ticket, self.rows)
        for kind in KINDS:
            if ticket_clocks.state(kind) not in NOT_THERE:
                self._measure(ticket_clocks, ticket_clocks.clocks[kind], row, terms.calendar_version)
            elif row and row.has_target(kind) and self._begins(ticket_clocks, kind):
                self._begin(ticket_clocks, kind, row, terms.calendar_version)

    def _begins(self, ticket_clocks: TicketClocks, kind: str) -> bool:
        """May a clock begin now? Not for what is done; the next response waits for the client's word."""
        if kind == NEXT_RESPONSE or ticket_clocks.ticket.status == Status.RESOLVED:
            return False
        return kind != FIRST_RESPONSE or ticket_clocks.ticket.pk not in self._answered

    def _begin(
        self, ticket_clocks: TicketClocks, kind: str, row: PolicyCell, contract_calendar: CalendarVersion
    ) -> None:
        if ticket_clocks.has(kind):  # it was ended by an earlier change, and goes on
            at = max(self.at, ticket_clocks.last_at(kind))
            retargeting.retarget(
                ticket_clocks, ticket_clocks.clocks[kind], row, contract_calendar, at, self.by, False
            )
        else:
            begin = ticket_clocks.ticket.opened_at if row.retarget == Rule.RECOMPUTE else self.at
            retargeting.start(ticket_clocks, kind, row, contract_calendar, begin, by=self.by)

    def _measure(
        self,
        ticket_clocks: TicketClocks,
        clock: Clock,
        row: PolicyCell | None,
        contract_calendar: CalendarVersion,
    ) -> None:
        if not goes_on(clock, ticket_clocks.ticket) or (self.only_live and clock.state not in LIVE):
            return
        if retargeting.stands_still(ticket_clocks, clock):
            at = max(self.at, ticket_clocks.last_at(clock.kind))
            retargeting.retarget(ticket_clocks, clock, row, contract_calendar, at, self.by, False)
            return
        at = max(self.at, ticket_clocks.last_at(clock.kind))
        if row and self._has_the_same_target(row, clock, contract_calendar, at):
            clock.cell, clock.policy_version = row, row.version
            retargeting.follow_status(ticket_clocks, clock, at, self.by)
            ticket_clocks.refresh(clock.kind, at)
        elif clock.state in LIVE:
            retargeting.retarget(ticket_clocks, clock, row, contract_calendar, at, self.by, False)
        elif row and row.has_target(clock.kind):
            self._tell_stopped(ticket_clocks, clock, row, contract_calendar, at)

    def _tell_stopped(
        self,
        ticket_clocks: TicketClocks,
        clock: Clock,
        row: PolicyCell,
        contract_calendar: CalendarVersion,
        at: datetime,
    ) -> None:
        """It stopped with the solution; the new terms hold if it must go on."""
        version = retargeting.calendar_version_for(row, contract_calendar, clock.calendar_version, at)
        clock.cell, clock.policy_version, clock.calendar_version = row, row.version, version
        step = Step(FactKind.RETARGET, {"rule": Rule(row.retarget), "restart": False})
        retargeting.take(ticket_clocks, clock, [step], at, self.by)

    def _has_the_same_target(
        self, row: PolicyCell, clock: Clock, contract_calendar: CalendarVersion, at: datetime
    ) -> bool:
        """A new version that changed other rows starts nothing anew."""
        version = retargeting.calendar_version_for(row, contract_calendar, clock.calendar_version, at)
        if version.pk != clock.calendar_version_id:
            return False
        promised, had = row.target_of(clock.kind), clock.cell.target_of(clock.kind) if clock.cell else None
        if promised and promised == had:
            return True
        return row.working_target(clock.kind, version.worktime(), clock.started_at) == clock.target
