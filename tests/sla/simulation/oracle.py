"""A second opinion on scenarios: it walks through a ticket's life minute by minute and counts.

Written from the contract alone and shares no code with `sla`. Slow, and right for whole minutes only:
a moment is the number of minutes since 1970.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
HORIZON = 90  # days that are looked at
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def minute_of(moment: str | datetime) -> int:
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return int(at.timestamp()) // 60


def first_shown(day: date, minute: int, zone: ZoneInfo) -> int:
    """The first minute at which the clocks on the wall show this time or a later one."""
    wanted = datetime.combine(day, time()) + timedelta(minutes=minute)
    around = [(wanted + timedelta(days=shift)).replace(tzinfo=zone).utcoffset() for shift in (-1, 0, 1)]
    instant = (wanted - max(offset or timedelta() for offset in around)).replace(tzinfo=UTC)
    while instant.astimezone(zone).replace(tzinfo=None) < wanted:
        instant += MINUTE
    return minute_of(instant)


@lru_cache(maxsize=200)
def working_days(definition: str, first: int) -> dict[date, list[range]]:
    """The minutes of each working day of a calendar (as JSON), around this minute and for three months."""
    calendar = json.loads(definition)
    zone = ZoneInfo(calendar["tz"])
    found: dict[date, list[range]] = {}
    closed: set[date] = set()
    if calendar.get("country"):
        import holidays

        closed = set(holidays.country_holidays(calendar["country"], years=(2025, 2026, 2027)))
    start = datetime.fromtimestamp(first * 60, UTC).date() - timedelta(days=3)
    for day in (start + timedelta(days=n) for n in range(HORIZON)):
        ordinary = [] if day in closed else calendar["week"].get(DAYS[day.weekday()], [])
        yearly = calendar.get("yearly", {}).get(f"{day:%m-%d}", ordinary)
        for span in calendar.get("days", {}).get(day.isoformat(), yearly):
            opens, closes = (int(edge[:2]) * 60 + int(edge[3:]) for edge in span.split("-"))
            closes += 1440 if closes <= opens else 0
            minutes = range(first_shown(day, opens, zone), first_shown(day, closes, zone))
            found.setdefault(day, []).append(minutes)
    return found


@lru_cache(maxsize=200)
def open_minutes(definition: str, first: int) -> frozenset[int]:
    """All working minutes of these days."""
    days = working_days(definition, first).values()
    return frozenset(minute for spans in days for span in spans for minute in span)


@lru_cache(maxsize=5000)
def length(text: str, definition: str, start: int, known_from: int) -> int:
    """The working minutes of a promise that counts from `start` (R8)."""
    parts = {unit: int(number) for number, unit in re.findall(r"(\d+)([dhm])", text)}
    rest = parts.get("h", 0) * 60 + parts.get("m", 0)
    if "d" not in text:
        return rest
    minutes, days = open_minutes(definition, known_from), working_days(definition, known_from)
    begin = min(minute for minute in minutes if minute >= start)
    order = sorted(days)
    ours = max(day for day in order if any(begin in span for span in days[day]))
    steps = int(text[4:] or 0) if text.startswith("eod") else parts["d"]
    then = order[order.index(ours) + steps]
    end = max(span.stop for span in days[then])
    if not text.startswith("eod"):
        zone = ZoneInfo(json.loads(definition)["tz"])
        shown = datetime.fromtimestamp(begin * 60, UTC).astimezone(zone).replace(tzinfo=None)
        end = min(end, first_shown(then, (shown - datetime.combine(ours, time())) // MINUTE, zone))
    return rest + sum(start <= minute < end for minute in minutes)


@dataclass
class Run:
    """One cycle of a clock: what it was told, and what came of it so far."""

    told: list[tuple[int, str, dict[str, Any]]]
    books: dict[str, str]  # calendars by name
    at: int = 0
    state: str = "none"
    target: int = 0
    calendar: str = ""
    ran: list[tuple[int, str]] = field(default_factory=list)  # minutes in which it ran, and by which calendar
    ends: list[int] = field(default_factory=list)  # the ends of those that were counted
    before: list[tuple[int, str]] = field(default_factory=list)  # ran, but forgiven by “change”
    is_late: bool = False
    breach: tuple[int, str] | None = None
    paused_at: int = 0
    was_paused: bool = False  # when it was stopped

    def is_open(self, minute: int, calendar: str) -> bool:
        return minute in open_minutes(self.books[calendar], self.told[0][0])

    def tell(self, at: int, what: str, **details: Any) -> None:
        self.told.append((at, what, details))
        self.walk_to(at)
        getattr(self, f"_{what}")(at, **details)

    def walk_to(self, until: int) -> None:
        """Let the minutes pass."""
        while self.state == "running" and self.at < until:
            is_used_up = not self.is_late and len(self.ends) >= self.target
            if is_used_up and (self.ends[-1] == self.at or self.is_open(self.at, self.calendar)):
                self._breaks(self.at, "time")
            self.ran.append((self.at, self.calendar))
            self.at += 1
            if self.is_open(self.at - 1, self.calendar):
                self.ends.append(self.at)
        self.at = until

    def _breaks(self, at: int, cause: str) -> None:
        self.is_late, self.breach = True, self.breach or (at, cause)

    def is_overdrawn(self) -> bool:
        """Did it run past the end of its target?"""
        if len(self.ends) < self.target:
            return False
        end = self.ends[self.target - 1]
        return len(self.ends) > self.target or any(minute == end for minute, _ in self.ran)

    def _start(self, at: int, target: str, calendar: str) -> None:
        self.at, self.state, self.calendar = at, "running", calendar
        self.target = length(target, self.books[calendar], at, at)

    def _pause(self, at: int) -> None:
        self.state, self.paused_at = "paused", at

    def _resume(self, at: int) -> None:
        self.state = "running"
        if not self.is_late and self.is_overdrawn():
            self._breaks(at, "retarget")

    def _stop(self, at: int) -> None:
        self.was_paused = self.state == "paused" and self.paused_at < at
        if not self.is_late and self.is_overdrawn():
            self._breaks(at, "retarget")
        self.state = "breached" if self.is_late else "met"

    def _cancel(self, at: int) -> None:
        self.state = "cancelled"

    def _reopen(self, at: int) -> None:
        self.state, self.was_paused = "running", False

    def _terms(
        self, at: int, target: str, calendar: str, hours: str, rule: str, is_other: bool = False
    ) -> None:
        if is_other and self.breach and self.breach[1] == "retarget":
            self.is_late, self.breach = False, None
        was_late, self.is_late = self.is_late, False
        self.books, self.calendar = self.books | {calendar: hours}, calendar
        begin = self.told[0][0]
        self.target = length(target, hours, at if rule == "change" else begin, begin)
        if rule == "change":
            self.before, self.ran, self.ends = self.before + self.ran, [], []
        if rule == "recompute":
            self.ran = [(minute, calendar) for minute, _ in self.before + self.ran]
            self.before = []
            self.ends = [minute + 1 for minute, _ in self.ran if self.is_open(minute, calendar)]
        if self.is_overdrawn() and was_late:
            self.is_late = True
        elif self.is_overdrawn() and self.state == "running":
            self._breaks(at, "retarget")

    def correct(self, at: int, name: str, hours: str) -> Run:
        """The same life by a calendar that was right from the beginning."""
        self.walk_to(at)
        books = self.books | {name: hours}
        told = [
            (when, what, details | ({"hours": books[details["calendar"]]} if "hours" in details else {}))
            for when, what, details in self.told
        ]
        right = Run(told[:1], books)
        right._start(told[0][0], **told[0][2])
        for when, what, details in told[1:]:
            right.tell(when, what, **details)
        right.walk_to(at)
        if right.breach and (self.breach is None or self.breach[1] == "retarget"):
            right.breach = self.breach or (at, "retarget")
        return right

    def due(self, now: int) -> int | None:
        if self.state in ("paused", "cancelled") or (self.was_paused and not self.is_overdrawn()):
            return None
        minutes = {minute for minute, _ in self.ran}
        if len(self.ends) < self.target:
            minute, left = self.at, self.target - len(self.ends)
            while left:
                left -= self.is_open(minute, self.calendar)
                minute += 1
            return minute
        end = self.ends[self.target - 1]
        if end in minutes or end == self.at:
            return end
        later = [minute for minute, name in self.ran if minute > end and self.is_open(minute, name)]
        minute = later[0] if later else self.at
        while not later and not self.is_open(minute, self.calendar):
            minute += 1
        return minute
