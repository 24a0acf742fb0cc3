"""When people are at work. All instants are said in UTC; the week of 5 January 2026 begins on a Monday."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from servicedesk.people import working_hours, working_week
from servicedesk.people.models import Absence, User
from tests.factories import UserFactory

OFFICE = {day: ["09:00-13:00", "14:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
NIGHTS = {"mon": ["22:00-06:00"], "tue": ["22:00-06:00"]}


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC)


def somebody(week: Any = None, zone: str = "UTC") -> User:
    return User(pk=7, full_name="Ilya Petrov", time_zone=zone, working_week=week or {})


def away(first: int, last: int) -> Absence:
    return Absence(user_id=7, starts_on=date(2026, 1, first), ends_on=date(2026, 1, last))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (at(5, 8, 59), False),
        (at(5, 9), True),
        (at(5, 12, 59), True),
        (at(5, 13), False),  # an interval is open at its end
        (at(5, 17, 59), True),
        (at(5, 18), False),
        (at(10, 10), False),  # Saturday
    ],
)
def test_the_hours_of_the_week_count(moment: datetime, expected: bool) -> None:
    assert working_hours.is_at_work(somebody(OFFICE), moment, []) is expected


def test_hours_are_those_of_the_persons_own_zone() -> None:
    # 09:00 in Moscow is 06:00 UTC
    moscow = somebody(OFFICE, "Europe/Moscow")
    assert working_hours.is_at_work(moscow, at(5, 6), [])
    assert not working_hours.is_at_work(moscow, at(5, 15), [])


@pytest.mark.parametrize(
    ("moment", "expected"),
    [(at(5, 21, 59), False), (at(5, 22), True), (at(6, 5, 59), True), (at(6, 6), False), (at(5, 3), False)],
)
def test_a_night_shift_runs_past_midnight(moment: datetime, expected: bool) -> None:
    assert working_hours.is_at_work(somebody(NIGHTS), moment, []) is expected


def test_sunday_night_runs_into_monday() -> None:
    assert working_hours.is_at_work(somebody({"sun": ["22:00-06:00"]}), at(5, 3), [])


@pytest.mark.parametrize("week", [{}, {"mon": []}, None, "broken"])
def test_a_week_without_hours_means_at_any_time(week: Any) -> None:
    assert working_hours.is_at_work(somebody(week), at(4, 3), [])


def test_absences_are_whole_days_of_the_persons_own_calendar() -> None:
    # 21:30 UTC on the 5th is half past midnight on the 6th in Moscow
    moscow = somebody({}, "Europe/Moscow")
    assert working_hours.is_at_work(moscow, at(5, 20, 30), [away(6, 7)])
    assert not working_hours.is_at_work(moscow, at(5, 21, 30), [away(6, 7)])
    assert not working_hours.is_at_work(moscow, at(7, 20, 30), [away(6, 7)])
    assert working_hours.is_at_work(moscow, at(7, 21, 30), [away(6, 7)])


def test_a_night_shift_that_begins_on_an_absent_day_is_not_worked() -> None:
    assert not working_hours.is_at_work(somebody(NIGHTS), at(6, 3), [away(5, 5)])


def test_a_night_shift_ends_where_an_absence_begins() -> None:
    night = somebody(NIGHTS)
    assert working_hours.is_at_work(night, at(5, 23), [away(6, 6)])
    assert not working_hours.is_at_work(night, at(6, 3), [away(6, 6)])


def test_the_absence_of_another_does_not_count() -> None:
    absence = away(5, 5)
    absence.user_id = 8
    assert working_hours.is_at_work(somebody(), at(5, 10), [absence])


def test_what_the_clock_change_skips_does_no_harm() -> None:
    # in Madrid 02:00 to 03:00 does not exist on 29 March 2026; 03:30 there is 01:30 UTC
    madrid = somebody({"sun": ["02:00-04:00"]}, "Europe/Madrid")
    assert working_hours.is_at_work(madrid, datetime(2026, 3, 29, 1, 30, tzinfo=UTC), [])
    assert not working_hours.is_at_work(madrid, datetime(2026, 3, 29, 2, 30, tzinfo=UTC), [])


def test_a_zone_that_is_gone_counts_as_utc() -> None:
    assert working_hours.is_at_work(somebody(OFFICE, "Atlantis/Capital"), at(5, 9), [])


@pytest.mark.parametrize(
    ("week", "words"),
    [
        ([], "names its days"),
        ({"funday": []}, "funday"),
        ({"mon": "9-18"}, "list of hours"),
        ({"mon": ["9-18"]}, "“9-18” is not a time range"),
        ({"mon": ["25:00-26:00"]}, "not a time range"),
        ({"mon": ["09:00-09:00"]}, "not a time range"),
        ({"mon": ["22:00-00:00"]}, "not a time range"),
        ({"mon": ["09:00-13:00", "12:00-18:00"]}, "overlaps"),
        ({"mon": ["22:00-06:00"], "tue": ["05:00-09:00"]}, "run into the hours of the next day"),
        ({"sun": ["22:00-06:00"], "mon": ["05:00-09:00"]}, "run into the hours of the next day"),
        ({"mon": [7]}, "not a time range"),
    ],
)
def test_a_wrong_week_is_told_in_a_sentence(week: Any, words: str) -> None:
    [sentence] = working_hours.mistakes(week)
    assert words in sentence


@pytest.mark.parametrize("week", [{}, OFFICE, NIGHTS, {"mon": ["18:00-24:00", "00:00-06:00"]}])
def test_a_right_week_has_no_mistakes(week: Any) -> None:
    assert working_hours.mistakes(week) == []


@pytest.mark.django_db
def test_many_people_cost_one_statement(django_assert_num_queries: Any) -> None:
    people = [UserFactory(working_week=OFFICE) for _ in range(6)]
    for person in people[:2]:
        Absence.objects.create(user=person, starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 5))
    with django_assert_num_queries(1):
        assert working_hours.at_work(people, at(5, 10)) == people[2:]


@pytest.mark.django_db
def test_nobody_costs_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert working_hours.at_work([], at(5, 10)) == []


def test_presence_says_until_when() -> None:
    standing = working_hours.presence(somebody(OFFICE), at(5, 10), [away(5, 6)])
    assert str(standing).startswith("away until ")
    assert str(working_hours.presence(somebody(OFFICE), at(5, 20), [])) == "not at work now"
    assert str(working_hours.presence(somebody(OFFICE), at(5, 10), [])) == ""


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("9-13, 14.30 – 18:00", ["09:00-13:00", "14:30-18:00"]),
        ("", []),
        ("—", []),
        ("nine to five", ["nine to five"]),
    ],
)
def test_hours_are_read_as_people_type_them(text: str, lines: list[str]) -> None:
    assert working_week.read(text) == lines


def test_days_with_the_same_hours_are_told_together() -> None:
    week = {**OFFICE, "sat": ["10:00-14:00"]}
    assert working_week.in_words(week) == "Mon–Fri 09:00–13:00, 14:00–18:00, Sat 10:00–14:00"
    assert working_week.in_words({}) == "at any time"
