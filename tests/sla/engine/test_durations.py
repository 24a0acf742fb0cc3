"""Durations of the matrix (R8)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sla.engine.durations import DurationError, parse, write

DAY = timedelta(hours=9)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("30m", 30),
        ("4h", 240),
        ("1d 4h", 780),
        ("24h", 1440),
        ("2d", 1080),
        ("1h30m", 90),
        (" 4h ", 240),
        ("0m", 0),
    ],
)
def test_a_day_is_a_working_day_of_the_calendar(text: str, minutes: int) -> None:
    assert parse(text, DAY) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "text", ["", "1 day", "-2h", "4", "4H", "1.5h", "4h 1d", "30s", "2 working days", None, 4]
)
def test_anything_else_is_refused_with_an_example(text: object) -> None:
    with pytest.raises(DurationError, match="4h"):
        parse(text, DAY)


@pytest.mark.parametrize("text", ["30m", "4h", "1d 4h", "3d 8h 59m", "0m"])
def test_what_is_written_can_be_read(text: str) -> None:
    assert write(parse(text, DAY), DAY) == text
