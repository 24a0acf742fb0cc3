"""The arithmetic of the clocks: one answer, a million, a calendar compiled. No database.

Started by itself (`python -m benchmarks.clocks`) it works a million of each out and prints the most
memory that its process ever held, in MB.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import numpy as np

from benchmarks.measuring import measure, say
from sla.engine.calendar_definition import parse
from sla.engine.timetable import Micros, timetable
from sla.engine.worktime import WorkTime, compiled, micros

WEEK = {day: ["09:00-13:00", "14:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
OFFICE = {"tz": "Europe/Madrid", "week": WEEK, "country": "ES"}
BEGIN = datetime(2021, 1, 4, 9, 13, tzinfo=UTC)
MANY, MILLION = 1000, 1_000_000
HOUR = 3_600_000_000  # microseconds


def run() -> None:
    calendar = compiled(OFFICE)
    _single(calendar)
    starts, amounts, ends = _asked()
    measure("sla add, a million", lambda: calendar.add_many(starts, amounts), runs=5)
    measure("sla between, a million", lambda: calendar.between_many(starts, ends), runs=5)
    memory = subprocess.check_output([sys.executable, "-m", "benchmarks.clocks"], text=True)
    say("sla a million of each, whole process", unit="MB", peak=int(memory))
    hours, first, last = parse(OFFICE), date(2021, 1, 1).toordinal(), date(2032, 1, 1).toordinal()
    measure("sla compile, 11 years", lambda: timetable(hours, first, last), runs=5)


def _single(calendar: WorkTime) -> None:
    starts = [BEGIN + timedelta(minutes=37 * number, microseconds=number) for number in range(MANY)]
    pairs = [(start, start + timedelta(days=9)) for start in starts]
    target = timedelta(hours=16)
    measure("sla add", lambda: [calendar.add(start, target) for start in starts], each=MANY)
    measure("sla between", lambda: [calendar.between(*pair) for pair in pairs], each=MANY)


def _asked() -> tuple[Micros, Micros, Micros]:
    """Starts in five years, amounts of up to 80 hours, ends up to a month later."""
    random = np.random.default_rng(1)
    starts = micros(BEGIN) + random.integers(0, 5 * 365 * 24 * HOUR, MILLION)
    amounts = random.integers(1, 80 * HOUR, MILLION)
    return starts, amounts, starts + random.integers(1, 30 * 24 * HOUR, MILLION)


def _peak() -> int:
    starts, amounts, ends = _asked()
    calendar = compiled(OFFICE)
    calendar.add_many(starts, amounts)
    calendar.between_many(starts, ends)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    print(_peak())
