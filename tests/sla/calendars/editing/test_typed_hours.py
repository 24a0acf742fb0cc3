"""Hours as they are typed into a text field."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.calendars.editing import typed_hours
from sla.calendars.editing.typed_hours import HoursError


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("09:00-18:00", ["09:00-18:00"]),
        ("9-18", ["09:00-18:00"]),
        ("9:30–13, 14.00 — 18:00", ["09:30-13:00", "14:00-18:00"]),
        ("09:00-13:00; 14:00-18:00", ["09:00-13:00", "14:00-18:00"]),
        ("22-6", ["22:00-06:00"]),
        ("0-24", ["00:00-24:00"]),
        ("", []),
        (" – ", []),
        ("-", []),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, lines: list[str]) -> None:
    assert typed_hours.read(text) == lines


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("nine to five", "“nine to five” is not a time range"),
        ("09:00", "“09:00” is not a time range"),
        ("9-25", "“09:00-25:00” is not a time range"),
        ("09:00-00:00", "The end of the day is “24:00”"),
        ("9-9", "is empty"),
        ("9-13, 12-18", "“12:00-18:00” overlaps"),
        ("9-18 <b>", "“9-18 <b>” is not"),
        ("٩-١٨", "is not a time range"),
    ],
)
def test_what_cannot_be_read_gets_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(HoursError, match=sentence.replace("(", r"\(")):
        typed_hours.read(text)


minutes = st.integers(0, 24 * 60 - 1)


@given(st.lists(minutes, min_size=2, max_size=8, unique=True).filter(lambda found: len(found) % 2 == 0))
def test_what_is_written_is_read_back(found: list[int]) -> None:
    times = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in sorted(found)]
    lines = [f"{opens}-{closes}" for opens, closes in zip(times[::2], times[1::2], strict=True)]
    assert typed_hours.read(typed_hours.write(lines)) == lines
    assert typed_hours.read(typed_hours.in_words(lines)) == lines


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(HoursError):
        typed_hours.spans(typed_hours.read(text))
