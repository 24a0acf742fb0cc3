"""What waits for a client: a result to check, a question to answer, a request or an estimate to approve."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from contracts.hours import estimates
from contracts.models import Estimate
from servicedesk.lib import formatting
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket, TicketQuerySet
from servicedesk.tickets.statuses import Status
from workflows import approvals
from workflows.steps import task_list

SHOWN = 10


@dataclass(frozen=True)
class Todo:
    ticket: Ticket
    hint: str
    action: str


def of(user: User) -> list[Todo]:
    """At most ten of each sort, those that wait longest first; three statements."""
    return [
        *(_approval(ticket) for ticket in to_approve(user)[:SHOWN]),
        *(_estimate(one) for one in to_estimate(user)[:SHOWN]),
        *(
            _check(ticket) if ticket.status == Status.RESOLVED else _answer(ticket)
            for ticket in to_answer(user)[:SHOWN]
        ),
    ]


def to_answer(user: User) -> TicketQuerySet:
    """Results to check and questions to answer; one task may ask while the work on others goes on."""
    waiting = Q(status__in=[Status.WAITING_CLIENT, Status.RESOLVED])
    waiting |= Q(status=Status.IN_PROGRESS, pk__in=task_list.asking_client())
    asked_by_me = Ticket.objects.visible_to(user).filter(waiting, requester=user)
    return asked_by_me.order_by("updated_at", "pk")


def to_approve(user: User) -> TicketQuerySet:
    """Requests whose approval is asked of this very person now."""
    waiting = Ticket.objects.visible_to(user).filter(pk__in=approvals.waiting_for(user).values("ticket"))
    return waiting.select_related("requester").order_by("updated_at", "pk")


def to_estimate(user: User) -> QuerySet[Estimate]:
    """Estimates that wait for this person."""
    visible = Ticket.objects.visible_to(user)
    waiting = estimates.waiting_for(user).filter(ticket__in=visible)
    return waiting.select_related("ticket").order_by("made_at", "pk")


def _estimate(one: Estimate) -> Todo:
    hint = _("Estimate: %(hours)s h") % {"hours": formatting.hours(one.hours)}
    return Todo(one.ticket, hint, _("Decide"))


def _approval(ticket: Ticket) -> Todo:
    hint = _("%(person)s asks for your approval") % {"person": ticket.requester}
    return Todo(ticket, hint, _("Decide"))


def _check(ticket: Ticket) -> Todo:
    return Todo(ticket, _("Confirm and rate"), _("Check"))


def _answer(ticket: Ticket) -> Todo:
    return Todo(ticket, _("We wait for your answer"), _("Answer"))
