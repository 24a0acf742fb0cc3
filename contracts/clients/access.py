"""Who looks at clients and contracts, and who keeps them."""

from __future__ import annotations

from servicedesk.people.models import Client, User


def keeps(user: User, client: Client) -> bool:
    """May change contracts and hours: administrators and the client's account manager."""
    return user.is_superuser or (user.is_account_manager and client.account_manager_id == user.pk)


def keeps_person(user: User, person: User) -> bool:
    """May change what is known of a contact, their name and addresses: who keeps all their clients.

    Whoever only adds somebody known to a client of their own says nothing about them; and whoever
    chooses the main address could sign in as that person.
    """
    if user.is_superuser:
        return True
    theirs = person.memberships.filter(is_active=True)
    is_elsewhere = theirs.exclude(client__account_manager=user).exists()
    return user.is_account_manager and not person.is_staff and not is_elsewhere
