"""Days and hours as sentences about contracts write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.formats import date_format, number_format

from servicedesk.lib.formatting import MINUS


def day(value: date | str) -> str:
    """A date, or its ISO text out of a JSON column, in the active language's short form."""
    moment = date.fromisoformat(value) if isinstance(value, str) else value
    return date_format(moment, "SHORT_DATE_FORMAT")


def hours(value: Decimal) -> str:
    """Hours for a sentence, without idle zeros: 2, 1.5, 0.25 (in Russian 1,5)."""
    text = f"{abs(value):.2f}".rstrip("0").rstrip(".")
    return (MINUS if value < 0 and text != "0" else "") + number_format(text)
