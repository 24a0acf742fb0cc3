"""Renewing contracts: the same terms for another time."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from contracts import agreements, hours
from contracts.errors import ContractError
from contracts.models import Contract
from servicedesk.people.models import User

_KEPT = (
    *("name", "policy", "calendar", "account_manager", "hourly_rate", "currency", "at_zero"),
    *("minimum_slot", "rollover_hours", "rollover_days"),
)


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

    Raises:
        ContractError: it has no end, the number is taken.
        OverlappingContracts: something else is agreed for that time already, a renewal for instance.
    """
    first, last = after(contract, months)
    if Contract.objects.filter(number=number).exists():
        raise ContractError(_("The number %(number)s is taken.") % {"number": number})
    terms = {name: getattr(contract, name) for name in _KEPT}
    renewed = agreements.agree(
        contract.client,
        services=contract.services.all(),
        number=number,
        starts_on=first,
        ends_on=last,
        **terms,
    )
    if bought:
        note = _("Renewal of %(number)s") % {"number": contract.number}
        hours.purchase(renewed, bought, by=by, note=note, expires_on=last)
    return renewed
