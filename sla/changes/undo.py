"""A change taken back from one ticket: as if it had never been made, with all that happened since (R7).

What the change told is revoked, and facts told since under the new version are read under the former one.
Where later facts do not fit without the change (a pause that its row had ended), the former row is applied
as a new change.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db.models import Q

from servicedesk.people.models import User
from sla.changes.before_and_after import Case, Record
from sla.clocks import cached_columns
from sla.clocks.many_tickets import ManyTickets
from sla.clocks.ticket_clocks import TicketClocks
from sla.models import Clock, TermsChangeItem, TicketTerms

Tell = Callable[[TicketClocks, TicketTerms | None], None]


class Undo(ABC):
    """What taking back one batch needs; `of` makes what must be told of one ticket."""

    clocks: Q | None = None  # that need to be read; None: all

    def __init__(self, many_tickets: ManyTickets, at: datetime, by: User | None) -> None:
        self.many_tickets, self.at, self.by = many_tickets, at, by

    @abstractmethod
    def prepare(self, cases: Sequence[Case], items: Sequence[TermsChangeItem]) -> None:
        """Read what all of them need: the same statements however many."""

    @abstractmethod
    def put_back(self, ticket_clocks: TicketClocks, terms: TicketTerms, item: TermsChangeItem) -> None: ...

    def of(self, item: TermsChangeItem) -> Tell:
        def tell(ticket_clocks: TicketClocks, terms: TicketTerms | None) -> None:
            if terms is None or "terms" not in item.before:
                return
            due = {kind: clock.due_at for kind, clock in ticket_clocks.clocks.items()}
            self.put_back(ticket_clocks, terms, item)
            for kind, clock in ticket_clocks.clocks.items():
                if kind in item.before:
                    _restore_notices(clock, item.before[kind], is_other=clock.due_at != due[kind])

        return tell


def _restore_notices(clock: Clock, before: Record, *, is_other: bool) -> None:
    """What was said about the deadline that holds again need not be said again."""
    announced = min(before["breaches_announced"], clock.breaches)
    clock.breaches_announced = max(clock.breaches_announced, announced)
    if is_other and clock.terms_number == before["terms_number"]:
        clock.risk_announced_for = before["risk_announced_for"]
        clock.escalated_for, clock.escalated_levels = before["escalated_for"], before["escalated_levels"]
    clock.risk_announced_for = min(clock.risk_announced_for, clock.terms_number)
    clock.escalated_for = min(clock.escalated_for, clock.terms_number)
    clock.wake_at = cached_columns.wake_at(clock)
