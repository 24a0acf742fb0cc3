"""A calendar's definition: what is written in the file, checked, with the place of every fault.

Pure: no Django and nothing of ours, so it can be played with alone. Local times only;
`sla.engine.worktime` turns them into instants.

    {"tz": "Europe/Moscow",
     "week": {"mon": ["09:00-13:00", "14:00-18:00"], "fri": ["22:00-06:00"]},
     "days": {"2026-03-09": [], "2026-12-28..2027-01-03": ["10:00-14:00"]},
     "yearly": {"12-31..01-08": []},
     "country": "DE", "subdivision": "BE"}

What a date's hours are, strongest first: its own line in `days`, a range in `days`, its own line in
`yearly`, a range in `yearly`, closed if it is a public holiday of `country`, the weekday's hours.
An interval belongs to the day on which it begins: a night shift runs on into a holiday.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

DAY = 86_400  # seconds
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
YEARS = range(1900, 2201)
KEYS = ("tz", "week", "days", "yearly", "country", "subdivision")
LEAP_YEAR = 2000  # any: 02-29 is a day of the year, too
RANGE_LIMIT = 3_660  # days; a longer closure is a mistake

Spans = tuple[tuple[int, int], ...]
"""Seconds after local midnight, `[open, close)`, in order; close passes 86,400 on a night shift."""

_SPAN = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def gettext_noop(text: str) -> str:
    """Mark a sentence for the catalogues; whoever shows it translates it."""
    return text


class CalendarError(ValueError):
    """A definition is wrong. `path` is the place, `str(error)` the place and the sentence.

    `template` and `params` let a screen say the sentence in the reader's language.
    """

    def __init__(self, path: str, template: str, **params: object) -> None:
        self.path, self.template, self.params = path, template, params
        sentence = template % params
        super().__init__(f"{path}: {sentence}" if path else sentence)


@dataclass(frozen=True)
class Hours:
    """When work is done, in local time. Made by `parse`; never changed."""

    tz: ZoneInfo
    week: tuple[Spans, ...]
    dates: Mapping[int, Spans] = field(default_factory=dict)  # by ordinal
    yearly: Mapping[tuple[int, int], Spans] = field(default_factory=dict)  # by month and day
    country: str = ""
    subdivision: str = ""

    def exceptions(self, first: int, last: int) -> dict[int, Spans]:
        """Return the hours of all days in `[first, last)` (ordinals) that are not ordinary ones."""
        found: dict[int, Spans] = {}
        years = range(date.fromordinal(first).year, date.fromordinal(last - 1).year + 1)
        if self.country:
            for year in years:
                found.update(dict.fromkeys(public_holidays(self.country, self.subdivision, year), ()))
        for year in years:
            for (month, day), spans in self.yearly.items():
                if (month, day) != (2, 29) or _is_leap(year):
                    found[date(year, month, day).toordinal()] = spans
        found.update(self.dates)
        return {ordinal: spans for ordinal, spans in found.items() if first <= ordinal < last}

    def on(self, day: date) -> Spans:
        """Return the intervals that begin on this local date."""
        ordinal = day.toordinal()
        return self.exceptions(ordinal, ordinal + 1).get(ordinal, self.week[day.weekday()])

    def day_length(self) -> timedelta:
        """The ordinary length of a working day: the commonest of the week, the longest of equals.

        24 hours if no day of the week is worked.
        """
        lengths = Counter(sum(closes - opens for opens, closes in spans) for spans in self.week if spans)
        if not lengths:
            return timedelta(days=1)
        return timedelta(seconds=max(lengths, key=lambda length: (lengths[length], length)))


def parse(definition: Any) -> Hours:
    """Check a definition and return it as `Hours`.

    Raises:
        CalendarError: something in it is wrong; the error says where and what.
    """
    if not isinstance(definition, Mapping):
        raise CalendarError("", gettext_noop("A calendar is an object with “tz” and “week”."))
    for key in definition:
        if key not in KEYS:
            message = gettext_noop("Unknown key; known are %(keys)s.")
            raise CalendarError(str(key), message, keys=", ".join(KEYS))
    country, subdivision = _country(definition)
    return Hours(
        tz=_zone(definition),
        week=_week(_mapping(definition, "week")),
        dates=_dates(_mapping(definition, "days")),
        yearly=_yearly(_mapping(definition, "yearly")),
        country=country,
        subdivision=subdivision,
    )


@lru_cache(maxsize=4096)
def public_holidays(country: str, subdivision: str, year: int) -> tuple[int, ...]:
    """Return the ordinals of a country's public holidays, substitute days included."""
    import holidays  # only here: it takes half a second, and most calendars name no country

    days = holidays.country_holidays(country, subdiv=subdivision or None, years=year)
    return tuple(sorted(day.toordinal() for day in days))


