"""Who may look at insight, and over which tickets."""

from __future__ import annotations

from django.db.models import Q

from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket, TicketQuerySet


def may_look(user: User) -> bool:
    """Leaders of groups, account managers and administrators; no statement for the last two."""
    if not user.is_staff or not user.is_active:
        return False
    return user.is_superuser or user.is_account_manager or bool(led_groups(user))


def tickets_of(user: User) -> TicketQuerySet:
    """Of the tickets this person sees anyway, those they answer for: of the groups they lead and of the
    clients they manage; all for administrators. What was merged into another counts there, not for itself."""
    seen = Ticket.objects.visible_to(user).filter(merged_into=None)
    if user.is_superuser:
        return seen
    theirs = Q(group__in=led_groups(user))
    if user.is_account_manager:
        theirs |= Q(client__account_manager=user)
    return seen.filter(theirs)


def led_groups(user: User) -> list[int]:
    """Primary keys of the groups this person leads; asked once for each request."""
    return user.led_group_ids()
