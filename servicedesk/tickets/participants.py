"""Who follows a ticket besides its requester, when tickets are merged."""

from __future__ import annotations

from collections.abc import Iterable

from servicedesk.tickets import merged
from servicedesk.tickets.models import EventKind, Participant, Ticket

Person = tuple[int | None, str]  # the key of a user, or an address


def hand_on(ticket: Ticket, target: Ticket) -> list[int]:
    """Let everybody who follows the ticket follow the target; return the keys of the new rows."""
    new = sorted(_people([ticket]) - _people([target]), key=str)
    rows = [Participant(ticket=target, user_id=user, email=email) for user, email in new]
    return [row.pk for row in Participant.objects.bulk_create(rows)]


def settle(target: Ticket) -> None:
    """After a merge was undone: of those whom merges brought, keep the people of what is still merged."""
    brought: set[int] = set()
    for details in target.events.filter(kind=EventKind.TOOK_IN).values_list("details", flat=True):
        brought |= set(details.get("participants", ()))
    if not brought:
        return
    wanted = _people(Ticket.objects.filter(pk__in=merged.taken_in(target)))
    for row in target.participants.filter(pk__in=brought):
        if (row.user_id, row.email) not in wanted:
            row.delete()


def _people(tickets: Iterable[Ticket]) -> set[Person]:
    tickets = list(tickets)
    found: set[Person] = {(ticket.requester_id, "") for ticket in tickets}
    followers = Participant.objects.filter(ticket__in=[ticket.pk for ticket in tickets])
    return found | set(followers.values_list("user_id", "email"))
