"""When hours run out: worked examples, and what holds for any ledger."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.hours.forecast import HORIZON, LEAST_WEEKS, forecast

TODAY = date(2026, 3, 1)  # a Sunday
DAY = timedelta(days=1)


def every_weekday(hours: float, weeks: int, today: date = TODAY) -> dict[date, float]:
    """So many hours each Monday to Friday of the last weeks."""
    days = (today - age * DAY for age in range(weeks * 7))
    return {day: hours for day in days if day.weekday() < 5}


def test_an_even_pace_runs_out_on_the_very_day() -> None:
    ahead = forecast(every_weekday(2, 8), left=15, today=TODAY)
    assert ahead is not None
    assert ahead.pace == pytest.approx(10)
    # ten hours in the first week, five in the next: 2 h on Monday, Tuesday, half of Wednesday's
    assert ahead.runs_out == date(2026, 3, 11)
    assert ahead.earliest == ahead.latest == ahead.runs_out  # no week differed from another


def test_nothing_is_used_on_days_on_which_nothing_ever_was() -> None:
    ahead = forecast(every_weekday(2, 8), left=10, today=TODAY)
    assert ahead is not None
    assert ahead.runs_out == date(2026, 3, 6)  # Friday; the sixth working hour never falls on a weekend


def test_recent_weeks_weigh_more() -> None:
    used = every_weekday(1, 20) | every_weekday(4, 2)
    ahead = forecast(used, left=50, today=TODAY)
    assert ahead is not None
    assert 5 * (18 * 1 + 2 * 4) / 20 < ahead.pace < 20


def test_hours_missing_to_the_end_of_the_period_are_told() -> None:
    ahead = forecast(every_weekday(2, 8), left=15, today=TODAY, until=TODAY + 28 * DAY)
    assert ahead is not None
    assert ahead.missing == pytest.approx(25)
    enough = forecast(every_weekday(2, 8), left=60, today=TODAY, until=TODAY + 28 * DAY)
    assert enough is not None
    assert enough.missing == 0


def test_a_year_teaches_the_months() -> None:
    """August was quiet: hours that would end in it at the plain pace last longer."""
    today = date(2026, 7, 31)
    plain = every_weekday(2, 10, today)
    year = {day: (0.0 if day.month == 8 else hours) for day, hours in every_weekday(2, 60, today).items()}
    without, with_year = forecast(plain, left=30, today=today), forecast(year, left=30, today=today)
    assert without is not None
    assert with_year is not None
    assert without.runs_out is not None
    assert with_year.runs_out is not None
    assert with_year.runs_out > without.runs_out


@pytest.mark.parametrize("used", [{}, {TODAY: 3.0}, every_weekday(0, 8), every_weekday(2, 1)])
def test_no_pace_is_told_from_too_little(used: dict[date, float]) -> None:
    assert forecast(used, left=10, today=TODAY) is None


def test_what_lasts_for_years_has_no_day() -> None:
    ahead = forecast(every_weekday(0.01, 8), left=1000, today=TODAY)
    assert ahead is not None
    assert ahead.runs_out is None


def test_hours_used_up_ran_out_today() -> None:
    ahead = forecast(every_weekday(2, 8), left=-3, today=TODAY)
    assert ahead is not None
    assert ahead.runs_out == TODAY


ledgers = st.dictionaries(
    st.integers(0, 400).map(lambda age: TODAY - age * DAY), st.floats(0, 24, allow_nan=False), max_size=60
)


@given(ledgers, st.floats(0, 500, allow_nan=False), st.floats(0, 100, allow_nan=False))
def test_the_range_holds_the_day_and_more_hours_last_longer(
    used: dict[date, float], left: float, more: float
) -> None:
    ahead, richer = forecast(used, left, TODAY), forecast(used, left + more, TODAY)
    if ahead is None:
        assert richer is None
        return
    assert richer is not None
    beyond = TODAY + (HORIZON + 1) * DAY
    assert (ahead.earliest or beyond) <= (ahead.runs_out or beyond) <= (ahead.latest or beyond)
    assert (ahead.runs_out or beyond) <= (richer.runs_out or beyond)
    assert ahead.weeks >= LEAST_WEEKS
