"""Who hears of what."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Exists, OuterRef

from contracts.hours import estimates
from servicedesk.people import still_active
from servicedesk.people.models import User
from servicedesk.tickets.models import EventKind as Kind
from servicedesk.tickets.models import Message, Ticket, TicketEvent


def client_side(ticket: Ticket, *, but: int | None) -> list[User | str]:
    """The requester and everybody copied; `but` is whoever did it and knows already.

    Only those who may also answer: see `tickets.access.may_write`. Somebody who has left the company is
    told no more.
    """
    requester = ticket.requester
    belongs = requester.is_staff or ticket.client_id in requester.client_ids()
    people: list[User | str] = [requester] if belongs and requester.is_active else []
    return [who for who in (*people, *_followers(ticket)) if isinstance(who, str) or who.pk != but]


def _followers(ticket: Ticket) -> list[User | str]:
    belongs = ticket.client.memberships.filter(is_active=True, user=OuterRef("user")).order_by()
    followers = ticket.participants.select_related("user").annotate(belongs=Exists(belongs))
    people: list[User | str] = []
    for participant in followers:
        if participant.user is None:
            people.append(participant.email)
        elif participant.user.is_active and (participant.belongs or participant.user.is_staff):
            people.append(participant.user)
    return people


def responsible(ticket: Ticket, *, but: int | None) -> list[User | str]:
    """The assignee; while there is none, or they have left, see `standing.holders`."""
    holders = still_active.holders(ticket.assignee, ticket.group)
    return [person for person in holders if person.pk != but and _sees(person, ticket)]


def _sees(person: User, ticket: Ticket) -> bool:
    """Whoever has left a private group is told nothing of its tickets, though they may hold some still."""
    if ticket.group is None or not ticket.group.is_private:
        return True
    return Ticket.objects.visible_to(person).filter(pk=ticket.pk).exists()


def _concerns_the_client(event: TicketEvent) -> bool:
    """Who closed it by confirming knows; of a merge undone only those of the ticket that comes back hear.
    A former client is not written to by itself, only by somebody."""
    if event.actor_id is None and not event.ticket.client.is_active:
        return False
    if event.kind == Kind.CLOSED:
        return bool(event.details.get("how") == "timeout")
    return event.kind != Kind.UNMERGED or "out_of" in event.details


def of(event: TicketEvent) -> list[User | str]:
    """People and plain addresses that get a mail about this event."""
    find = _READERS.get(event.kind)
    return [who for who in find(event) if may_know(who, event.ticket)] if find else []


def may_know(who: User | str, ticket: Ticket) -> bool:
    """Whether a mail may tell this person of the ticket; of the desk only whoever sees it.

    A plain address was copied on purpose, and `client_side` has asked who still belongs to the client.
    """
    if isinstance(who, str) or not who.is_staff:
        return True
    is_open = ticket.group is None or not ticket.group.is_private
    if who.is_superuser or (who.is_agent and is_open):
        return True  # as `visible_to` says, without asking the database
    return Ticket.objects.visible_to(who).filter(pk=ticket.pk).exists()


def _asker(event: TicketEvent) -> list[User | str]:
    """Whoever has just come through the door, and those copied."""
    requester = event.ticket.requester
    return [*([requester] if requester.is_active else []), *_followers(event.ticket)]


def _client(event: TicketEvent) -> list[User | str]:
    return client_side(event.ticket, but=event.actor_id) if _concerns_the_client(event) else []


def _responsible(event: TicketEvent) -> list[User | str]:
    return responsible(event.ticket, but=event.actor_id)


def _approvers(event: TicketEvent) -> list[User | str]:
    return _named(event) or _group(event)


def _deciders(event: TicketEvent) -> list[User | str]:
    return list(estimates.deciders(event.ticket))


def _estimator(event: TicketEvent) -> list[User | str]:
    """Whoever made the estimate that was decided."""
    return list(User.objects.active().filter(pk=event.details.get("made_by")))


def _of_message(event: TicketEvent) -> list[User | str]:
    """Public words of the staff go to the client, others to whoever works on the ticket."""
    if not event.details.get("announced", True) or event.details["side"] == Message.Side.AUTO:
        return []
    if event.details["visibility"] == Message.Visibility.PERSONAL:
        return list(User.objects.active().filter(addressed_messages=event.details["message"]))
    if (
        event.details["side"] == Message.Side.STAFF
        and event.details["visibility"] == Message.Visibility.PUBLIC
    ):
        return client_side(event.ticket, but=event.actor_id)
    return list(responsible(event.ticket, but=event.actor_id)) if event.ticket.assignee_id else []


def _of_deadline(event: TicketEvent) -> list[User | str]:
    """Whoever answers for the ticket, unless an escalation level tells them of the same clock anyway."""
    told = event.details.get("told_by_level", ())
    people = responsible(event.ticket, but=None)
    return [who for who in people if isinstance(who, str) or who.pk not in told]


def _named(event: TicketEvent) -> list[User | str]:
    """The people the event names: approvers or the new assignee, unless they did it themselves."""
    named = {*event.details.get("approvers", ()), event.details.get("assignee")} - {None, event.actor_id}
    return list(User.objects.active().filter(pk__in=named).order_by("pk")) if named else []


def _group(event: TicketEvent) -> list[User | str]:
    """With nobody named, the agents of the ticket's group decide; the administrators while it has none."""
    if event.details.get("approvers") or event.ticket.group_id is None:
        return []
    agents = User.objects.active().agents().filter(support_groups=event.ticket.group_id).order_by("pk")
    return list(agents) or list(still_active.administrators())


_READERS: dict[str, Callable[[TicketEvent], list[User | str]]] = {
    Kind.OPENED: _asker,
    Kind.RESOLVED: _client,
    Kind.CANCELLED: _client,
    Kind.REJECTED: _client,
    Kind.CLOSED: _client,
    Kind.MERGED: _client,
    Kind.UNMERGED: _client,
    Kind.MESSAGE_POSTED: _of_message,
    Kind.REOPENED: _responsible,
    Kind.CLIENT_ANSWERED: _responsible,
    Kind.SLA_BREACHED: _of_deadline,
    Kind.SLA_AT_RISK: _of_deadline,
    Kind.APPROVAL_ASKED: _approvers,
    Kind.APPROVAL_REMINDED: _approvers,
    Kind.APPROVAL_PASSED_ON: _approvers,
    Kind.ACCEPTED: _named,
    Kind.HANDED_OVER: _named,
    Kind.ASSIGNED: _named,
    Kind.RESUMED: _named,
    Kind.ESTIMATE_OFFERED: _deciders,
    Kind.ESTIMATE_DECIDED: _estimator,
}
