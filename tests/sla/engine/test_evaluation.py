"""Facts that contradict each other or come late, and what is forgiven."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sla.engine.evaluation import evaluate
from sla.engine.facts import Cause, Fact, FactError, FactKind, State
from tests.sla.example_calendars import C1, HOUR, calendar, moscow

START = Fact(moscow("03-02 09:00"), FactKind.START, target=4 * HOUR, calendar=calendar(C1))


def fact(moment: str, kind: FactKind, seq: int = 0) -> Fact:
    return Fact(moscow(moment), kind, seq=seq)


def state_of(*facts: Fact) -> State:
    return evaluate([START, *facts]).state


def test_no_facts_no_clock() -> None:
    assert evaluate([]).state is State.NONE


def test_a_pause_within_a_pause_is_refused() -> None:
    with pytest.raises(FactError, match="paused already"):
        evaluate([START, fact("03-02 10:00", FactKind.PAUSE), fact("03-02 11:00", FactKind.PAUSE)])


def test_what_comes_before_the_start_is_refused() -> None:
    with pytest.raises(FactError, match="before the clock was started"):
        evaluate([START, fact("03-02 08:59", FactKind.PAUSE)])


@pytest.mark.parametrize("kind", [FactKind.PAUSE, FactKind.RESUME, FactKind.STOP, FactKind.CANCEL])
def test_a_clock_that_has_stopped_stays_as_it_is(kind: FactKind) -> None:
    assert state_of(fact("03-02 10:00", FactKind.STOP), fact("03-02 15:00", kind)) is State.MET


def test_facts_of_one_instant_follow_their_number() -> None:
    there = [fact("03-02 10:00", FactKind.PAUSE, 1)]
    back_and_there = [fact("03-02 11:00", FactKind.RESUME, 2), fact("03-02 11:00", FactKind.PAUSE, 3)]
    assert state_of(*there, *back_and_there) is State.PAUSED


def test_a_waived_promise_is_not_broken() -> None:
    cycle = evaluate([START, fact("03-02 15:00", FactKind.WAIVE)]).current
    assert cycle is not None
    assert (cycle.state, cycle.breached_at) == (State.CANCELLED, None)


def test_a_waived_clock_is_not_reopened() -> None:
    assert (
        state_of(fact("03-02 15:00", FactKind.WAIVE), fact("03-03 09:00", FactKind.REOPEN)) is State.CANCELLED
    )


def test_a_paused_clock_that_used_up_its_time_to_the_second_is_not_late() -> None:
    cycle = evaluate([START, fact("03-02 13:00", FactKind.PAUSE)], moscow("03-09 13:00")).current
    assert cycle is not None
    assert (cycle.state, cycle.remaining, cycle.breached_at) == (State.PAUSED, timedelta(0), None)


def test_the_deadline_at_closing_time_stays_that_day_whatever_changes_in_the_evening() -> None:
    late = Fact(moscow("03-02 14:00"), FactKind.START, target=4 * HOUR, calendar=calendar(C1))
    changed = Fact(moscow("03-02 19:00"), FactKind.RETARGET, target=4 * HOUR, calendar=calendar(C1))
    cycle = evaluate([late, changed]).current
    assert cycle is not None
    assert cycle.due_at == moscow("03-02 18:00")
    assert [breach.cause for breach in cycle.breaches] == [Cause.TIME]


@pytest.mark.parametrize(("hours", "due"), [(8, "03-02 18:00"), (2, "03-02 11:00")])
def test_a_second_target_counts_with_what_was_used(hours: int, due: str) -> None:
    changed = Fact(moscow("03-02 10:00"), FactKind.RETARGET, target=hours * HOUR)
    paused = [fact("03-02 12:00", FactKind.PAUSE), fact("03-02 13:00", FactKind.RESUME)]
    cycle = evaluate([START, changed, *paused]).current
    assert cycle is not None
    assert cycle.due_at == moscow(due)


def test_as_of_a_moment_later_facts_are_left_out() -> None:
    facts = [START, fact("03-02 10:00", FactKind.PAUSE), fact("03-02 12:00", FactKind.RESUME)]

    def remaining(at: datetime) -> timedelta:
        cycle = evaluate(facts, at).current
        assert cycle is not None
        return cycle.remaining

    assert [remaining(moscow(f"03-02 {hour}:00")) for hour in (11, 13)] == [3 * HOUR, 2 * HOUR]
