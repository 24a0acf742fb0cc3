"""Reading the time people type. Pure: no database, no clock."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from contracts.errors import TimeUnreadable

_HOURS = r"(?:hours?|hrs?|h|часов|часа|час|ч|horas?)\.?"
_MINUTES = r"(?:minutes?|mins?|min|m|минуты|минута|минут|мин|м|minutos?)\.?"
_FORMS = [
    re.compile(r"(?P<minutes>[0-9]{1,5})"),  # 80
    re.compile(r"(?P<hours>[0-9]{1,3}):(?P<rest>[0-5][0-9])"),  # 1:20
    re.compile(rf"(?P<hours>[0-9]{{1,3}}(?:[.,][0-9]{{1,2}})?) ?{_HOURS}"),  # 2h, 1.5 h, 1,5 ч
    re.compile(rf"(?P<hours>[0-9]{{1,3}}) ?{_HOURS} ?(?P<rest>[0-5]?[0-9]) ?(?:{_MINUTES})?"),  # 1h 20m
    re.compile(rf"(?P<minutes>[0-9]{{1,5}}) ?{_MINUTES}"),  # 80m
]


def parse_minutes(text: str) -> int:
    """Return whole minutes, one or more; a bare number means minutes.

    Words may be English, Russian or Spanish. A fraction of an hour is rounded to the nearest
    minute. Whether so much time can be right is judged by `time.log_time`.

    Raises:
        TimeUnreadable: none of the known forms, or no time at all; the text gives examples.

    >>> [parse_minutes(text) for text in ("1h 20m", "1:20", "80", "1,5 ч", "1.25h", "45 min")]
    [80, 80, 80, 90, 75, 45]
    """
    plain = " ".join(text.lower().split())
    for form in _FORMS:
        if found := form.fullmatch(plain):
            minutes = _total(found.groupdict())
            if minutes:
                return minutes
    raise TimeUnreadable(text)


def _total(parts: dict[str, str | None]) -> int:
    hours = Decimal((parts.get("hours") or "0").replace(",", "."))
    minutes = hours * 60 + int(parts.get("minutes") or 0) + int(parts.get("rest") or 0)
    return int(minutes.quantize(Decimal(1), ROUND_HALF_UP))
