"""The client's view of a process: five plain steps, whatever the graph behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from servicedesk.tickets.models import EventKind, Ticket
from servicedesk.tickets.statuses import Status


@dataclass(frozen=True)
class StepView:
    """One step; `state` is done, now or next; `at` is when it was reached, `detail` a word on it."""

    label: Promise | str
    state: str
    at: datetime | None = None
    detail: Promise | str = ""


# label, the statuses that stand at this step, the event that reaches it
_STEPS: tuple[tuple[Promise, set[str], set[str]], ...] = (
    (_("Received"), {Status.NEW, Status.WAITING_APPROVAL}, {EventKind.OPENED}),
    (_("Reviewed"), {Status.UNDER_REVIEW}, {EventKind.CLASSIFIED, EventKind.APPROVED}),
    (
        _("In progress"),
        {Status.IN_PROGRESS, Status.WAITING_CLIENT, Status.WAITING_THIRD_PARTY, Status.VERIFICATION},
        {EventKind.ACCEPTED, EventKind.FULFILMENT_STARTED},
    ),
    (_("Awaiting your confirmation"), {Status.RESOLVED}, {EventKind.RESOLVED}),
    (_("Done"), {Status.CLOSED}, {EventKind.CLOSED}),
)


def steps(ticket: Ticket) -> list[StepView]:
    """Return the five steps of this ticket; one statement.

    A cancelled ticket stops where it stood and says so. The answer to a question puts a ticket
    under review; for its client that is still work, not a step back.
    """
    reached = dict(
        ticket.events.filter(kind__in=set().union(*(kinds for _label, _statuses, kinds in _STEPS)))
        .order_by("happened_at")
        .values_list("kind", "happened_at")
    )
    moments = [_latest(reached, kinds) for _label, _statuses, kinds in _STEPS]
    now = _position(ticket, moments)
    return [
        StepView(
            label,
            _state(ticket, place, now),
            moments[place] if place <= now else None,
            _detail(ticket, place, now),
        )
        for place, (label, _statuses, _kinds) in enumerate(_STEPS)
    ]


def _latest(reached: dict[str, datetime], kinds: set[str]) -> datetime | None:
    return max((reached[kind] for kind in kinds if kind in reached), default=None)


def _position(ticket: Ticket, moments: list[datetime | None]) -> int:
    """Where the ticket stands; a cancelled one where it got to."""
    if ticket.status == Status.CANCELLED:
        return max(place for place in range(3) if place == 0 or moments[place])
    place = next(
        place for place, (_label, statuses, _kinds) in enumerate(_STEPS) if ticket.status in statuses
    )
    return max(place, 2) if moments[2] and ticket.assignee_id else place


def _state(ticket: Ticket, place: int, now: int) -> str:
    if place < now or ticket.status == Status.CLOSED:
        return "done"
    return "now" if place == now else "next"


def _detail(ticket: Ticket, place: int, now: int) -> Promise | str:
    """Only what the step's own name does not say."""
    if place != now or ticket.status in {Status.NEW, Status.IN_PROGRESS, Status.CLOSED}:
        return ""
    return _("your turn now") if ticket.status == Status.RESOLVED else ticket.client_status
