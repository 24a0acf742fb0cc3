"""How the approvals of a ticket stand, for its pages: level by level, who is asked and what they said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.fulfilment import approval_levels
from catalog.fulfilment.approval_levels import Level, Needs, WhenLate, Who
from servicedesk.lib import formatting
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from workflows.approvals import notes
from workflows.approvals.levels import is_needed
from workflows.models import Approval

Decision = Approval.Decision


class State(models.TextChoices):
    WAITING = "waiting", gettext_lazy("Waiting")
    APPROVED = "approved", gettext_lazy("Approved")
    REJECTED = "rejected", gettext_lazy("Not approved")
    LATER = "later", gettext_lazy("Upcoming")
    NEEDLESS = "needless", gettext_lazy("Not needed")
    OVER = "over", gettext_lazy("No longer needed")


@dataclass(frozen=True)
class Word:
    """One person (or the group) asked, and their answer; `state` has the badge's look."""

    row: Approval

    @property
    def name(self) -> str:
        return str(self.row.approver) if self.row.approver else _("The group")

    @property
    def state(self) -> str:
        return self.row.decision or State.WAITING.value

    @property
    def said(self) -> str:
        return str(self.row.get_decision_display() if self.row.decision else State.WAITING.label)

    @property
    def why(self) -> str:
        """Why this person: “stands in for Victor Kim”."""
        if self.row.on_behalf_of:
            return _("deputy for %(person)s") % {"person": self.row.on_behalf_of}
        return notes.label(self.row.note)

    @property
    def by_another(self) -> User | None:
        """Who decided, when it was not the one who is named."""
        decided_by = self.row.decided_by
        return decided_by if decided_by and decided_by != self.row.approver else None


@dataclass(frozen=True)
class LevelStanding:
    level: Level
    state: State
    words: Sequence[Word]

    @property
    def title(self) -> Promise:
        return Who(self.level.who).label

    @property
    def needs(self) -> str:
        """Said only where it makes a difference."""
        return str(Needs(self.level.needs).label) if len(self.words) > 1 else ""

    @property
    def since(self) -> datetime | None:
        return max((one.row.asked_at for one in self.words), default=None)

    @property
    def due(self) -> datetime | None:
        """When the answer counts as late; only while it is waited for."""
        waiting = [one.row.expires_at for one in self.words if one.row.expires_at and not one.row.decision]
        return min(waiting, default=None)


@dataclass(frozen=True)
class Size:
    """What a request costs, to be read: the price, and the hours it usually takes."""

    price: str
    hours: Decimal | None


def of_ticket(ticket: Ticket) -> list[LevelStanding]:
    """The levels of the newest run that asked; one statement, none for tickets without levels."""
    planned = approval_levels.levels(ticket.catalog_snapshot)
    if not planned:
        return []
    asked = ticket.approvals.select_related("approver", "on_behalf_of", "decided_by")
    rows = list(asked.order_by("level", "pk"))
    run = max((one.run_id for one in rows), default=None)
    by_level = {level.number: [Word(one) for one in rows if _is_of(one, run, level)] for level in planned}
    return [
        LevelStanding(level, _state(ticket, level, by_level), by_level[level.number]) for level in planned
    ]


def size_of(ticket: Ticket) -> Size:
    """What the catalog said when the request was sent; one statement when it has a price."""
    snapshot = ticket.catalog_snapshot
    price, hours = (Decimal(snapshot.get(name) or 0) for name in ("price", "estimated_hours"))
    coverage = getattr(ticket, "coverage", None) if price else None
    currency = coverage.contract.currency if coverage and coverage.contract else ""
    return Size(formatting.money(price, currency) if price else "", hours or None)


def _is_of(row: Approval, run: int | None, level: Level) -> bool:
    return row.run_id == run and row.level == level.number


def _state(ticket: Ticket, level: Level, by_level: dict[int, list[Word]]) -> State:
    decisions = {one.row.decision for one in by_level[level.number]}
    if not decisions:
        return _not_asked(ticket, level)
    if "" in decisions:
        return State.WAITING
    if Decision.REJECTED in decisions:
        return State.REJECTED
    if Decision.EXPIRED in decisions and level.when_late == WhenLate.REJECT:
        return State.REJECTED
    is_cut_short = ticket.status == Status.CANCELLED and level.number == max(_asked(by_level))
    if is_cut_short and (Decision.APPROVED not in decisions or level.needs == Needs.ALL):
        return State.OVER
    return State.APPROVED


def _asked(by_level: dict[int, list[Word]]) -> list[int]:
    return [number for number, words in by_level.items() if words]


def _not_asked(ticket: Ticket, level: Level) -> State:
    if not is_needed(ticket, level):
        return State.NEEDLESS
    return State.LATER if ticket.status in (Status.NEW, Status.WAITING_APPROVAL) else State.OVER
