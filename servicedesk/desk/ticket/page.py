"""Everything the page of one ticket shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from catalog import knowledge_links
from catalog.questions import answers, former_answers
from contracts.hours import estimates
from contracts.time import booking_rules, ticket_hours
from servicedesk.desk.ticket.conversation import timeline
from servicedesk.desk.ticket.conversation.message_forms import (
    MessageForm,
    NoteForm,
    PersonalForm,
    ReplyForm,
)
from servicedesk.desk.ticket.estimates.form import EstimateForm
from servicedesk.desk.ticket.links import related, ticket_choice
from servicedesk.desk.ticket.steps import fulfilment_plan, step_forms
from servicedesk.desk.time.entry_form import Measured, TimeForm
from servicedesk.people.models import User
from servicedesk.tickets import secrets
from servicedesk.tickets.access import works_on
from servicedesk.tickets.models import Ticket
from sla.clocks import display
from sla.clocks.compliance import is_overdue
from workflows.approvals import overview as approvals_overview
from workflows.diagram import picture as diagram
from workflows.engine import step_targets
from workflows.maintenance import faults

OTHERS = 5


@dataclass(frozen=True)
class Composer:
    """The three forms of the box for writing; `mode` is the one that is open."""

    reply: ReplyForm
    note: NoteForm
    personal: PersonalForm
    mode: str


def gather(ticket: Ticket, user: User, at: datetime, query: Mapping[str, str], **sent: Any) -> dict[str, Any]:
    """The context of the page; `sent` are forms that came back and a `refusal`."""
    clocks = display.for_tickets([ticket], at).get(ticket.pk, [])
    may_work = works_on(user, ticket)
    hours = ticket_hours.of_ticket(ticket)
    times = step_targets.of_ticket(ticket, at)
    now = step_targets.current(times)
    steps = step_forms.of(ticket, user, sent.get("step_form"))
    conversation = timeline.load(ticket, user, query.get("tab", ""))
    others = ticket_choice.likely(ticket, user)
    return (
        {
            "ticket": ticket,
            "clocks": clocks,
            "is_late_now": is_overdue(ticket, at),
            "explained": [clock for clock in clocks if clock.remaining is not None] or clocks[-1:],
            "steps": steps,
            "bar_steps": [step for step in steps if not step.action.is_of_plan],
            "plan": fulfilment_plan.of(ticket, user, times, steps),
            "conversation": conversation,
            "composer": _composer(ticket, user, sent.get("message_form")) if may_work else None,
            "time_form": sent.get("time_form") or _time_form(ticket, user, query),
            "estimates": estimates.overview(ticket),
            "estimate_form": sent.get("estimate_form") or _estimate_form(ticket, may_work),
            "secrets": secrets.of_ticket(ticket),
            "may_work": may_work,
            "hours": hours,
            "spent": timedelta(minutes=hours.spent.minutes),
            "diagrams": diagram.draw_all(ticket, at, {one.clock.step: one.short for one in now}),
            "step_times": times,
            "current_steps": now,
            "answers": answers.shown(ticket.catalog_snapshot.get("form", []), ticket.answers),
            "former_answers": former_answers.shown(ticket.catalog_snapshot),
            "knowledge": knowledge_links.for_staff(ticket.request_type.links) if ticket.request_type else [],
            "approvals": approvals_overview.of_ticket(ticket),
            "request_size": approvals_overview.size_of(ticket),
            "followers": list(ticket.participants.select_related("user")),
            "refusal": sent.get("refusal", ""),
            "typed": sent.get("typed", ""),
            "seen": conversation.newest,
            "related": related.of(ticket, user, query, likely=others, sent=sent.get("link_form")),
            "others": others[:OTHERS],
            "meanwhile": conversation.since(sent["seen"]) if sent.get("seen") else [],
        }
        | _links(ticket, user)
        | _faults(ticket, user)
    )


def _composer(ticket: Ticket, user: User, sent: MessageForm | None) -> Composer:
    def form(kind: type[MessageForm]) -> Any:
        return sent if isinstance(sent, kind) else kind(ticket=ticket, user=user)

    mode = sent.mode if sent else ReplyForm.mode
    return Composer(form(ReplyForm), form(NoteForm), form(PersonalForm), mode)


def _time_form(ticket: Ticket, user: User, query: Mapping[str, str]) -> TimeForm | None:
    """After the end of the ticket too, for those who had part in it."""
    if not booking_rules.may_log(user, ticket):
        return None
    return TimeForm(ticket=ticket, person=user, measured=Measured.read(query))


def _estimate_form(ticket: Ticket, may_work: bool) -> EstimateForm | None:
    return EstimateForm(ticket=ticket) if may_work and ticket.is_open else None


def _faults(ticket: Ticket, user: User) -> dict[str, Any]:
    """Steps that failed in the background; one statement when there is none."""
    found = faults.of_ticket(ticket)
    return {"faults": found, "may_retry": bool(found) and faults.may_retry(user, ticket)}


def _links(ticket: Ticket, user: User) -> dict[str, Any]:
    """What it continues, and what continues it; one statement."""
    visible = Ticket.objects.visible_to(user)
    linked = list(visible.filter(Q(pk=ticket.follows_id) | Q(follows=ticket.pk)).order_by("pk"))
    return {
        "follows": [one for one in linked if one.pk == ticket.follows_id],
        "followed_by": [one for one in linked if one.pk != ticket.follows_id],
    }
