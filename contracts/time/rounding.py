"""How worked minutes become charged hours: added up as the contract says, then rounded up to its slot. Pure.

Time of one slot is a set of entries on one ticket that are added up before they are rounded: each for itself,
those of one day, or all of them, as was agreed when they were logged. Only entries of the same terms and the
same factor are added up. Each entry pays what the slot costs more with it than with those logged before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from contracts.models import Rounding, TimeEntry

ZERO = Decimal("0.00")
CENT = Decimal("0.01")


class Shared(NamedTuple):
    """What entries have in common that are added up; `part` tells entries or days apart, as rounded."""

    ticket: int
    rounding: str
    slot: int
    factor: Decimal
    part: str

    def hours(self, minutes: int) -> Decimal:
        """What so many minutes cost together."""
        return charged(minutes, self.slot, self.factor)


def charged_hours(minutes: int, slot: int) -> Decimal:
    """Round up to whole slots (minutes) and return hours.

    >>> [str(charged_hours(minutes, 15)) for minutes in (1, 15, 16, 80)]
    ['0.25', '0.25', '0.50', '1.50']
    """
    slots = -(-minutes // slot)
    return (Decimal(slots * slot) / 60).quantize(CENT, ROUND_HALF_UP)


def charged(minutes: int, slot: int, factor: Decimal) -> Decimal:
    """Whole slots, times the factor of their rate."""
    return (charged_hours(minutes, slot) * factor).quantize(CENT, ROUND_HALF_UP)


def shared(entry: TimeEntry) -> Shared | None:
    """None for an entry without a slot, which stands for itself at what it once cost."""
    if entry.slot is None:
        return None
    match entry.rounding:
        case Rounding.TICKET:
            part = ""
        case Rounding.DAY:
            part = entry.spent_on.isoformat()
        case _:
            part = f"#{entry.pk}"
    return Shared(entry.ticket_id, entry.rounding, entry.slot, entry.factor.quantize(CENT), part)


def shares(among: Shared, minutes: Iterable[int]) -> list[Decimal]:
    """What each of these costs more than those before it; together they cost `among.hours` of their sum.

    >>> of_a_day = Shared(1, Rounding.DAY, 15, Decimal(1), "2026-03-10")
    >>> [str(share) for share in shares(of_a_day, [5, 5, 10])]
    ['0.25', '0.00', '0.25']
    """
    found, worked, paid = [], 0, ZERO
    for one in minutes:
        worked += one
        cost = among.hours(worked)
        found.append(cost - paid)
        paid = cost
    return found
