"""Making a contract, and changing its terms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Service
from contracts import wording
from contracts.errors import ContractError, OverlappingContracts
from contracts.models import Contract
from servicedesk.people.models import Client


@transaction.atomic
def agree(client: Client, *, services: Iterable[Service] = (), **fields: Any) -> Contract:
    """Make a contract for the named services, or for all when none is named.

    The client's row is locked, so that of two overlapping contracts made at once one is refused.

    Raises:
        ContractError: it would end before it starts.
        OverlappingContracts: another contract promises the same in part of the same time.
    """
    Client.objects.select_for_update().order_by().get(pk=client.pk)
    contract = Contract(client=client, **fields)
    _keep(contract, list(services))
    return contract


@transaction.atomic
def change(contract: Contract, *, services: Iterable[Service], **fields: Any) -> Contract:
    """Change the terms of a contract. Tickets keep what was agreed when they were opened (R7).

    Raises:
        ContractError: it would end before it starts.
        OverlappingContracts: another contract promises the same in part of the same time.
    """
    Client.objects.select_for_update().order_by().get(pk=contract.client_id)
    for name, value in fields.items():
        setattr(contract, name, value)
    _keep(contract, list(services))
    return contract


def _keep(contract: Contract, services: list[Service]) -> None:
    if contract.ends_on and contract.ends_on < contract.starts_on:
        raise ContractError(_("A contract cannot end before it starts."))
    other = Contract.objects.overlapping(contract, [service.pk for service in services]).first()
    if other and not contract.is_archived:
        raise OverlappingContracts(wording.overlap(other.name, other.starts_on, other.ends_on))
    contract.save()
    contract.services.set(services)
