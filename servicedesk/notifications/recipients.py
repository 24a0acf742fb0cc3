"""Who hears of what."""

from __future__ import annotations

from servicedesk.people.models import User
from servicedesk.tickets.models import EventKind as Kind
from servicedesk.tickets.models import Message, Ticket, TicketEvent


def client_side(ticket: Ticket, *, but: int | None) -> list[User | str]:
    """The requester and everybody copied; `but` is whoever did it and knows already."""
    people: list[User | str] = [ticket.requester] if ticket.requester.is_active else []
    for participant in ticket.participants.select_related("user"):
        people.append(participant.user or participant.email)
    return [who for who in people if isinstance(who, str) or (who.pk != but and who.is_active)]


def responsible(ticket: Ticket, *, but: int | None) -> list[User | str]:
    """The assignee; while there is none, the leaders of the group."""
    if ticket.assignee_id:
        people = [ticket.assignee] if ticket.assignee else []
    else:
        people = ticket.group.leaders() if ticket.group else []
    return [person for person in people if person.pk != but and person.is_active]


def of(event: TicketEvent) -> list[User | str]:
    """People and plain addresses that get a mail about this event."""
    ticket, by = event.ticket, event.actor_id
    match event.kind:
        case Kind.OPENED | Kind.RESOLVED | Kind.CANCELLED | Kind.REJECTED:
            return client_side(ticket, but=None if event.kind == Kind.OPENED else by)
        case Kind.CLOSED if event.details.get("how") == "timeout":
            return client_side(ticket, but=by)
        case Kind.MESSAGE_POSTED:
            return _of_message(event)
        case Kind.REOPENED | Kind.CLIENT_ANSWERED:
            return responsible(ticket, but=by)
        case Kind.SLA_BREACHED | Kind.SLA_AT_RISK:
            return _of_deadline(event)
        case Kind.APPROVAL_ASKED | Kind.ACCEPTED | Kind.HANDED_OVER | Kind.ASSIGNED:
            return _named(event)
    return []


def _of_message(event: TicketEvent) -> list[User | str]:
    """Public words of the staff go to the client, others to whoever works on the ticket."""
    if not event.details.get("announced", True) or event.details["side"] == Message.Side.AUTO:
        return []
    if event.details["visibility"] == Message.Visibility.PERSONAL:
        return list(User.objects.filter(addressed_messages=event.details["message"]))
    if (
        event.details["side"] == Message.Side.STAFF
        and event.details["visibility"] == Message.Visibility.PUBLIC
    ):
        return client_side(event.ticket, but=event.actor_id)
    assignee = event.ticket.assignee
    return [assignee] if assignee and assignee.pk != event.actor_id else []


def _of_deadline(event: TicketEvent) -> list[User | str]:
    """Whoever answers for the ticket, unless an escalation level tells them of the same clock anyway."""
    told = event.details.get("told_by_level", ())
    people = responsible(event.ticket, but=None)
    return [who for who in people if isinstance(who, str) or who.pk not in told]


def _named(event: TicketEvent) -> list[User | str]:
    """The people the event names: approvers or the new assignee, unless they did it themselves."""
    named = {*event.details.get("approvers", ()), event.details.get("assignee")} - {None, event.actor_id}
    return list(User.objects.active().filter(pk__in=named).order_by("pk")) if named else []
