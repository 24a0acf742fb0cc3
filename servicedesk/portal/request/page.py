"""Everything the page of one request shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from catalog.questions import answers, former_answers
from contracts.hours import estimates
from contracts.time import entries as work_time
from servicedesk.people.models import User
from servicedesk.portal.deadline import applicable_terms
from servicedesk.portal.request import conversation, estimate_messages
from servicedesk.portal.request.estimate_form import EstimateForm
from servicedesk.portal.request.forms import DecisionForm, ReplyForm, SolvedForm, WithdrawForm
from servicedesk.tickets import access, merged
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from sla.clocks import display
from workflows import approvals, fulfilment
from workflows.approvals import overview as approvals_overview
from workflows.diagram import client_steps
from workflows.engine import auto_close
from workflows.fulfilment.overview import StageView
from workflows.models import Approval

CHECK, ANSWER, DECIDE, RATE = "check", "answer", "decide", "rate"


@dataclass(frozen=True)
class Deadlines:
    """Until when the client can do what; None when it does not apply."""

    closes_at: datetime | None
    reopens_until: datetime | None

    @property
    def is_over(self) -> bool:
        """Closed for so long that a reply starts a new request."""
        return self.reopens_until is not None and self.reopens_until < timezone.now()


def gather(ticket: Ticket, user: User, at: datetime, **forms: Any) -> dict[str, Any]:
    """The context of the page; `forms` are bound ones that came back with errors."""
    turns = conversation.turns(ticket, user)
    asked = _asked(ticket, user)
    stages = fulfilment.progress(ticket)
    estimated, worked = estimates.overview(ticket), work_time.spent(ticket)
    terms = applicable_terms.terms_of(ticket)
    speaks = access.speaks_for_client(user, ticket)
    return {
        "ticket": ticket,
        "goes_on": _goes_on(ticket, user),
        "steps": client_steps.steps(ticket),
        "stages": stages,
        "todo": _todo(ticket, asked, stages, speaks=speaks),
        "asked": asked,
        "approvals": approvals_overview.of_ticket(ticket),
        "request_size": approvals_overview.size_of(ticket),
        "may_withdraw": speaks and ticket.is_open and ticket.status != Status.RESOLVED,
        "last_word": conversation.last_of_staff(turns),
        "thread": turns,
        "clocks": display.for_tickets([ticket], at).get(ticket.pk, []),
        "terms": terms,
        "spent": timedelta(minutes=worked.minutes),
        "charged": worked.hours if terms and terms.has_target else None,
        "answers": answers.shown(ticket.catalog_snapshot.get("form", []), ticket.answers),
        "former_answers": former_answers.shown(ticket.catalog_snapshot),
        "entrusted": estimate_messages.entrusted(ticket),
        "estimates": estimated,
        "estimate_form": _estimate_form(ticket, user) if estimated.waiting else None,
        "followers": [str(one) for one in ticket.participants.select_related("user")],
        "deadlines": deadlines(ticket),
        "reply_form": ReplyForm(ticket=ticket),
        "solved_form": SolvedForm(ticket=ticket),
        "decision_form": DecisionForm(auto_id="decision_%s", initial={"asked": asked and asked.pk}),
        "withdraw_form": WithdrawForm(auto_id="withdraw_%s"),
    } | forms


def _estimate_form(ticket: Ticket, user: User) -> EstimateForm | None:
    return EstimateForm() if estimates.may_decide(user, ticket) else None


def _goes_on(ticket: Ticket, user: User) -> Ticket | None:
    """The request that this one was merged into, if the person sees it. Asks nothing of others."""
    if ticket.merged_into_id is None:
        return None
    return Ticket.objects.visible_to(user).filter(pk=merged.standing_for(ticket).pk).first()


def deadlines(ticket: Ticket) -> Deadlines:
    """From a resolved ticket until we close it, from a closed one until a reply starts anew."""
    closes_at = auto_close.planned(ticket) if ticket.status == Status.RESOLVED else None
    closed_at = ticket.closed_at if ticket.status == Status.CLOSED else None
    return Deadlines(
        closes_at,
        closed_at and closed_at + settings.REOPEN_GRACE,
    )


def _asked(ticket: Ticket, user: User) -> Approval | None:
    """What this person may decide now."""
    if ticket.status != Status.WAITING_APPROVAL:
        return None
    return approvals.open_to(user, ticket).select_related("on_behalf_of").first()


def _todo(ticket: Ticket, asked: Approval | None, stages: list[StageView], *, speaks: bool) -> str:
    """The one thing to do now, or nothing; the word about the end is only for who `speaks` for the client."""
    if asked:
        return DECIDE
    if ticket.status in (Status.RESOLVED, Status.CLOSED) and not speaks:
        return ""
    if ticket.status == Status.IN_PROGRESS and any(stage.asks_client for stage in stages):
        return ANSWER
    return {Status.RESOLVED: CHECK, Status.WAITING_CLIENT: ANSWER, Status.CLOSED: RATE}.get(
        Status(ticket.status), ""
    )
