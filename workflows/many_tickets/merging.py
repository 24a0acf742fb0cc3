"""Two tickets about the same: one goes into the other, and comes back if that was a mistake."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.people.models import User
from servicedesk.tickets import access, lifecycle, merged, participants, visible_name
from servicedesk.tickets.errors import NotPermitted, TakenByAnother, TicketError
from servicedesk.tickets.events import record
from servicedesk.tickets.models import EventKind, Ticket
from servicedesk.tickets.statuses import Status
from sla.clocks import undo_cancellation
from workflows.approvals import levels
from workflows.engine import execution
from workflows.flows import start
from workflows.models import Acting, Approval, TicketRun


def merge(ticket: Ticket, target: Ticket, *, by: User, reopens: bool = False) -> None:
    """Let the target go on in place of this ticket.

    The process ends, the clocks are cancelled, open approvals are dropped; whoever followed the ticket
    follows the target. Messages stay where they are and are shown with those of the target. `reopens`: a
    target that is resolved goes on, because what was reported is still there.

    Raises:
        NotPermitted: the person does not work on both tickets.
        TakenByAnother: somebody else holds the ticket.
        TicketError: it cannot be; the sentence says why.
    """
    _refuse_pair(ticket, target, by)
    with _locked([ticket, target]):
        _refuse_as_they_stand(ticket, target, by)
        execution.cancel_runs(ticket)
        _drop_approvals(ticket)
        ticket.merged_into = target
        ticket.save(update_fields=["merged_into"])
        lifecycle.move(ticket, EventKind.MERGED, by=by, into=target.pk)
        added = participants.hand_on(ticket, target)
        record(target, EventKind.TOOK_IN, by=by, other=ticket.pk, participants=added)
        if reopens and may_reopen(target):
            _reopen(target, ticket, by)


def may_reopen(target: Ticket) -> bool:
    """It waits for its client to confirm; whoever merges something into it is asked whether it goes on."""
    return target.status == Status.RESOLVED


def _reopen(target: Ticket, ticket: Ticket, by: User) -> None:
    task = execution.waiting(target, "confirm")
    if task is not None:
        reason = _("Duplicate of %(number)s.") % {"number": ticket.reference}
        execution.finish(task, Acting(by=by, outcome="reopen", data={"reason": reason}), target)


def unmerge(ticket: Ticket, *, by: User) -> None:
    """Undo a merge: the ticket stands for itself again, under review, in a new run of its process.

    Clocks go on as if it had never been merged; people whom the merge brought to the other ticket leave it.

    Raises:
        NotPermitted: the person does not work on the ticket.
        TicketError: it is not merged.
    """
    if not access.works_on(by, ticket):
        raise NotPermitted
    onward = list(merged.onward(ticket))
    with _locked([ticket, *onward]):
        if not onward or list(merged.onward(ticket)) != onward:
            raise TicketError(_("This ticket is no longer merged with another one."))
        merge_event = ticket.events.filter(kind=EventKind.MERGED).latest("pk")
        ticket.merged_into = None
        ticket.save(update_fields=["merged_into"])
        lifecycle.move(ticket, EventKind.UNMERGED, by=by, out_of=onward[0].pk)
        undo_cancellation.take_back_cancelling(
            ticket, since=merge_event.happened_at, at=timezone.now(), by=by
        )
        for target in onward:
            participants.settle(target)
        record(onward[0], EventKind.UNMERGED, by=by, other=ticket.pk)
        _go_on(ticket, by, was=merge_event.details["from"])


def refusal(ticket: Ticket, target: Ticket, *, by: User) -> str:
    """Why this ticket cannot go into the target, or "" when it can."""
    try:
        _refuse_pair(ticket, target, by)
        _refuse_as_they_stand(ticket, target, by)
    except TicketError as error:
        return str(error)
    return ""


def may_undo(ticket: Ticket, user: User) -> bool:
    return ticket.merged_into_id is not None and access.works_on(user, ticket)


def _refuse_pair(ticket: Ticket, target: Ticket, by: User) -> None:
    """What no waiting can change."""
    if ticket.pk == target.pk:
        raise TicketError(_("A ticket cannot be merged with itself."))
    if ticket.client_id != target.client_id:
        raise TicketError(
            _("%(number)s belongs to another client. Only tickets of one client can be merged.")
            % {"number": target.reference}
        )


def _refuse_as_they_stand(ticket: Ticket, target: Ticket, by: User) -> None:
    if not access.works_on(by, ticket) or not access.works_on(by, target):
        raise NotPermitted(_("You can only merge tickets that you work on."))
    for one in (ticket, target):
        if one.merged_into_id is not None:
            raise TicketError(
                _("%(number)s is merged into %(target)s already.")
                % {"number": one.reference, "target": _named(one.merged_into, by)}
            )
        if not one.is_open:
            raise TicketError(
                _("%(number)s is finished. Only open tickets can be merged.") % {"number": one.reference}
            )
    if ticket.assignee is not None and not access.owns(by, ticket) and not access.leads(by, ticket):
        raise TakenByAnother(ticket.assignee)


def _named(target: Ticket | None, by: User) -> str:
    return visible_name.to(by, target).mention if target else ""


def _drop_approvals(ticket: Ticket) -> None:
    dropped = {"decision": Approval.Decision.DROPPED, "decided_at": timezone.now()}
    Approval.objects.open().filter(ticket=ticket).update(**dropped)


def _go_on(ticket: Ticket, by: User, *, was: str) -> None:
    """A new run: to whoever held the ticket, else to the queue. What was approved stays approved."""
    carried = _carried(ticket, is_undecided=was == Status.WAITING_APPROVAL)
    acting = Acting(by=by, outcome="unmerge", data={"assignee": ticket.assignee, "carried": carried})
    start.FLOWS[ticket.kind].start_corrected.run(
        ticket=ticket, acting=acting, reason=TicketRun.Reason.UNMERGED
    )


def _carried(ticket: Ticket, *, is_undecided: bool) -> dict[str, Any]:
    """Data of the former run that the new one begins with: the last level that has approved."""
    asked: int = ticket.runs.select_related("process").latest("pk").process.data.get(levels.LEVEL, 0)
    passed = asked - 1 if is_undecided else asked
    return {levels.LEVEL: passed} if passed > 0 else {}


@contextmanager
def _locked(tickets: Sequence[Ticket]) -> Iterator[None]:
    """All rows in the order of their keys, so that two merges cannot wait for each other."""
    with ExitStack() as stack:
        for ticket in sorted(tickets, key=lambda one: one.pk):
            stack.enter_context(execution.locked(ticket))
        yield
