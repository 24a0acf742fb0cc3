"""What a calendar's definition may say, and how each fault is named."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from sla.engine.calendar_definition import CalendarError, parse
from tests.sla.example_calendars import C1, C2, C3, office

NINE_TO_SIX = ((9 * 3600, 18 * 3600),)


def on(day: str, **more: Any) -> Any:
    return parse({**C1, **more}).on(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("definition", "place"),
    [
        ([], "A calendar"),
        ({"week": {}}, "tz: "),
        ({"tz": "Mars/Base"}, "tz: “Mars/Base”"),
        ({"tz": "../etc/passwd"}, "tz: "),
        (C1 | {"hours": {}}, "hours: "),
        (C1 | {"week": []}, "week: "),
        (C1 | {"week": {"monday": []}}, "week.monday: "),
        (C1 | {"week": {"mon": "09:00-18:00"}}, "week.mon: "),
        (C1 | {"week": {"mon": ["9-18"]}}, r"week.mon\[0\]: "),
        (C1 | {"week": {"mon": [9]}}, r"week.mon\[0\]: "),
        (C1 | {"week": {"mon": ["09:00-25:00"]}}, r"week.mon\[0\]: "),
        (C1 | {"week": {"mon": ["24:00-06:00"]}}, r"week.mon\[0\]: "),
        (C1 | {"week": {"mon": ["09:60-18:00"]}}, r"week.mon\[0\]: "),
        (C1 | {"week": {"mon": ["09:00-00:00"]}}, r"week.mon\[0\]: .*24:00"),
        (C1 | {"week": {"mon": ["09:00-09:00"]}}, r"week.mon\[0\]: .*empty"),
        (C1 | {"week": {"mon": ["09:00-13:00", "12:00-18:00"]}}, r"week.mon\[1\]: .*overlaps"),
        (C1 | {"week": {"mon": ["22:00-06:00"], "tue": ["05:00-09:00"]}}, r"week.mon\[0\]: "),
        (C1 | {"days": {"2026-02-30": []}}, "days.2026-02-30: "),
        (C1 | {"days": {"2026-W10-1": []}}, "days.2026-W10-1: "),
        (C1 | {"days": {"2026-03-09": ["x"]}}, r"days.2026-03-09\[0\]: "),
        (C1 | {"days": {"2026-03-09..2026-03-01": []}}, "days.2026-03-09..2026-03-01: "),
        (C1 | {"days": {"2026-03-01..2026-03-09": [], "2026-03-05..2026-03-12": []}}, "overlaps another"),
        (C1 | {"yearly": {"13-01": []}}, "yearly.13-01: "),
        (C1 | {"yearly": {"12-24..01-02": [], "01-01..01-08": []}}, "overlaps another"),
        (C1 | {"country": "XX"}, "country: "),
        (C1 | {"country": "DE", "subdivision": "ZZ"}, "subdivision: "),
        (C1 | {"subdivision": "BE"}, "subdivision: "),
    ],
)
def test_a_fault_is_named_with_its_place(definition: Any, place: str) -> None:
    with pytest.raises(CalendarError, match=place):
        parse(definition)


def test_hours_that_touch_are_allowed() -> None:
    assert parse(office("UTC", "09:00-13:00", "13:00-18:00")).day_length() == timedelta(hours=9)


def test_a_date_of_its_own_beats_a_range_beats_the_year_beats_the_country() -> None:
    germany: dict[str, Any] = {"country": "DE"}
    assert on("2026-12-25", **germany) == ()
    yearly = germany | {"yearly": {"12-20..01-02": ["10:00-12:00"]}}
    assert on("2026-12-25", **yearly) == ((36_000, 43_200),)
    ranged = yearly | {"days": {"2026-12-24..2026-12-31": []}}
    assert on("2026-12-25", **ranged) == ()
    own = yearly | {"days": {"2026-12-24..2026-12-31": [], "2026-12-25": ["09:00-18:00"]}}
    assert on("2026-12-25", **own) == NINE_TO_SIX


def test_a_yearly_range_runs_over_new_year() -> None:
    closed: dict[str, Any] = {"yearly": {"12-31..01-08": []}}
    assert [on(day, **closed) for day in ("2026-12-31", "2027-01-08")] == [(), ()]
    assert [on(day, **closed) for day in ("2026-12-30", "2027-01-11")] == [NINE_TO_SIX, NINE_TO_SIX]


def test_the_29th_of_february_is_a_day_of_leap_years() -> None:
    closed: dict[str, Any] = {"yearly": {"02-29": []}}
    assert on("2028-02-29", **closed) == ()
    assert on("2027-03-01", **closed) == NINE_TO_SIX


def test_holidays_of_a_subdivision_are_its_own() -> None:
    assert on("2026-03-08", country="DE") == ()  # a Sunday
    assert on("2027-03-08", country="DE", subdivision="BE") == ()  # Women's day, a Monday, in Berlin
    assert on("2027-03-08", country="DE", subdivision="BY") == NINE_TO_SIX


@pytest.mark.parametrize(
    ("definition", "hours"),
    [
        (C1, 9),
        (C2, 8),
        (C3, 24),
        (office("UTC", "22:00-06:00"), 8),
        ({"tz": "UTC", "week": {"mon": ["09:00-18:00"], "tue": ["09:00-18:00"], "fri": ["09:00-16:00"]}}, 9),
        ({"tz": "UTC", "week": {"mon": ["09:00-18:00"], "fri": ["09:00-16:00"]}}, 9),
    ],
)
def test_the_ordinary_day_is_the_commonest_one(definition: dict[str, Any], hours: int) -> None:
    assert parse(definition).day_length() == timedelta(hours=hours)
