"""Days of their own: switched by one key, put in and taken out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.calendars.editing import exceptions, typed_hours
from sla.calendars.editing.exceptions import Entry
from sla.engine.calendar_definition import parse
from tests.sla.example_calendars import C1, C2, office

GERMAN = {**C2, "country": "DE"}
MONDAY, SATURDAY = date(2026, 3, 9), date(2026, 3, 14)


def is_open(definition: Any, day: date) -> bool:
    return bool(parse(definition).on(day))


def test_a_working_day_closes_and_is_as_usual_again() -> None:
    closed = exceptions.toggled(C1, MONDAY)
    assert closed["days"] == {"2026-03-09": []}
    assert exceptions.toggled(closed, MONDAY) == C1


def test_a_day_off_is_worked_as_a_common_day_and_is_off_again() -> None:
    worked = exceptions.toggled(C2, SATURDAY)
    assert worked["days"] == {"2026-03-14": ["09:00-13:00", "14:00-18:00"]}
    assert exceptions.toggled(worked, SATURDAY) == C2


def test_a_public_holiday_is_opened_by_a_line_of_its_own() -> None:
    assert exceptions.toggled(GERMAN, date(2026, 12, 25))["days"] == {
        "2026-12-25": ["09:00-13:00", "14:00-18:00"]
    }


def test_a_day_within_a_closed_range_is_opened_without_touching_the_range() -> None:
    closed = {**C1, "days": {"2026-03-09..2026-03-13": []}}
    opened = exceptions.toggled(closed, date(2026, 3, 10))
    assert opened["days"] == {"2026-03-09..2026-03-13": [], "2026-03-10": ["09:00-18:00"]}
    assert exceptions.toggled(opened, date(2026, 3, 10)) == closed


def test_a_short_day_closes_and_then_forgets_its_hours() -> None:
    short = {**C1, "days": {"2026-03-09": ["09:00-13:00"]}}
    closed = exceptions.toggled(short, MONDAY)
    assert closed["days"] == {"2026-03-09": []}
    assert exceptions.toggled(closed, MONDAY) == C1


def test_where_nobody_works_a_day_gets_office_hours() -> None:
    assert exceptions.toggled({"tz": "UTC"}, MONDAY)["days"] == {"2026-03-09": ["09:00-18:00"]}


dates = st.dates(date(2025, 12, 20), date(2026, 1, 20))
hours = st.sampled_from([[], ["09:00-18:00"], ["10:00-14:00"], ["22:00-06:00"]])
definitions = st.builds(
    lambda single, yearly, country: {
        **office("Europe/Berlin", "09:00-18:00"),
        "days": {"2025-12-24..2025-12-30": [], **{day.isoformat(): lines for day, lines in single.items()}},
        "yearly": {"12-31..01-02": [], **{day.isoformat()[5:]: lines for day, lines in yearly.items()}},
        "country": country,
    },
    st.dictionaries(dates, hours, max_size=4),
    st.dictionaries(dates, hours, max_size=3),
    st.sampled_from(["", "DE"]),
)


@given(definitions, dates)
def test_a_toggle_always_turns_the_day_and_no_other(definition: dict[str, Any], day: date) -> None:
    turned = exceptions.toggled(definition, day)
    assert is_open(turned, day) is not is_open(definition, day)
    assert is_open(exceptions.toggled(turned, day), day) is is_open(definition, day)
    for other in (day + timedelta(days=step) for step in range(-9, 10) if step):
        assert parse(turned).on(other) == parse(definition).on(other)


@given(definitions, dates)
def test_the_line_that_decides_is_the_one_that_the_engine_follows(
    definition: dict[str, Any], day: date
) -> None:
    source = exceptions.source_of(definition, day)
    if source is not None:
        bare = exceptions.without(definition, source.section, [source.key])
        assert parse(definition).on(day) == typed_hours.spans(source.lines)
        assert exceptions.source_of(bare, day) != source


@pytest.mark.parametrize(
    ("entry", "key"),
    [
        (Entry(MONDAY, MONDAY), "2026-03-09"),
        (Entry(MONDAY, SATURDAY), "2026-03-09..2026-03-14"),
        (Entry(date(2000, 12, 31), date(2000, 1, 8), (), True), "12-31..01-08"),
        (Entry(date(2000, 2, 29), date(2000, 2, 29), (), True), "02-29"),
    ],
)
def test_a_line_is_named_as_in_the_definition(entry: Entry, key: str) -> None:
    assert entry.key == key
    assert exceptions.entry_of(entry.section, key, entry.lines) == entry
    assert exceptions.entries(exceptions.put(C1, entry), entry.section) == [entry]
    assert exceptions.without(exceptions.put(C1, entry), entry.section, [key]) == C1
    parse(exceptions.put(C1, entry))


def test_a_range_over_new_year_covers_both_its_ends() -> None:
    winter = Entry(date(2000, 12, 31), date(2000, 1, 8), (), True)
    assert [winter.covers(date(2031, month, day)) for month, day in ((12, 30), (12, 31), (1, 8), (1, 9))] == [
        False,
        True,
        True,
        False,
    ]
