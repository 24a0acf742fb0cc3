"""Days that people ask for: the one reading of a day in an address or a form."""

from __future__ import annotations

import re
from datetime import date

# Wide enough for every agreement, narrow enough that weeks, months and time zones around a day exist.
EARLIEST, LATEST = date(1970, 1, 2), date(2199, 12, 30)
_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read(text: str) -> date | None:
    """The day written as browsers send it; None for what is none, or too far away to reckon with.

    >>> read("2026-03-09")
    datetime.date(2026, 3, 9)
    >>> read("0001-01-01"), read("20260309"), read("soon")
    (None, None, None)
    """
    if not _WRITTEN.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None
