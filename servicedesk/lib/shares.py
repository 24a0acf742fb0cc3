"""Shares as percent with one decimal, rounded by one rule everywhere."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_TENTH = Decimal("0.1")


def percent(share: float) -> float:
    """Return the percent of a share of 0 to 1, half a tenth rounded up: 13 of 15 are 86.7.

    100 only where it is all, 0 only where it is nothing: else 99.9 and 0.1.
    """
    exact = Decimal(repr(float(share))) * 100
    if exact in (0, 100):
        return float(exact)
    rounded = exact.quantize(_TENTH, ROUND_HALF_UP)
    return float(min(max(rounded, _TENTH), 100 - _TENTH) if 0 < exact < 100 else rounded)
