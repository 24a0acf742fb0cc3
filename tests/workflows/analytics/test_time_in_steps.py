"""From tasks to stays: parallel work is one stay, and only an idle stage waits for the client."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from workflows.analytics.time_in_steps import Span, stays

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)


def at(minute: int) -> datetime:
    return NINE + timedelta(minutes=minute)


def span(name: str, entered: int, left: int, branch: str = "") -> Span:
    return Span(name, f"start/{branch}" if branch else "start", at(entered), at(left))


def told(*spans: Span) -> list[tuple[str, int]]:
    return [(stay.name, stay.seconds // 60) for stay in stays(spans)]


def test_steps_follow_one_another():
    assert told(span("accept", 0, 5), span("work", 5, 20)) == [("accept", 5), ("work", 15)]


def test_a_step_entered_twice_is_two_stays():
    assert told(span("work", 0, 5), span("work", 5, 9)) == [("work", 5), ("work", 4)]


def test_the_tasks_of_one_stage_are_one_stay_from_first_to_last():
    assert told(span("fulfil", 0, 5, "12_1"), span("fulfil", 0, 30, "12_2")) == [("fulfil", 30)]


def test_tasks_of_one_stage_that_touch_are_one_stay():
    assert told(span("fulfil", 0, 5, "12_1"), span("fulfil", 5, 9, "12_2")) == [("fulfil", 9)]


def test_stages_are_stays_of_their_own_even_when_they_touch():
    assert told(span("fulfil", 0, 5, "12_1"), span("fulfil", 5, 9, "17_1")) == [("fulfil", 5), ("fulfil", 4)]


def test_a_single_task_that_waits_for_the_client_is_three_stays():
    spans = [span("fulfil", 0, 5, "12_1"), span("fulfil_wait", 5, 9, "12_1"), span("fulfil", 9, 10, "12_1")]
    assert told(*spans) == [("fulfil", 5), ("wait_client", 4), ("fulfil", 1)]


def test_a_wait_beside_work_is_no_wait():
    spans = [
        span("fulfil", 0, 5, "12_1"),
        span("fulfil", 0, 20, "12_2"),
        span("fulfil_wait", 5, 30, "12_1"),
        span("fulfil", 30, 31, "12_1"),
    ]
    assert told(*spans) == [("fulfil", 20), ("wait_client", 10), ("fulfil", 1)]


minutes = st.integers(0, 60)
branches = st.lists(
    st.tuples(st.sampled_from(["fulfil", "fulfil_wait"]), minutes, minutes).map(
        lambda one: span(one[0], min(one[1:]), max(one[1:]), "12_1")
    ),
    max_size=8,
)


@given(branches)
def test_every_minute_of_a_stage_counts_once(spans):
    """Against a count minute by minute."""
    found = stays(spans)
    for minute in range(60):
        here = [one.name for one in spans if one.entered <= at(minute) < one.left]
        expected = [] if not here else ["fulfil"] if "fulfil" in here else ["wait_client"]
        assert [one.name for one in found if one.entered <= at(minute) < one.left] == expected
    assert [one.entered for one in found] == sorted(one.entered for one in found)
