"""Named questions of access to one ticket. Which rows: `Ticket.objects.visible_to`."""

from __future__ import annotations

from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket


def works_on(user: User, ticket: Ticket) -> bool:
    """May take steps on behalf of the desk: its group's members and administrators."""
    if not user.is_staff or not user.is_active:
        return False
    if user.is_superuser or ticket.assignee_id == user.pk:
        return True
    return user.is_agent and (ticket.group_id is None or ticket.group_id in user.group_ids())


def may_write(user: User, ticket: Ticket) -> bool:
    """May add words to the conversation, on a page or by mail: people of the desk who work on it, and of the
    client whoever sees it, which is whoever asked or follows and the company's managers.

    The same people are told what the other side says: see `notifications.recipients`.
    """
    if user.is_staff and not works_on(user, ticket):
        return False
    return Ticket.objects.visible_to(user).filter(pk=ticket.pk).exists()


def may_hold(user: User, ticket: Ticket) -> bool:
    """May be given the ticket: agents of its group and administrators. Who holds it now does not count."""
    return may_hold_in(user, ticket.group_id)


def may_hold_in(user: User, group: int | None) -> bool:
    """The same for a group that the ticket is still to get."""
    if user.is_superuser:
        return user.is_active
    return user.is_active and user.is_agent and (group is None or group in user.group_ids())


def owns(user: User, ticket: Ticket) -> bool:
    """Accepted it, so nobody else finishes its steps (leaders and administrators hand over)."""
    return ticket.assignee_id == user.pk


def leads(user: User, ticket: Ticket) -> bool:
    """May take over and hand over: administrators and the leaders of the ticket's group."""
    if user.is_superuser:
        return True
    return ticket.group_id in user.led_group_ids()


def speaks_for_client(user: User, ticket: Ticket) -> bool:
    """May confirm, rate and withdraw: the requester and the client's managers.

    Whoever merely follows the ticket reads it and writes messages; the word about its end is not theirs.
    """
    if user.is_staff or not user.is_active:
        return False
    return ticket.requester_id == user.pk or ticket.client_id in user.managed_client_ids()
