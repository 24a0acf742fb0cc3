"""Who looks at clients and contracts, and who keeps them."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from contracts.models import Contract
from servicedesk.people.http import UserRequest
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


def visible_contracts(request: UserRequest) -> QuerySet[Contract]:
    found = Contract.objects.visible_to(request.user)
    together = found.select_related("client__account_manager", "account_manager", "policy", "calendar")
    return together.prefetch_related("services")


def kept_contract(request: UserRequest, pk: int) -> Contract:
    """The contract, if this person keeps it; 404 otherwise."""
    agreed = get_object_or_404(visible_contracts(request), pk=pk)
    require_keeper(request, agreed.client)
    return agreed


def require_keeper(request: UserRequest, client: Client) -> None:
    if not keeps(request.user, client):
        raise Http404


def kept_client(request: UserRequest, pk: int) -> Client:
    """The client, if this person keeps it; 404 otherwise."""
    client = get_object_or_404(Client.objects.visible_to(request.user), pk=pk)
    require_keeper(request, client)
    return client
