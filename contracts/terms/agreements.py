"""Making a contract, and changing its terms. Each change is a version: see `versions`."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Service
from contracts import formats as contract_formats
from contracts.errors import ContractError
from contracts.hours.expiry import day_of
from contracts.models import Contract
from contracts.terms import values as terms
from contracts.terms import versions
from contracts.terms.versions import TermsMoved, UnfitDay
from servicedesk.people.models import Client, User


@transaction.atomic
def agree(
    client: Client,
    *,
    services: Iterable[Service] = (),
    by: User | None = None,
    note: str = "",
    **fields: Any,
) -> Contract:
    """Make a contract for the named services, or for all when none is named; its terms are version 1.

    The client's row is locked, so that of two overlapping contracts made at once one is refused.

    Raises:
        ContractError: it would end before it starts, its number is taken, a channel or a kind of work is
            unknown, its policy or calendar is not published, or the client is not active.
        OverlappingContracts: another contract promises the same in part of the same time.
    """
    # no_key: new tickets may go on to refer to the client meanwhile.
    Client.objects.select_for_update(no_key=True).order_by().get(pk=client.pk)
    if not client.is_active:
        raise ContractError(_("%(client)s is not an active client any more.") % {"client": client})
    contract, listed = Contract(client=client, **fields), list(services)
    terms.judge(contract, [service.pk for service in listed])
    contract.save()
    contract.services.set(listed)
    versions.record_first(contract, terms.of(contract, listed), by=by, note=note, at=timezone.now())
    return contract


@transaction.atomic
def change(
    contract: Contract,
    services: Iterable[Service],
    *,
    by: User | None = None,
    note: str = "",
    effective_on: date | None = None,
    seen: str | None = None,
    **fields: Any,
) -> Contract:
    """Change the terms of a contract now, or from a day to come. Tickets keep what was agreed when they
    were opened (R7). What `fields` leaves out stays; if nothing differs, nothing is written.

    Terms from `effective_on` on (a day of the client's) replace those planned before; a change made now
    leaves what is planned as it is. `closed_until` and `is_archived` are no terms and hold at once. `seen`
    is the `versions.mark` that a page was made with. The contract is returned as it is now; the one given
    is left alone.

    Raises:
        ContractError: it would end before it starts, its number is taken, a channel or a kind of work is
            unknown, its policy or calendar is not published, or terms were planned that change nothing.
        OverlappingContracts: another contract promises the same in part of the same time.
        UnfitDay: `effective_on` has passed, or the contract would have ended by then.
        TermsMoved: somebody else was faster than whoever saw `seen`.
    """
    held, at = versions.lock(contract), timezone.now()
    if seen is not None and seen != versions.mark(held):
        raise TermsMoved
    listed = list(services)
    before, wanted = terms.of(held, held.services.all()), copy(held)
    for name, value in fields.items():
        setattr(wanted, name, value)
    terms.judge(wanted, [service.pk for service in listed], since=effective_on)
    after = terms.of(wanted, listed)
    _keep_beside(held, wanted)
    if day := _day_to_come(held, effective_on, at):
        versions.plan(held, before, after, day=day, by=by, note=note, at=at)
    elif changes := terms.changed(before, after):
        versions.record(held, before, after, by=by, note=note, at=at)
        terms.put(held, after)
        versions.keep(held, changes, after["services"])
    return held


def _day_to_come(contract: Contract, effective_on: date | None, at: datetime) -> date | None:
    """None: at once."""
    today = day_of(contract, at)
    if effective_on is None or effective_on == today:
        return None
    if effective_on < today:
        text = _("%(day)s has passed. Terms can change today at the earliest.")
        raise UnfitDay(text % {"day": contract_formats.day(effective_on)})
    return effective_on


def _keep_beside(held: Contract, wanted: Contract) -> None:
    """What is no term holds at once."""
    names = [name for name in ("closed_until", "is_archived") if getattr(held, name) != getattr(wanted, name)]
    for name in names:
        setattr(held, name, getattr(wanted, name))
    if names:
        held.save(update_fields=names)
