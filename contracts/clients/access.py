"""Who looks at clients and contracts, and who keeps them."""

from __future__ import annotations

from servicedesk.people.models import Client, User


def keeps(user: User, client: Client) -> bool:
    """May change contracts and hours: administrators and the client's account manager."""
    return user.is_superuser or (user.is_account_manager and client.account_manager_id == user.pk)
