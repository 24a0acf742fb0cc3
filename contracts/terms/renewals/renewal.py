"""Renewing contracts: the same terms for another time."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Service
from contracts.errors import ContractError
from contracts.hours import prepaid
from contracts.models import Contract, RateClass
from contracts.terms import agreements, versions
from contracts.terms import values as terms
from servicedesk.people.models import User

_ITS_OWN = ("number", "starts_on", "ends_on", "services")


def after(contract: Contract, months: int) -> tuple[date, date]:
    """The first and the last day of a renewal for so many months.

    Raises:
        ContractError: the contract has no end, so there is nothing to renew.
    """
    if contract.ends_on is None:
        raise ContractError(_("%(contract)s has no end.") % {"contract": contract.name})
    first = contract.ends_on + timedelta(days=1)
    return first, add_months(first, months) - timedelta(days=1)


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or its last day.

    >>> str(add_months(date(2026, 1, 31), 1))
    '2026-02-28'
    """
    index = day.month - 1 + months
    year, month = day.year + index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@transaction.atomic
def renew(
    contract: Contract, *, months: int, number: str, by: User, bought: Decimal | None = None
) -> Contract:
    """Agree on the same again, from the day after its last; `bought` hours are valid to the new end.

    The same are the terms of its last day, with what is planned to hold by then, and its rate classes.

    Raises:
        ContractError: it has no end, the number is taken, rows of what is planned were deleted.
        OverlappingContracts: something else is agreed for that time already, a renewal for instance.
    """
    held = versions.lock(contract)
    first, last = after(held, months)
    assert held.ends_on is not None
    found = versions.terms_on(held, held.ends_on)
    found = terms.still_there(found, terms.TERMS)
    kept = {name: value for name, value in found.items() if name not in _ITS_OWN}
    note = _("Renewal of %(number)s") % {"number": held.number}
    renewed = agreements.agree(
        held.client,
        services=Service.objects.filter(pk__in=found["services"]),
        by=by,
        note=note,
        number=number,
        starts_on=first,
        ends_on=last,
        **terms.columns(kept),
    )
    _copy_rates(held, renewed)
    if bought:
        prepaid.purchase(renewed, bought, by=by, note=note, expires_on=last)
    return renewed


def _copy_rates(contract: Contract, renewed: Contract) -> None:
    """In their order, because the first that fits holds."""
    copied = list(contract.rate_classes.all())
    for one in copied:
        one.pk, one.contract, one._state.adding = None, renewed, True
    RateClass.objects.bulk_create(copied)
