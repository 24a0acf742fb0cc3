"""Which amounts are unusual: they may be right, so they are asked about once before anything is booked.

One rule for all forms. Each question returns a sentence, empty for an ordinary amount.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from contracts import formats as contract_formats
from servicedesk.lib import formatting

BOUGHT = Decimal(1000)  # hours, also offered or asked for
CORRECTED = Decimal(100)  # hours, up or down
ESTIMATED = Decimal(200)  # hours of one request
AN_HOUR = Decimal(1000)  # money
A_MONTH = Decimal(100_000)  # money
FACTOR = Decimal(5)  # hours taken for one
WORKED, A_DAY = timedelta(hours=12), timedelta(days=1)  # at a stretch


def bought(hours: Decimal | None) -> str:
    if hours is None or hours <= BOUGHT:
        return ""
    return _("%(hours)s h are unusually many.") % {"hours": formatting.hours(hours)}


def offered(hours: Decimal | None, price: Decimal | None) -> str:
    if hours and price and price / hours > AN_HOUR:
        return _("This is %(price)s an hour.") % {"price": formatting.money(price / hours)}
    return bought(hours)


def corrected(hours: Decimal | None, left: Decimal, *, may_pass_zero: bool = True) -> str:
    """Also one that takes more than there is, where the contract does not refuse it anyway."""
    if hours is None:
        return ""
    told = {"hours": formatting.hours(hours), "left": formatting.hours(left + hours)}
    if abs(hours) > CORRECTED:
        return _("%(hours)s h is an unusually large correction. Then %(left)s h are left.") % told
    if may_pass_zero and hours < 0 and left + hours < 0:
        return _("This takes more than there is. Then %(left)s h are left.") % told
    return ""


def estimated(hours: Decimal | None) -> str:
    if hours is None or hours <= ESTIMATED:
        return ""
    return _("%(hours)s h for one request are unusually many.") % {"hours": contract_formats.hours(hours)}


def worked(minutes: int | None) -> str:
    """More than a day has is no question: `time_check` refuses it."""
    if minutes is None or not WORKED < timedelta(minutes=minutes) <= A_DAY:
        return ""
    spent = formatting.duration(timedelta(minutes=minutes))
    return _("%(time)s without a break is unusually long.") % {"time": spent}


def agreed(terms: dict[str, Any]) -> list[str]:
    """About the rate and the fee of a contract."""
    rate, fee, currency = terms.get("hourly_rate"), terms.get("monthly_fee"), terms.get("currency", "")
    found = []
    if rate and rate > AN_HOUR:
        found.append(_("%(money)s an hour is unusually much.") % {"money": formatting.money(rate, currency)})
    if fee and fee > A_MONTH:
        found.append(_("%(money)s a month is unusually much.") % {"money": formatting.money(fee, currency)})
    return found


def weighed(factor: Decimal | None) -> str:
    if factor is None or factor <= FACTOR:
        return ""
    return _("%(factor)s hours for one are unusually many.") % {"factor": contract_formats.hours(factor)}
