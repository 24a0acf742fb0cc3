"""Many days added at once: nothing is said twice, nothing contradicts what is there."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.calendars.editing import many_exceptions, pasted_text
from sla.calendars.editing.many_exceptions import Result
from sla.engine.calendar_definition import parse
from tests.sla.example_calendars import C1


def add(text: str, **sections: Any) -> tuple[dict[str, Any], list[Result], list[str]]:
    lines, unread = pasted_text.read(text)
    assert unread == []
    found, added, faults = many_exceptions.add({**C1, **sections}, lines)
    parse(found)
    return found, [one.result for one in added], [fault.template % fault.params for fault in faults]


def test_new_days_are_put_in() -> None:
    found, results, faults = add("2026-03-09\n31.12\n30.04.2026 09:00-17:00")
    assert found["days"] == {"2026-03-09": [], "2026-04-30": ["09:00-17:00"]}
    assert found["yearly"] == {"12-31": []}
    assert (results, faults) == ([Result.NEW] * 3, [])


def test_other_hours_of_the_same_day_are_replaced_and_said() -> None:
    found, results, _ = add("2026-03-09", days={"2026-03-09": ["10:00-12:00"]})
    assert (found["days"], results) == ({"2026-03-09": []}, [Result.REPLACES])


@pytest.mark.parametrize(
    ("there", "line"),
    [
        ({"days": {"2026-03-09": []}}, "2026-03-09"),
        ({"days": {"2026-03-01..2026-03-31": []}}, "2026-03-09"),
        ({"days": {"2026-03-01..2026-03-31": []}}, "2026-03-09..2026-03-11"),
        ({"yearly": {"12-20..01-10": []}}, "31.12-08.01"),
        ({"yearly": {"12-20..01-10": []}}, "01-05"),
    ],
)
def test_what_is_said_already_is_not_said_again(there: dict[str, Any], line: str) -> None:
    found, results, _ = add(line, **there)
    assert results == [Result.KNOWN]
    assert found == {**C1, **there}


@pytest.mark.parametrize(
    ("there", "line", "joined"),
    [
        ({"days": {"2026-03-01..2026-03-10": []}}, "2026-03-09..2026-03-20", "2026-03-01..2026-03-20"),
        ({"days": {"2026-03-09..2026-03-10": []}}, "2026-03-01..2026-03-20", "2026-03-01..2026-03-20"),
        ({"yearly": {"12-20..01-01": []}}, "31.12-08.01", "12-20..01-08"),
        ({"yearly": {"10-01..06-30": []}}, "01.06-15.10", "06-01..05-31"),
    ],
)
def test_ranges_with_the_same_hours_grow_together(there: dict[str, Any], line: str, joined: str) -> None:
    found, results, _ = add(line, **there)
    assert results == [Result.JOINS]
    (section,) = there
    assert list(found[section]) == [joined]


def test_ranges_with_other_hours_contradict() -> None:
    found, _, faults = add("2026-03-09..2026-03-20", days={"2026-03-01..2026-03-10": ["10:00-12:00"]})
    assert faults == ["It overlaps “2026-03-01..2026-03-10”, which has other hours."]
    assert len(found["days"]) == 1


def test_two_lines_about_one_day_contradict() -> None:
    _, _, faults = add("2026-03-09\n09.03.2026 10:00-12:00\n2026-03-09")
    assert faults == ["Line 1 contradicts this line."]


def test_days_with_hours_of_their_own_stay_in_a_range_and_are_named() -> None:
    lines, _ = pasted_text.read("2026-12-28..2027-01-03")
    found, added, _ = many_exceptions.add({**C1, "days": {"2026-12-31": ["09:00-13:00"]}}, lines)
    assert [one.key for one in added[0].kept] == ["2026-12-31"]
    assert len(found["days"]) == 2


def test_a_calendar_has_room_for_two_thousand_days() -> None:
    text = "\n".join(f"2{year:03d}-03-{day:02d}" for year in range(0, 36) for day in range(1, 29))
    lines, _ = pasted_text.read(text)
    there: dict[str, list[str]] = {
        f"2{year:03d}-05-{day:02d}": [] for year in range(50, 101) for day in range(1, 29)
    }
    _, _, faults = many_exceptions.add({**C1, "days": there}, lines)
    assert [fault.template % fault.params for fault in faults] == ["A calendar has at most 2000 exceptions."]


numbers = st.integers(1, 28)
day = st.builds("2026-{:02d}-{:02d}".format, st.integers(1, 3), numbers)
yearly = st.builds("{:02d}.{:02d}".format, numbers, st.integers(1, 12))
what = st.sampled_from(["", " 10:00-12:00", " 22:00-06:00"])
begin = st.sampled_from(["2026-01-05", "2026-02-01"])
line = (
    st.builds("{}..{}{}".format, begin, day, what)
    | st.builds("{}-{}{}".format, yearly, yearly, what)
    | st.builds("{}{}".format, day, what)
)


@given(st.lists(line, max_size=12))
def test_whatever_is_added_can_be_read_by_the_engine(found: list[str]) -> None:
    lines, _ = pasted_text.read("\n".join(found))
    definition, added, _ = many_exceptions.add(C1, lines)
    hours = parse(definition)
    again, repeated, faults = many_exceptions.add(definition, [one.line for one in added])
    assert parse(again) == hours
    assert faults == []
    assert {one.result for one in repeated} <= {Result.KNOWN}
