"""When people are at work: the hours of their week and their absences. Pure, but for the two last questions.

`User.working_week` is `{"mon": ["09:00-13:00", "14:00-18:00"], "fri": ["22:00-06:00"]}` in the person's time
zone; a stretch that ends before it begins runs past midnight and belongs to the day on which it begins. A
week without hours means: at any time.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from servicedesk.lib import formatting
from servicedesk.people.models import Absence, AbsenceQuerySet, User

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT = 24 * 60  # minutes
ONE_DAY = timedelta(days=1)

Span = tuple[int, int]
"""Minutes after local midnight, `[begin, end)`; the end passes `MIDNIGHT` on a night shift."""

_SPAN = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)", re.ASCII)


@dataclass(frozen=True)
class Presence:
    """Whether somebody is at work; `absence` is why not, when whole days are the reason."""

    is_at_work: bool
    absence: Absence | None = None

    def __str__(self) -> str:
        """“away until 3 Dec”, “not at work now”; nothing about those at work."""
        if self.absence:
            return _("away until %(day)s") % {"day": formatting.when(self.absence.ends_on)}
        return "" if self.is_at_work else _("not at work now")


def mistakes(week: Any) -> list[str]:
    """What is wrong with a working week, as sentences; none when it may be stored."""
    if not isinstance(week, dict):
        return [_("A working week names its days.")]
    found = [_("“%(day)s” is not a day of the week.") % {"day": day} for day in week if day not in DAYS]
    for number, day in enumerate(DAYS):
        found += _mistakes_of_day(number, week.get(day, []))
    if not found:
        found += _collisions(week)
    return found


def span(line: Any) -> Span | None:
    """A stretch of hours as minutes; None when it cannot be read."""
    match = _SPAN.fullmatch(line) if isinstance(line, str) else None
    if match is None:
        return None
    hour, minute, to_hour, to_minute = map(int, match.groups())
    begin, end = hour * 60 + minute, to_hour * 60 + to_minute
    if hour > 23 or max(minute, to_minute) > 59 or end > MIDNIGHT or begin == end or end == 0:
        return None
    return begin, end if end > begin else end + MIDNIGHT


def zone_of(user: User) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(user.time_zone or "UTC")
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):  # a zone that a newer tz database dropped
        return zoneinfo.ZoneInfo("UTC")


def presence(user: User, at: datetime, absences: Iterable[Absence]) -> Presence:
    """How it stands with this person at this moment; absences of others are passed over.

    Absences are whole days of the person's own calendar. A night shift that begins on such a day is not
    worked, and one that runs into such a day ends at midnight.
    """
    local = at.astimezone(zone_of(user))
    today = local.date()
    mine = [absence for absence in absences if absence.user_id == user.pk]
    if away := _on(mine, today):
        return Presence(False, away)
    if not has_hours(user.working_week):
        return Presence(True)
    minute = local.hour * 60 + local.minute
    if _holds(user.working_week, today, minute):
        return Presence(True)
    yesterday = today - ONE_DAY
    came_last_night = _holds(user.working_week, yesterday, minute + MIDNIGHT)
    return Presence(came_last_night and not _on(mine, yesterday))


def is_at_work(user: User, at: datetime, absences: Iterable[Absence]) -> bool:
    return presence(user, at, absences).is_at_work


def has_hours(week: Any) -> bool:
    """Without hours a week says: at any time."""
    return isinstance(week, dict) and any(week.values())


def absences_around(at: datetime) -> AbsenceQuerySet:
    """Those that may count at this moment, wherever the person is."""
    return Absence.objects.filter(
        starts_on__lte=at.date() + ONE_DAY,  # it may be tomorrow where they are
        ends_on__gte=at.date() - 2 * ONE_DAY,  # or yesterday, in a shift of the night before
    )


def presences(people: Sequence[User], at: datetime) -> dict[int, Presence]:
    """How it stands with each of them, by key; one statement."""
    absences = list(absences_around(at).filter(user__in=people)) if people else []
    return {person.pk: presence(person, at, absences) for person in people}


def at_work(people: Sequence[User], at: datetime) -> list[User]:
    """Those of them who are at work, in the order they were given; one statement."""
    standing = presences(people, at)
    return [person for person in people if standing[person.pk].is_at_work]


def _on(absences: Iterable[Absence], day: date) -> Absence | None:
    return next((one for one in absences if one.starts_on <= day <= one.ends_on), None)


def _holds(week: dict[str, Any], day: date, minute: int) -> bool:
    """Whether a stretch that begins on this day holds the minute."""
    lines = week.get(DAYS[day.weekday()], ())
    return any(begin <= minute < end for begin, end in filter(None, map(span, lines)))


def _mistakes_of_day(number: int, lines: Any) -> Iterator[str]:
    name = WEEKDAYS[number]
    if not isinstance(lines, list):
        yield _("%(day)s: write a list of hours.") % {"day": name}
        return
    taken: list[Span] = []
    for line in lines:
        given = span(line)
        if given is None:
            sentence = _("%(day)s: “%(line)s” is not a time range. Write for example “09:00-18:00”.")
            yield sentence % {"day": name, "line": str(line)[:40]}
        elif any(given[0] < end and begin < given[1] for begin, end in taken):
            yield _("%(day)s: “%(line)s” overlaps other hours of the day.") % {"day": name, "line": line}
        else:
            taken.append(given)


def _collisions(week: dict[str, Any]) -> Iterator[str]:
    """A night shift that runs into the hours of the next morning."""
    for number, day in enumerate(DAYS):
        ends = [end for line in week.get(day, ()) for _begin, end in [span(line) or (0, 0)]]
        begins = [
            first for line in week.get(DAYS[(number + 1) % 7], ()) for first, _end in [span(line) or (0, 0)]
        ]
        if ends and begins and max(ends) - MIDNIGHT > min(begins):
            sentence = _("%(day)s: the night hours run into the hours of the next day.")
            yield sentence % {"day": WEEKDAYS[number]}
