"""Tickets that were merged: which one goes on in their place, and what is read there."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from servicedesk.people.models import User
from servicedesk.tickets.models import Message, MessageQuerySet, Ticket


def standing_for(ticket: Ticket) -> Ticket:
    """The ticket that goes on in place of this one: itself, unless it was merged away."""
    return [ticket, *onward(ticket)][-1]


def onward(ticket: Ticket) -> Iterator[Ticket]:
    """The ticket it was merged into, the one that was merged into, and so on; one statement each."""
    while ticket.merged_into_id is not None:
        ticket = Ticket.objects.select_related("client", "requester").get(pk=ticket.merged_into_id)
        yield ticket


def taken_in(ticket: Ticket) -> list[int]:
    """The keys of all that was merged into the ticket, through others too: a statement for each level."""
    found: list[int] = []
    level = [ticket.pk]
    while level:
        merged = Ticket.objects.filter(merged_into__in=level).order_by("pk")
        level = list(merged.values_list("pk", flat=True))
        found += level
    return found


def messages(ticket: Ticket, user: User) -> MessageQuerySet:
    """What this person reads on the page of the ticket: its own messages and those of what it took in.

    Clients who read the ticket read the public words of both. People of the desk keep what they may see: a
    ticket of another's private group stays with that group.
    """
    keys = taken_in(ticket)
    if not keys:
        return ticket.messages.visible_to(user)
    woven = Q(ticket__in=Ticket.objects.visible_to(user).filter(pk__in=keys).order_by().values("pk"))
    if not user.is_staff:
        woven = Q(ticket__in=keys)
    return Message.objects.visible_to(user).filter(Q(ticket=ticket.pk) | woven)


def may_read(message: Message, user: User) -> bool:
    """Whether some page that this person may open shows the message."""
    if not Message.objects.visible_to(user).filter(pk=message.pk).exists():
        return False
    shown_on = [message.ticket_id]
    if not user.is_staff:
        shown_on += [one.pk for one in onward(message.ticket)]
    return Ticket.objects.visible_to(user).filter(pk__in=shown_on).exists()
