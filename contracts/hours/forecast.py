"""When prepaid hours will run out, from the ledger's own pace: a day, and a range around it. Pure.

The pace is the use of the last weeks, the recent ones weighing more. Days of the week count as they were
used (nobody works on Sundays), months as they were in the year before, once there is one. The range is
what the ups and downs of the weeks so far allow for: in about four of five cases the day lies within.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt

WEEKS = 26  # looked back at most
HALF_LIFE = 6  # weeks after which a week counts half
LEAST_WEEKS = 2
HORIZON = 3 * 366  # days; later than that is “not foreseeable”
_SPREAD = 1.28  # standard deviations: four of five cases
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Forecast:
    """Hours a week and days; None for a day beyond three years.

    `weeks` is how far the pace looks back. `runs_out` lies between `earliest` and `latest`.
    `missing` are the hours that would be needed to reach the end of the period, 0 when it is reached.
    """

    pace: float
    weeks: int
    runs_out: date | None
    earliest: date | None
    latest: date | None
    missing: float = 0.0


def forecast(
    used: Mapping[date, float], left: float, today: date, until: date | None = None
) -> Forecast | None:
    """Look ahead from `today`; `used` are hours by day, taken ones positive, today included.

    None while there is less than two weeks of use: a pace cannot be told yet.
    """
    weekly = _weekly(used, today)
    if len(weekly) < LEAST_WEEKS or not any(weekly):
        return None
    weights = [0.5 ** (age / HALF_LIFE) for age in range(len(weekly))]
    pace = sum(w * hours for w, hours in zip(weights, weekly, strict=True)) / sum(weights)
    profile = _profile(used, today)
    spread = _spread(weekly, weights, pace)
    missing = _need(pace, profile, today, until) - left if until else 0.0
    return Forecast(
        pace=pace,
        weeks=len(weekly),
        runs_out=_runs_out(left, pace, profile, today),
        earliest=_runs_out(left, pace + spread, profile, today),
        latest=_runs_out(left, max(pace - spread, 0.0), profile, today),
        missing=max(missing, 0.0),
    )


class _Profile:
    """Which share of an ordinary week's hours a day takes."""

    def __init__(self, weekdays: list[float], months: Mapping[int, float]) -> None:
        self.weekdays, self.months = weekdays, months

    def share(self, day: date) -> float:
        return self.weekdays[day.weekday()] * self.months.get(day.month, 1.0)


def _weekly(used: Mapping[date, float], today: date) -> list[float]:
    """Hours of the whole weeks that end today, the latest first, back to the first use."""
    days = [day for day, hours in used.items() if hours and day <= today]
    if not days:
        return []
    weeks = min(((today - min(days)).days + 1) // 7, WEEKS)
    totals = [0.0] * weeks
    for day, hours in used.items():
        age = (today - day).days // 7
        if 0 <= age < weeks:
            totals[age] += hours
    return totals


def _profile(used: Mapping[date, float], today: date) -> _Profile:
    recent = {day: h for day, h in used.items() if 0 <= (today - day).days < WEEKS * 7}
    by_weekday = [0.0] * 7
    for day, hours in recent.items():
        by_weekday[day.weekday()] += hours
    total = sum(by_weekday)
    weekdays = [hours / total for hours in by_weekday] if total else [1 / 7] * 7
    return _Profile(weekdays, _months(used, today))


def _months(used: Mapping[date, float], today: date) -> dict[int, float]:
    """How much of an average month each month of the last year took, halfway to 1; {} before a year."""
    if not used or (today - min(used)).days < 365:
        return {}
    year = {day: hours for day, hours in used.items() if 0 <= (today - day).days < 365}
    average = sum(year.values()) / 12
    if not average:
        return {}
    by_month = dict.fromkeys(range(1, 13), 0.0)
    for day, hours in year.items():
        by_month[day.month] += hours
    return {month: (1 + hours / average) / 2 for month, hours in by_month.items()}


def _spread(weekly: list[float], weights: list[float], pace: float) -> float:
    """Uncertainty of the pace: the weighted deviation of the weeks, over their effective number."""
    total = sum(weights)
    variance = sum(w * (hours - pace) ** 2 for w, hours in zip(weights, weekly, strict=True)) / total
    effective = total**2 / sum(w * w for w in weights)
    return _SPREAD * sqrt(variance / effective)


def _runs_out(left: float, pace: float, profile: _Profile, today: date) -> date | None:
    """The day on which `left` is used up."""
    if left <= 0:
        return today
    day = today
    for _ in range(HORIZON):
        day += _DAY
        left -= pace * profile.share(day)
        if left <= 1e-9:
            return day
    return None


def _need(pace: float, profile: _Profile, today: date, until: date) -> float:
    """Hours from tomorrow to the last day of the period."""
    days = range(1, max((until - today).days, 0) + 1)
    return sum(pace * profile.share(today + ahead * _DAY) for ahead in days)
