from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from reports.due_dates import Timetable
from reports.periods import BadPeriod, Period, Preset, Span, preset_period


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


def test_a_period_is_the_days_of_its_own_zone() -> None:
    period = Period(date(2025, 11, 1), date(2025, 11, 30), "Europe/Madrid")
    assert period.start == at(2025, 10, 31, 23)
    assert period.end == at(2025, 11, 30, 23)
    assert len(list(period.days())) == 30


def test_the_day_summer_time_ends_has_25_hours() -> None:
    period = Period(date(2025, 10, 26), date(2025, 10, 26), "Europe/Madrid")
    assert (period.end - period.start).total_seconds() == 25 * 3600


def test_a_day_whose_midnight_is_skipped_begins_when_the_clock_jumps() -> None:
    # Beirut jumped from 0:00 to 1:00 on 30 March 2025.
    assert Period(date(2025, 3, 30), date(2025, 3, 30), "Asia/Beirut").start == at(2025, 3, 29, 22)


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(BadPeriod, match="ends before it begins"):
        Period(date(2025, 11, 2), date(2025, 11, 1), "UTC")


def test_today_is_the_day_of_the_client_not_of_the_server() -> None:
    late_evening = at(2025, 11, 5, 23, 30)
    assert preset_period(Preset.TODAY, "Europe/Madrid", late_evening).first == date(2025, 11, 6)
    assert preset_period(Preset.TODAY, "America/Lima", late_evening).first == date(2025, 11, 5)


def test_this_week_begins_on_monday_and_ends_today() -> None:
    period = preset_period(Preset.THIS_WEEK, "UTC", at(2025, 11, 5, 12))
    assert (period.first, period.last) == (date(2025, 11, 3), date(2025, 11, 5))


def test_last_month_in_january_is_december() -> None:
    period = preset_period(Preset.LAST_MONTH, "UTC", at(2026, 1, 15))
    assert (period.first, period.last) == (date(2025, 12, 1), date(2025, 12, 31))


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        (Span.DAY, date(2026, 2, 10), date(2026, 2, 10)),
        (Span.WEEK, date(2026, 2, 2), date(2026, 2, 8)),
        (Span.MONTH, date(2026, 1, 1), date(2026, 1, 31)),
        (Span.QUARTER, date(2025, 10, 1), date(2025, 12, 31)),
    ],
)
def test_the_last_whole_calendar_period(span: Span, first: date, last: date) -> None:
    assert span.full_before(date(2026, 2, 11)) == (first, last)


def monthly(day: int = 1, clock: time = time(7), zone: str = "Europe/Madrid") -> Timetable:
    return Timetable(Span.MONTH, zone, day, clock)


def test_local_time_stays_when_summer_time_ends() -> None:
    assert monthly().next_after(at(2025, 9, 15)) == at(2025, 10, 1, 5)
    assert monthly().next_after(at(2025, 10, 15)) == at(2025, 11, 1, 6)


def test_due_at_this_very_moment_is_next_due_a_period_later() -> None:
    assert monthly().next_after(at(2025, 11, 1, 6)) == at(2025, 12, 1, 6)
    assert monthly().latest_until(at(2025, 11, 1, 6)) == at(2025, 11, 1, 6)


def test_a_day_in_the_middle_of_the_month_still_reports_the_month_before() -> None:
    timetable = monthly(day=15)
    moment = timetable.latest_until(at(2025, 12, 3))
    assert moment == at(2025, 11, 15, 6)
    assert timetable.period_sent_at(moment).first == date(2025, 10, 1)


def test_a_skipped_local_time_is_taken_an_hour_later_and_once() -> None:
    # Madrid has no 2:30 on 30 March 2025; 1:30 UTC is 3:30 there.
    daily = Timetable(Span.DAY, "Europe/Madrid", 1, time(2, 30))
    assert daily.next_after(at(2025, 3, 29, 12)) == at(2025, 3, 30, 1, 30)
    assert daily.next_after(at(2025, 3, 30, 1, 30)) == at(2025, 3, 31, 0, 30)


def test_a_doubled_local_time_is_taken_the_first_time_only() -> None:
    # Madrid has 2:30 twice on 26 October 2025: 0:30 and 1:30 UTC.
    daily = Timetable(Span.DAY, "Europe/Madrid", 1, time(2, 30))
    assert daily.next_after(at(2025, 10, 25, 12)) == at(2025, 10, 26, 0, 30)
    assert daily.next_after(at(2025, 10, 26, 0, 30)) == at(2025, 10, 27, 1, 30)


@pytest.mark.parametrize("span", list(Span))
def test_what_is_next_becomes_the_latest(span: Span) -> None:
    timetable = Timetable(span, "America/Santiago", 5, time(0, 0))
    moment = at(2025, 1, 1)
    for _turn in range(40):
        following = timetable.next_after(moment)
        assert following > moment
        assert timetable.latest_until(following) == following
        moment = following
