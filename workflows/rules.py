"""What each step of a process does to its ticket. The flows call these; nothing here knows viewflow.

`process` is a `TicketProcess`: its `ticket`, and `acting` with who takes the step and with what.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

import sla.clocks
from contracts import coverage
from servicedesk.people.models import Membership, User
from servicedesk.tickets import classification, conversation, lifecycle
from servicedesk.tickets.models import EventKind, Ticket
from workflows.models import TicketProcess


def group_permission(ticket: Ticket) -> str:
    """The pseudo permission of the members of the ticket's group."""
    return f"people.group_{ticket.group_id or 0}"


def classify(process: TicketProcess) -> None:
    """Urgency × impact, service and group; the clocks learn from the recorded differences."""
    ticket, acting = process.ticket, process.acting
    changes = classification.change(ticket, acting.data)
    if "service" in changes:
        _promise_again(ticket)
    lifecycle.move(ticket, EventKind.CLASSIFIED, by=acting.by, **changes)


def _promise_again(ticket: Ticket) -> None:
    """Another service may be covered by another contract, or by one at last."""
    covered = coverage.reconsider(ticket, at=timezone.now())
    if covered.contract and not ticket.clocks.exists():
        sla.clocks.start(
            ticket,
            policy=covered.contract.policy,
            calendar=covered.contract.calendar,
            at=ticket.opened_at,
        )


def accept(process: TicketProcess) -> None:
    """The ticket is locked to one person: whoever accepts, or whom a leader names."""
    ticket, acting = process.ticket, process.acting
    assignee = acting.data.get("assignee") or acting.by
    if assignee is None:
        raise RuntimeError("a step of the desk is taken by somebody")
    lifecycle.assign(ticket, assignee)
    details: dict[str, Any] = {} if assignee == acting.by else {"assignee": assignee.pk}
    lifecycle.move(ticket, EventKind.ACCEPTED, by=acting.by, **details)


def release(process: TicketProcess) -> None:
    lifecycle.assign(process.ticket, None)
    _move(process, EventKind.RELEASED)


def escalate(process: TicketProcess) -> None:
    """To the second line: another group's queue, nobody's ticket yet."""
    group = process.acting.data["group"]
    lifecycle.assign(process.ticket, None, group=group)
    _move(process, EventKind.ESCALATED, group=group.pk)


def ask_client(process: TicketProcess) -> None:
    """The question goes out as a public message; the waiting starts after it."""
    conversation.post(
        process.ticket,
        author=process.acting.by,
        body=process.acting.data["question"],
        files=process.acting.data.get("files", ()),
    )
    lifecycle.move(process.ticket, EventKind.CLIENT_ASKED, by=process.acting.by)


def wait_third_party(process: TicketProcess) -> None:
    _move(process, EventKind.THIRD_PARTY_ASKED)


def client_answered(process: TicketProcess) -> None:
    acting = process.acting
    lifecycle.move(process.ticket, EventKind.CLIENT_ANSWERED, by=acting.by, at=acting.at)


def resume(process: TicketProcess) -> None:
    _move(process, EventKind.RESUMED)


def ask_verification(process: TicketProcess) -> None:
    _keep_solution(process)
    lifecycle.move(process.ticket, EventKind.VERIFICATION_ASKED, by=process.acting.by)


def resolve(process: TicketProcess) -> None:
    """The solution becomes a public message, then the clocks stop and the client is asked."""
    ticket, acting = process.ticket, process.acting
    _keep_solution(process)
    if acting.by is not None and ticket.solution:
        conversation.post(ticket, author=acting.by, body=ticket.solution, is_announced=False)
    lifecycle.move(ticket, EventKind.RESOLVED, by=acting.by)


def close(process: TicketProcess) -> None:
    """Confirmed by the client, or nobody answered in time."""
    acting = process.acting
    how = "confirmed" if acting.outcome == "confirm" else "timeout"
    lifecycle.move(process.ticket, EventKind.CLOSED, by=acting.by, how=how)
    if rating := acting.data.get("rating"):
        lifecycle.rate(process.ticket, rating, acting.data.get("comment", ""), by=acting.by)


def reopen(process: TicketProcess) -> None:
    acting = process.acting
    lifecycle.move(process.ticket, EventKind.REOPENED, by=acting.by, at=acting.at)


def ask_approval(process: TicketProcess, approver: User | None) -> None:
    details: dict[str, Any] = {"approver": approver.pk} if approver else {}
    lifecycle.move(process.ticket, EventKind.APPROVAL_ASKED, by=None, **details)


def approve(process: TicketProcess) -> None:
    _move(process, EventKind.APPROVED)


def reject(process: TicketProcess) -> None:
    _move(process, EventKind.REJECTED)


def approver(ticket: Ticket) -> User | None:
    """Who approves by the catalog's snapshot; None when that person is missing, then the group does."""
    if ticket.catalog_snapshot.get("approval") == "account_manager":
        return ticket.client.account_manager
    manager = (
        Membership.objects.filter(
            client=ticket.client, role=Membership.Role.MANAGER, is_active=True, user__is_active=True
        )
        .select_related("user")
        .order_by("pk")
        .first()
    )
    return manager.user if manager else None


def needs_approval(ticket: Ticket) -> bool:
    """A client's manager does not ask themselves."""
    asked = ticket.catalog_snapshot.get("approval", "none")
    if asked == "client_manager":
        return ticket.client_id not in ticket.requester.managed_client_ids()
    return bool(asked != "none")


def has_plan(ticket: Ticket) -> bool:
    return bool(ticket.catalog_snapshot.get("plan"))


def next_stage(process: TicketProcess) -> None:
    """Step to the next stage of the plan; its number (from 1) is kept in the process."""
    stage = process.data.get("stage", 0) + 1
    process.data["stage"] = stage
    process.save(update_fields=["data"])
    if stage == 1:
        lifecycle.move(process.ticket, EventKind.FULFILMENT_STARTED, by=process.acting.by)


def stage_tasks(process: TicketProcess) -> list[dict[str, Any]]:
    """The tasks of the current stage as task data; none after the last stage."""
    plan = process.ticket.catalog_snapshot.get("plan", [])
    stage = process.data["stage"]
    if stage > len(plan):
        return []
    return [
        {
            "title": task["title"],
            "translations": task.get("translations", {}),
            "group": task.get("group") or process.ticket.group_id,
            "stage": stage,
        }
        for task in plan[stage - 1]["tasks"]
    ]


def plan_fulfilled(process: TicketProcess) -> None:
    """The last stage is done: say so to the client in their language."""
    if not process.ticket.solution:
        with override(process.ticket.client.language):
            process.ticket.solution = _("All steps of your request are done.")
        process.ticket.save(update_fields=["solution"])


def needs_verification(process: TicketProcess) -> bool:
    return bool(process.ticket.catalog_snapshot.get("needs_verification"))


def _keep_solution(process: TicketProcess) -> None:
    if solution := process.acting.data.get("solution"):
        process.ticket.solution = solution
        process.ticket.save(update_fields=["solution"])


def _move(process: TicketProcess, kind: EventKind, **details: Any) -> None:
    """A move whose reason, when given, goes into the history."""
    acting = process.acting
    if reason := acting.data.get("reason"):
        details["reason"] = reason
    lifecycle.move(process.ticket, kind, by=acting.by, at=acting.at, **details)
