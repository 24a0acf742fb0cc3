"""Everything the page of one ticket shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from catalog import answers
from contracts import summary
from servicedesk.desk import conversation_view, step_forms
from servicedesk.desk.talk_forms import NoteForm, PersonalForm, ReplyForm, TalkForm
from servicedesk.desk.time_form import TimeForm
from servicedesk.people.models import User
from servicedesk.tickets.access import works_on
from servicedesk.tickets.models import Ticket
from sla import display
from workflows import diagram, step_times

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
    hours = summary.of_ticket(ticket)
    times = step_times.of_ticket(ticket, at)
    now = step_times.current(times)
    return {
        "ticket": ticket,
        "clocks": clocks,
        "explained": [clock for clock in clocks if clock.remaining is not None] or clocks[-1:],
        "steps": step_forms.of(ticket, user, sent.get("step_form")),
        "conversation": conversation_view.load(ticket, user, query.get("tab", "")),
        "composer": _composer(ticket, user, sent.get("talk_form")) if may_work else None,
        "time_form": sent.get("time_form") or _time_form(ticket, may_work),
        "hours": hours,
        "spent": timedelta(minutes=hours.this_ticket_minutes),
        "diagram": diagram.draw(ticket, at, {one.clock.step: one.short for one in now}),
        "step_times": times,
        "current_steps": now,
        "answers": answers.shown(ticket.catalog_snapshot.get("form", []), ticket.answers),
        "followers": list(ticket.participants.select_related("user")),
        "refusal": sent.get("refusal", ""),
        "typed": sent.get("typed", ""),
    } | _links(ticket, user)


def _composer(ticket: Ticket, user: User, sent: TalkForm | None) -> Composer:
    def form(kind: type[TalkForm]) -> Any:
        return sent if isinstance(sent, kind) else kind(ticket=ticket, user=user)

    mode = sent.mode if sent else ReplyForm.mode
    return Composer(form(ReplyForm), form(NoteForm), form(PersonalForm), mode)


def _time_form(ticket: Ticket, may_work: bool) -> TimeForm | None:
    return TimeForm(ticket=ticket) if may_work and ticket.is_open else None


def _links(ticket: Ticket, user: User) -> dict[str, Any]:
    """What it continues, what continues it, and what else the requester waits for; one statement each."""
    visible = Ticket.objects.visible_to(user)
    linked = list(visible.filter(Q(pk=ticket.follows_id) | Q(follows=ticket.pk)).order_by("pk"))
    others = visible.open().filter(requester=ticket.requester_id).exclude(pk=ticket.pk)
    return {
        "follows": [one for one in linked if one.pk == ticket.follows_id],
        "followed_by": [one for one in linked if one.pk != ticket.follows_id],
        "others": list(others.order_by("-opened_at")[:OTHERS]),
    }