def _mapping(definition: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = definition.get(key, {})
    if not isinstance(value, Mapping):
        raise CalendarError(key, gettext_noop("This must be an object."))
    return value


def _zone(definition: Mapping[str, Any]) -> ZoneInfo:
    name = definition.get("tz")
    if not isinstance(name, str) or not name:
        raise CalendarError("tz", gettext_noop("The time zone is missing. Example: “Europe/Madrid”."))
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        raise CalendarError(
            "tz", gettext_noop("“%(name)s” is not a time zone. Example: “Europe/Madrid”."), name=name
        ) from None


def _country(definition: Mapping[str, Any]) -> tuple[str, str]:
    country, subdivision = definition.get("country") or "", definition.get("subdivision") or ""
    if subdivision and not country:
        raise CalendarError("subdivision", gettext_noop("A subdivision needs its country."))
    if not country:
        return "", ""
    try:
        public_holidays(str(country), "", 2026)
    except (NotImplementedError, KeyError):
        message = gettext_noop("The holidays of “%(name)s” are not known. Example: “DE”.")
        raise CalendarError("country", message, name=country) from None
    try:
        public_holidays(str(country), str(subdivision), 2026)
    except (NotImplementedError, KeyError):
        message = gettext_noop("“%(name)s” is not a subdivision of %(country)s.")
        raise CalendarError("subdivision", message, name=subdivision, country=country) from None
    return str(country), str(subdivision)


def _week(week: Mapping[str, Any]) -> tuple[Spans, ...]:
    for name in week:
        if name not in WEEKDAYS:
            message = gettext_noop("Unknown day; the days are %(days)s.")
            raise CalendarError(f"week.{name}", message, days=", ".join(WEEKDAYS))
    spans = tuple(_spans(week.get(name, []), f"week.{name}") for name in WEEKDAYS)
    for number, name in enumerate(WEEKDAYS):
        tomorrow = spans[(number + 1) % 7]
        if spans[number] and tomorrow and spans[number][-1][1] - DAY > tomorrow[0][0]:
            message = gettext_noop("The night hours run into the hours of the next day, which open earlier.")
            raise CalendarError(f"week.{name}[{len(spans[number]) - 1}]", message)
    return spans


def _spans(lines: Any, path: str) -> Spans:
    if not isinstance(lines, list):
        raise CalendarError(path, gettext_noop("Write a list of hours. Example: [“09:00-18:00”]."))
    spans: list[tuple[int, int]] = []
    for number, line in enumerate(lines):
        place = f"{path}[{number}]"
        span = _span(line, place)
        if any(span[0] < closes and opens < span[1] for opens, closes in spans):
            raise CalendarError(place, gettext_noop("“%(line)s” overlaps other hours of the day."), line=line)
        spans.append(span)
    return tuple(sorted(spans))


def _span(line: Any, path: str) -> tuple[int, int]:
    match = _SPAN.fullmatch(line) if isinstance(line, str) else None
    hour, minute, to_hour, to_minute = (int(part) for part in match.groups()) if match else (99,) * 4
    opens, closes = hour * 3600 + minute * 60, to_hour * 3600 + to_minute * 60
    if hour > 23 or max(minute, to_minute) > 59 or closes > DAY:
        message = gettext_noop("“%(line)s” is not a time range. Example: “09:00-18:00”.")
        raise CalendarError(path, message, line=line)
    if closes == 0:
        message = gettext_noop("“%(line)s” ends where the day begins. The end of the day is “24:00”.")
        raise CalendarError(path, message, line=line)
    if opens == closes:
        message = gettext_noop("“%(line)s” is empty. A whole day is “00:00-24:00”.")
        raise CalendarError(path, message, line=line)
    return opens, closes if closes > opens else closes + DAY


def _dates(days: Mapping[str, Any]) -> dict[int, Spans]:
    ranges: dict[int, Spans] = {}
    single: dict[int, Spans] = {}
    for key, lines in days.items():
        path = f"days.{key}"
        spans = _spans(lines, path)
        first, _, last = str(key).partition("..")
        start = _date(first, path)
        if not last:
            single[start] = spans
            continue
        end = _date(last, path)
        if not 0 <= end - start < RANGE_LIMIT:
            raise CalendarError(path, gettext_noop("The range runs backwards or over more than ten years."))
        if any(ordinal in ranges for ordinal in range(start, end + 1)):
            raise CalendarError(path, gettext_noop("This range overlaps another one."))
        ranges.update(dict.fromkeys(range(start, end + 1), spans))
    return ranges | single


def _date(text: str, path: str) -> int:
    try:
        day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        raise CalendarError(path, gettext_noop("“%(text)s” is not a date. Example: “2026-12-25”."), text=text)
    return day.toordinal()


def _yearly(days: Mapping[str, Any]) -> dict[tuple[int, int], Spans]:
    ranges: dict[tuple[int, int], Spans] = {}
    single: dict[tuple[int, int], Spans] = {}
    for key, lines in days.items():
        path = f"yearly.{key}"
        spans = _spans(lines, path)
        first, _, last = str(key).partition("..")
        start = _day_of_year(first, path)
        if not last:
            single[start.month, start.day] = spans
            continue
        for day in _around_the_year(start, _day_of_year(last, path)):
            if (day.month, day.day) in ranges:
                raise CalendarError(path, gettext_noop("This range overlaps another one."))
            ranges[day.month, day.day] = spans
    return ranges | single


def _day_of_year(text: str, path: str) -> date:
    message = gettext_noop("“%(text)s” is not a day of the year. Example: “12-25”.")
    dated = f"{LEAP_YEAR}-{text}"
    if not _DATE.fullmatch(dated):
        raise CalendarError(path, message, text=text)
    try:
        return date.fromisoformat(dated)
    except ValueError:
        raise CalendarError(path, message, text=text) from None


def _around_the_year(first: date, last: date) -> Iterator[date]:
    """All days from one to the other, over New Year if need be."""
    yield first
    while (first.month, first.day) != (last.month, last.day):
        first += timedelta(days=1)
        first = first.replace(year=LEAP_YEAR)
        yield first


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
