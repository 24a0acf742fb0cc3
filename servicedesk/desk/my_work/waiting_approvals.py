"""What waits for a person's approval, for the desk's list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from catalog.questions import answers
from servicedesk.desk.my_work.approval_form import ApprovalForm
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from workflows import approvals
from workflows.approvals import overview as approvals_overview
from workflows.models import Approval, ApprovalQuerySet


@dataclass(frozen=True)
class Waiting:
    """One line: what is asked, and the form for the answer."""

    row: Approval
    ticket: Ticket
    why: str
    size: approvals_overview.Size
    answers: list[tuple[str, str]]
    form: ApprovalForm


def asked_of(user: User) -> ApprovalQuerySet:
    """Asked of them, of whom they stand in for, or of their group; the longest wait first."""
    theirs = Q(pk__in=approvals.waiting_for(user).values("pk"))
    if user.is_superuser:
        theirs |= Q(approver=None)
    elif user.is_agent:
        theirs |= Q(approver=None) & (Q(ticket__group=None) | Q(ticket__group__in=user.group_ids()))
    seen = Ticket.objects.visible_to(user).filter(status=Status.WAITING_APPROVAL)
    found: ApprovalQuerySet = Approval.objects.open().filter(theirs, ticket__in=seen.values("pk"))
    return found.order_by("asked_at", "pk")


def for_list(rows: ApprovalQuerySet) -> ApprovalQuerySet:
    shown: ApprovalQuerySet = rows.select_related(
        *("ticket__client", "ticket__requester", "ticket__coverage__contract", "approver", "on_behalf_of")
    )
    return shown


def lines(rows: Iterable[Approval], sent: ApprovalForm | None = None) -> list[Waiting]:
    """`sent` is a form that came back with errors."""
    return [_line(row, sent) for row in rows]


def _line(row: Approval, sent: ApprovalForm | None) -> Waiting:
    ticket = row.ticket
    return Waiting(
        row=row,
        ticket=ticket,
        why=approvals_overview.Word(row).why,
        size=approvals_overview.size_of(ticket),
        answers=answers.shown(ticket.catalog_snapshot.get("form", []), ticket.answers),
        form=sent if sent and sent.asked == row.pk else ApprovalForm(asked=row.pk),
    )
