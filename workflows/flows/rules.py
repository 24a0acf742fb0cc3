"""What each step of a process does to its ticket. The flows call these; nothing here knows viewflow.

`process` is a `TicketProcess`: its `ticket`, and `acting` with who takes the step and with what.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from contracts.coverage import decision as coverage
from servicedesk.people.models import User
from servicedesk.tickets import access, assignment, classification, conversation, lifecycle
from servicedesk.tickets.models import EventKind, Message, Ticket
from sla.clocks import lifecycle as clocks
from workflows.models import TicketProcess


def group_permission(ticket: Ticket) -> str:
    """The pseudo permission of the members of the ticket's group."""
    return f"people.group_{ticket.group_id or 0}"


def classify(process: TicketProcess) -> None:
    """Urgency × impact, service and group; the clocks learn from the recorded differences."""
    ticket, acting = process.ticket, process.acting
    changes = classification.change(ticket, acting.data)
    if "service" in changes:
        promise_again(ticket, by=acting.by)
    lifecycle.move(ticket, EventKind.CLASSIFIED, by=acting.by, **changes)


def promise_again(ticket: Ticket, *, by: User | None) -> None:
    """Another service may be covered by another contract, or by one at last."""
    now = timezone.now()
    former = coverage.cover(ticket, at=now).contract_id
    contract = coverage.reconsider(ticket, at=now).contract
    if contract is None:
        return
    policy, calendar = contract.policy, contract.calendar
    if not ticket.clocks.exists():
        clocks.start(ticket, policy=policy, calendar=calendar, at=ticket.opened_at)
    elif contract.pk != former:
        clocks.change_terms(ticket, policy=policy, calendar=calendar, at=now, by=by)


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
    """To another group: to its queue, or to one of its people, who has still to accept it."""
    data = process.acting.data
    group, person = data["group"], data.get("assignee")
    lifecycle.assign(process.ticket, person, group=group)
    details = {"assignee": person.pk} if person is not None else {}
    _move(process, EventKind.ESCALATED, group=group.pk, **details)


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
    _move(process, EventKind.REOPENED)


def needs_verification(process: TicketProcess) -> bool:
    return bool(process.ticket.catalog_snapshot.get("needs_verification"))


def client_has_the_last_word(ticket: Ticket) -> bool:
    """Whether the newest public message, automatic ones aside, is the client's (C3)."""
    public = ticket.messages.filter(visibility=Message.Visibility.PUBLIC).exclude(side=Message.Side.AUTO)
    return public.order_by("-sent_at", "-pk").values_list("side", flat=True).first() == Message.Side.CLIENT


def assignee_by_rule(process: TicketProcess) -> User | None:
    """Who gets a ticket that comes to its queue; None: whoever accepts it first.

    Somebody may have answered it already. What an agent gave back waits for anybody.
    """
    ticket = process.ticket
    if process.acting.outcome == "release":
        return None
    if ticket.assignee is not None:
        if access.may_hold(ticket.assignee, ticket):
            return ticket.assignee
        lifecycle.assign(ticket, None)
    choice = assignment.give(ticket)
    return choice.person if choice else None


def _keep_solution(process: TicketProcess) -> None:
    """The solution is for the client, the cause for us."""
    given = {name: value for name in ("solution", "cause") if (value := process.acting.data.get(name))}
    for name, value in given.items():
        setattr(process.ticket, name, value)
    if given:
        process.ticket.save(update_fields=list(given))


def _move(process: TicketProcess, kind: EventKind, **details: Any) -> None:
    """A move whose reason, when given, goes into the history."""
    acting = process.acting
    if reason := acting.data.get("reason"):
        details["reason"] = reason
    lifecycle.move(process.ticket, kind, by=acting.by, at=acting.at, **details)
