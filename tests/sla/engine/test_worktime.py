"""Working time: the calendar rows of the contract's table, and what must hold for any calendar."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from sla.engine.worktime import CalendarError, NoWorkingTime, compiled, micros, require_working_time
from tests.sla.example_calendars import (
    ALL_DAYS,
    C1,
    C2,
    C2B,
    C3,
    C4,
    C4D,
    HOUR,
    NEW_YORK,
    berlin,
    calendar,
    moscow,
    office,
)

HOLIDAY = {**C1, "days": {"2026-03-09": []}}
SATURDAY = {**C1, "days": {"2026-03-14": ["09:00-15:00"]}}


@pytest.mark.parametrize(
    ("definition", "start", "hours", "due"),
    [
        pytest.param(C1, moscow("03-02 17:00"), 4, moscow("03-03 12:00"), id="over night"),
        pytest.param(C1, moscow("03-02 14:00"), 4, moscow("03-02 18:00"), id="ends exactly at close"),
        pytest.param(C1, moscow("03-02 18:00"), 4, moscow("03-03 13:00"), id="created exactly at close"),
        pytest.param(C1, moscow("03-03 08:59:59"), 4, moscow("03-03 13:00"), id="a second before opening"),
        pytest.param(C2, berlin("03-02 12:00"), 2, berlin("03-02 15:00"), id="over lunch"),
        pytest.param(C2, berlin("03-02 13:30"), 1, berlin("03-02 15:00"), id="created in lunch"),
        pytest.param(HOLIDAY, moscow("03-06 17:00"), 4, moscow("03-10 12:00"), id="holiday Monday"),
        pytest.param(SATURDAY, moscow("03-13 17:00"), 4, moscow("03-14 12:00"), id="moved day"),
        pytest.param(C3, berlin("03-28 20:00"), 24, berlin("03-29 21:00"), id="23-hour day"),
        pytest.param(C3, berlin("10-24 20:00"), 24, berlin("10-25 19:00"), id="25-hour day"),
        pytest.param(C2B, berlin("03-27 17:00"), 2, datetime(2026, 3, 30, 8, tzinfo=UTC), id="clocks change"),
        pytest.param(C4D, berlin("03-28 22:00"), 8, berlin("03-29 23:00"), id="a night of 7 hours"),
        pytest.param(C4D, berlin("10-24 22:00"), 9, berlin("10-25 06:00"), id="a night of 9 hours"),
        pytest.param(
            C4, berlin("03-06 23:00"), 8, berlin("03-09 23:00"), id="Friday night runs into Saturday"
        ),
        pytest.param(NEW_YORK, moscow("03-09 15:30"), 1, datetime(2026, 3, 9, 14, tzinfo=UTC), id="zones"),
        pytest.param(C3, berlin("03-02 23:59:30"), 1 / 60, berlin("03-03 00:00:30"), id="over midnight"),
    ],
)
def test_deadline_and_working_time_agree_with_the_contract(
    definition: dict[str, Any], start: datetime, hours: float, due: datetime
) -> None:
    worktime, amount = calendar(definition), timedelta(hours=hours)
    assert worktime.add(start, amount) == due
    assert worktime.between(start, due) == amount
    assert worktime.add_many([micros(start)], [amount // timedelta(microseconds=1)]).tolist() == [micros(due)]


def test_results_are_in_utc() -> None:
    assert calendar(C1).add(moscow("03-02 10:00"), HOUR).tzinfo is UTC


def test_nothing_added_in_working_time_changes_nothing() -> None:
    assert calendar(C1).add(moscow("03-02 10:00"), timedelta(0)) == moscow("03-02 10:00")


@pytest.mark.parametrize("start", ["03-02 18:00", "03-02 23:00", "03-03 09:00"])
def test_nothing_added_outside_hours_is_the_next_opening(start: str) -> None:
    worktime = calendar(C1)
    assert worktime.add(moscow(start), timedelta(0)) == moscow("03-03 09:00")
    assert worktime.add_many([micros(moscow(start))], [0]).tolist() == [micros(moscow("03-03 09:00"))]


def test_working_time_backwards_is_zero() -> None:
    assert calendar(C1).between(moscow("03-03 10:00"), moscow("03-02 10:00")) == timedelta(0)


def test_microseconds_are_kept() -> None:
    start = moscow("03-02 17:59:59.999999")
    assert calendar(C1).add(start, timedelta(microseconds=2)) == moscow("03-03 09:00:00.000001")


@pytest.mark.parametrize("year", [1985, 2026, 2060, 2140])
def test_any_year_can_be_asked_for_in_any_order(year: int) -> None:
    worktime = calendar(C3)
    worktime.add(moscow("03-02 10:00"), HOUR)
    start = datetime(year, 6, 1, 12, tzinfo=UTC)
    assert worktime.add(start, HOUR) == start + HOUR
    assert worktime.add(moscow("03-02 10:00"), HOUR) == moscow("03-02 11:00")


def test_an_amount_beyond_the_horizon_extends_it() -> None:
    start = moscow("03-02 10:00")
    assert calendar(C3).add(start, timedelta(days=9_000)) == start + timedelta(days=9_000)


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        calendar(C1).add(datetime(2026, 3, 2), HOUR)


def test_a_negative_amount_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        calendar(C1).add(moscow("03-02 10:00"), -HOUR)


CLOSED = office("UTC", days=())
LEAP_YEAR_OF_HOLIDAYS = {
    **C1,
    "days": {(datetime(2027, 12, 31) + timedelta(days=day)).date().isoformat(): [] for day in range(1, 367)},
}
WHOLE_YEAR_CLOSED = {**C1, "yearly": {"01-01..12-31": []}}


@pytest.mark.parametrize("definition", [CLOSED, WHOLE_YEAR_CLOSED], ids=["no hours", "closed all year"])
def test_a_calendar_without_working_time_answers_at_once(definition: dict[str, Any]) -> None:
    worktime = compiled(definition)
    began = time.process_time()
    with pytest.raises(NoWorkingTime):
        worktime.add(moscow("03-02 10:00"), HOUR)
    with pytest.raises(NoWorkingTime):
        worktime.add(moscow("03-02 10:00"), timedelta(0))
    with pytest.raises(NoWorkingTime):
        worktime.add_many([micros(moscow("03-02 10:00"))], [1])
    assert time.process_time() - began < 5  # seconds: it must not search for ever; `make bench` measures
    assert worktime.between(moscow("03-02 10:00"), moscow("08-02 10:00")) == timedelta(0)


@pytest.mark.parametrize("definition", [CLOSED, WHOLE_YEAR_CLOSED, LEAP_YEAR_OF_HOLIDAYS])
def test_a_calendar_nobody_could_keep_is_refused_on_save(definition: dict[str, Any]) -> None:
    with pytest.raises(CalendarError, match="no working time"):
        require_working_time(compiled(definition), moscow("03-02 10:00"))


def test_an_ordinary_calendar_is_accepted_on_save() -> None:
    ordinary = compiled({**C1, "yearly": {"12-20..02-28": []}})
    require_working_time(ordinary, moscow("03-02 10:00"))
    assert ordinary.add(moscow("03-02 10:00"), HOUR) == moscow("03-02 11:00")


def test_hours_that_end_after_a_desert_of_two_years_are_not_reached() -> None:
    lonely = compiled({"tz": "UTC", "days": {"2026-03-02": ["09:00-10:00"], "2029-03-02": ["09:00-10:00"]}})
    start = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert lonely.add(start, HOUR / 2) == datetime(2026, 3, 2, 10, tzinfo=UTC)
    lonely.between(start, datetime(2029, 6, 1, tzinfo=UTC))  # now the far day is in the table
    with pytest.raises(NoWorkingTime):
        lonely.add(start, HOUR)
    with pytest.raises(NoWorkingTime):
        lonely.add_many([micros(start)], [3_600_000_000])


def test_intervals_are_cut_off_at_both_ends() -> None:
    found = calendar(C2).intervals(berlin("03-02 10:00"), berlin("03-03 09:30"))
    assert found == [
        (berlin("03-02 10:00"), berlin("03-02 13:00")),
        (berlin("03-02 14:00"), berlin("03-02 18:00")),
        (berlin("03-03 09:00"), berlin("03-03 09:30")),
    ]


def test_days_that_touch_are_one_interval() -> None:
    found = calendar(C3).intervals(berlin("03-02 10:00"), berlin("03-05 10:00"))
    assert found == [(berlin("03-02 10:00"), berlin("03-05 10:00"))]


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("03-02 10:30", 2, "03-04 10:30"),
        ("03-06 10:30", 1, "03-09 10:30"),
        ("03-02 20:00", 1, "03-04 09:00"),
        ("03-02 17:30", 3, "03-05 15:00"),  # a short Thursday
    ],
)
def test_working_days_keep_the_time_of_day(start: str, days: int, due: str) -> None:
    worktime = calendar(C1, days={"2026-03-05": ["09:00-15:00"]})
    assert worktime.add_days(moscow(start), days) == moscow(due)


def test_working_days_end_where_there_are_none() -> None:
    lonely = compiled({"tz": "UTC", "days": {"2026-03-02": ["09:00-10:00"]}})
    with pytest.raises(NoWorkingTime):
        lonely.add_days(datetime(2026, 3, 2, 9, tzinfo=UTC), 1)


@pytest.mark.parametrize(
    ("hours", "opens", "closes"),
    [
        # 2026-03-29: 02:00 to 03:00 is skipped; what falls into it is the instant of the change
        ("02:30-10:00", berlin("03-29 03:00"), berlin("03-29 10:00")),
        ("01:00-02:30", berlin("03-29 01:00"), berlin("03-29 03:00")),
    ],
)
def test_a_local_time_that_is_skipped_is_the_instant_of_the_change(
    hours: str, opens: datetime, closes: datetime
) -> None:
    worktime = calendar(office("Europe/Berlin", hours, days=ALL_DAYS))
    assert worktime.intervals(berlin("03-29 00:00"), berlin("03-29 12:00")) == [(opens, closes)]


def test_hours_that_are_skipped_altogether_are_not_worked() -> None:
    worktime = calendar(office("Europe/Berlin", "02:10-02:50", days=ALL_DAYS))
    assert worktime.between(berlin("03-29 00:00"), berlin("03-30 00:00")) == timedelta(0)


def test_a_local_time_that_comes_twice_is_the_first_one() -> None:
    worktime = calendar(office("Europe/Berlin", "02:15-02:45", days=ALL_DAYS))
    found = worktime.intervals(berlin("10-25 00:00"), berlin("10-25 12:00"))
    assert found == [(datetime(2026, 10, 25, 0, 15, tzinfo=UTC), datetime(2026, 10, 25, 0, 45, tzinfo=UTC))]


def test_arrays_agree_with_single_answers() -> None:
    worktime = calendar(C2, country="DE", subdivision="BE")
    random = np.random.default_rng(7)
    starts = random.integers(micros(berlin("01-01 00:00")), micros(berlin("12-31 00:00")), 500)
    amounts = random.integers(0, 200 * 3_600_000_000, 500)
    amounts[:50] = 0
    due = worktime.add_many(starts, amounts)
    spent = worktime.between_many(starts, due)
    for start, amount, moment, worked in zip(starts, amounts, due, spent, strict=True):
        single = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(start))
        assert micros(worktime.add(single, timedelta(microseconds=int(amount)))) == moment
        assert worked == amount


def test_empty_arrays_are_answered_with_empty_arrays() -> None:
    assert calendar(C1).add_many([], []).size == calendar(C1).between_many([], []).size == 0


def test_many_threads_may_ask_one_calendar_for_years_it_does_not_know_yet() -> None:
    shared, alone = calendar(C2), calendar(C2)
    starts = [berlin("03-02 12:00") + timedelta(days=step * 473) for step in range(-10, 20)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda start: shared.add(start, 60 * HOUR), starts * 3))
        spent = list(pool.map(lambda start: shared.between(start, start + 90 * 24 * HOUR), starts * 3))
    assert found == [alone.add(start, 60 * HOUR) for start in starts] * 3
    assert spent == [alone.between(start, start + 90 * 24 * HOUR) for start in starts] * 3


def test_an_amount_that_no_calendar_can_hold_is_refused() -> None:
    with pytest.raises(NoWorkingTime, match="before the year 2200"):
        calendar(C3).add(berlin("03-02 12:00"), timedelta(days=200 * 366))
