from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import TimeUnreadable
from contracts.time.duration_input import parse_minutes


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("80", 80),
        ("1:20", 80),
        ("0:05", 5),
        ("1h 20m", 80),
        ("1h20m", 80),
        ("1h20", 80),
        ("1H 20M", 80),
        ("2h", 120),
        ("2 hours", 120),
        ("1 h 20 min", 80),
        ("45 min.", 45),
        ("1.5h", 90),
        ("1,5 ч", 90),
        ("0,33 ч", 20),
        ("1ч 20м", 80),
        ("2 часа", 120),
        ("1 час 5 минут", 65),
        ("1 hora 5 minutos", 65),
        ("  90m  ", 90),
        ("1\u00a0ч\u00a020\u00a0мин", 80),
    ],
)
def test_the_usual_ways_of_writing_time_are_read(text: str, minutes: int) -> None:
    assert parse_minutes(text) == minutes


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-30",
        "-1h",
        "1.5",
        "1:75",
        "1h 75m",
        "1:2:3",
        "h",
        "soon",
        "1d",
        "0",
        "0h",
        "1h -5m",
        "1e3",
        "٣",
    ],
)
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(TimeUnreadable, match="1h 20m, 1:20, 80"):
        parse_minutes(text)


@given(st.integers(0, 999), st.integers(0, 59))
def test_every_form_of_one_time_means_the_same(hours: int, rest: int) -> None:
    if hours + rest == 0:
        return
    forms = [f"{hours}:{rest:02}", f"{hours}h {rest}m", f"{hours}ч{rest}м", str(hours * 60 + rest)]
    assert {parse_minutes(form) for form in forms} == {hours * 60 + rest}


@given(st.text(max_size=40))
def test_any_text_is_either_read_or_refused(text: str) -> None:
    with suppress(TimeUnreadable):
        assert parse_minutes(text) > 0
