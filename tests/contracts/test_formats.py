"""Hours as sentences write them."""

from __future__ import annotations

from decimal import Decimal

from django.utils import translation

from contracts import formats


def test_hours_below_zero_wear_the_sign_of_all_our_numbers() -> None:
    assert [formats.hours(Decimal(text)) for text in ("-3", "-0.25", "-0.001", "1.50", "0")] == [
        *("−3", "−0.25", "0", "1.5", "0"),
    ]
    with translation.override("ru"):
        assert formats.hours(Decimal("-1.5")) == "−1,5"
