"""Tickets that were merged: which one goes on in their place, and what is read there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

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


def family(ticket: Ticket) -> RawSQL:
    """The keys of the ticket and of all that was merged into it, through others too, for `ticket__in`.

    Part of the statement that it stands in: it costs none of its own.
    """
    table = connection.ops.quote_name(Ticket._meta.db_table)
    own, taken = "SELECT CAST(%s AS bigint)", f"SELECT merged.id FROM {table} AS merged "  # noqa: S608
    taken += "JOIN family ON merged.merged_into_id = family.id"
    query = f"WITH RECURSIVE family(id) AS ({own} UNION {taken}) SELECT id FROM family"  # noqa: S608
    return RawSQL(query, [ticket.pk])  # noqa: S611


def targets(keys: Iterable[int]) -> dict[int, int]:
    """Of tickets that were merged away: the one that goes on in their place in the end. Others are left out.

    A statement for each level of merging.
    """
    found: dict[int, int] = {}
    asked = set(keys)
    while asked:
        rows = Ticket.objects.filter(pk__in=asked).exclude(merged_into=None).order_by()
        step = {pk: into for pk, into in rows.values_list("pk", "merged_into") if into is not None}
        found |= step
        asked = {into for into in step.values() if into not in found}
    return {key: _end(found, key) for key in found}


def _end(step: dict[int, int], key: int) -> int:
    while key in step:
        key = step[key]
    return key


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
