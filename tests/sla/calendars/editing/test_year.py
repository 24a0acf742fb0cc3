"""A year of a calendar drawn day by day, and what differs between two versions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from sla.calendars.editing import differences, holiday_countries, year
from sla.calendars.editing.year import Day, DayKind
from tests.sla.example_calendars import C1, C2, C2B, C3, C4, office

HOUR = timedelta(hours=1)


def day_of(definition: dict[str, Any], day: date, **more: Any) -> Day:
    drawn = year.year_of(definition, day.year, **more)
    month = drawn.months[day.month - 1]
    return next(one for week in month.weeks for one in week if one and one.date == day)


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (None, DayKind.WORKING),
        ([], DayKind.CLOSED),
        (["09:00-17:00"], DayKind.SHORT),
        (["09:00-20:00"], DayKind.EXTRA),
        (["10:00-19:00"], DayKind.EXTRA),
        (["09:00-18:00"], DayKind.WORKING),
    ],
)
def test_a_monday_is_what_its_hours_make_it(lines: list[str] | None, kind: DayKind) -> None:
    days = {} if lines is None else {"2026-03-09": lines}
    assert day_of({**C1, "days": days}, date(2026, 3, 9)).kind == kind


def test_a_day_off_is_off_and_a_worked_one_is_extra() -> None:
    saturday = date(2026, 3, 14)
    assert day_of(C1, saturday).kind == DayKind.OFF
    assert day_of({**C1, "days": {"2026-03-14": ["09:00-15:00"]}}, saturday).kind == DayKind.EXTRA


def test_a_public_holiday_has_its_name_even_on_a_day_off() -> None:
    german, names = {**C2B, "country": "DE"}, holiday_countries.holiday_names("DE", "", 2026, "en")
    found = day_of(german, date(2026, 12, 26), names=names)
    assert (found.kind, found.name) == (DayKind.HOLIDAY, "Second Day of Christmas")


def test_days_that_differ_from_the_published_ones_are_marked() -> None:
    draft = {**C1, "days": {"2026-03-09": [], "2026-03-14": []}}
    assert day_of(draft, date(2026, 3, 9), published=C1).is_changed
    assert not day_of(draft, date(2026, 3, 14), published=C1).is_changed
    assert not day_of(draft, date(2026, 3, 10), published=C1).is_changed


def test_months_add_up_as_in_a_production_calendar() -> None:
    drawn = year.year_of({**C1, "days": {"2026-03-09": [], "2026-04-30": ["09:00-17:00"]}}, 2026)
    march, april = drawn.months[2:4]
    assert (march.working_days, march.worked) == (21, 189 * HOUR)
    assert (april.working_days, april.worked) == (22, 197 * HOUR)
    assert drawn.working_days == sum(month.working_days for month in drawn.months) == 260


def test_hours_are_those_that_clocks_count_over_summer_time_too() -> None:
    assert year.year_of(C3, 2026).months[2].worked == (31 * 24 - 1) * HOUR


def test_weeks_begin_on_monday_and_hold_every_day_once() -> None:
    for number in (1901, 2024, 2026, 2198):
        drawn = year.year_of(C4, number)
        days = [day.date for month in drawn.months for week in month.weeks for day in week if day]
        assert len(days) == len(set(days)) == (366 if number == 2024 else 365)
        assert all(week[0] is None or week[0].date.weekday() == 0 for m in drawn.months for week in m.weeks)


def test_differences_name_what_was_written_otherwise() -> None:
    before = {**C1, "days": {"2026-03-09": [], "2026-03-10": []}, "country": "DE"}
    after = {
        **office("Europe/Moscow", "09:00-18:00"),
        "days": {"2026-03-10": ["10:00-12:00"]},
        "yearly": {"12-31": []},
    }
    after["week"]["fri"] = ["09:00-16:00"]
    found = differences.between(before, after)
    assert found.values == (("country", "DE", ""),)
    assert found.week == (("fri", ("09:00-18:00",), ("09:00-16:00",)),)
    assert [entry.key for entry in found.added] == ["12-31"]
    assert [entry.key for entry in found.removed] == ["2026-03-09"]
    assert [new.key for _, new in found.changed] == ["2026-03-10"]
    assert not differences.between(C2, C2)


def test_an_empty_weekday_is_one_that_is_left_out() -> None:
    assert not differences.between(C1, {**C1, "week": {**C1["week"], "sun": []}, "country": None, "days": {}})


def test_every_country_on_offer_is_known_to_the_engine() -> None:
    codes = [code for code, _ in holiday_countries.countries("ru")]
    assert {"DE", "ES", "RU", "GB"} <= set(codes)
    assert dict(holiday_countries.subdivisions("DE"))["BE"] == "Berlin"
    assert holiday_countries.subdivisions("nowhere") == ()
    assert holiday_countries.holiday_names("nowhere", "", 2026, "en") == {}
    assert (
        holiday_countries.holiday_names("RU", "", 2026, "ru")[date(2026, 5, 9).toordinal()] == "День Победы"
    )
