"""What holds for any calendar, moment and life, tried with hypothesis."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sla.engine.evaluation import evaluate
from sla.engine.facts import Fact, FactKind, Rule
from sla.engine.worktime import CalendarError, WorkTime, compiled, micros
from tests.profiles import examples
from tests.sla.example_calendars import ALL_DAYS
from tests.sla.simulation.oracle import minute_of, open_minutes

MINUTE = timedelta(minutes=1)
# Clocks of an hour, of half an hour, at midnight, and none
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "America/St_Johns",
    "UTC",
]


@st.composite
def day_hours(draw: st.DrawFn) -> list[str]:
    """Up to three stretches; the last may run into the night, or to its end."""
    edges = sorted(draw(st.sets(st.integers(0, 23 * 60 + 59), max_size=6)))
    night = draw(st.sampled_from([24 * 60, *range(10, 5 * 60, 70)]))
    if len(edges) % 2:
        edges.append(night if night != edges[-1] else 24 * 60)
    pairs = list(zip(edges[::2], edges[1::2], strict=True))
    return [f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in pairs]


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, Any]:
    week = {day: draw(day_hours()) for day in ALL_DAYS}
    week["wed"] = week["wed"] or ["09:00-18:00"]  # somebody works
    closed = draw(st.sets(st.integers(1, 28), max_size=4))
    days: dict[str, list[str]] = {f"2026-03-{day:02}": [] for day in closed}
    yearly = {"03-30": ["10:00-11:30"], "10-26": []} if draw(st.booleans()) else {}
    definition = {"tz": draw(st.sampled_from(ZONES)), "week": week, "days": days, "yearly": yearly}
    try:
        compiled(definition)
    except CalendarError as error:
        assume("run into" not in str(error))  # a night into an earlier opening
        raise
    return definition


calendars = definitions().map(compiled)
moments = st.integers(0, 2 * 365 * 86_400).map(
    lambda s: datetime(2025, 6, 1, tzinfo=UTC) + timedelta(seconds=s)
)
amounts = st.integers(1, 300 * 3600 * 10**6).map(lambda us: timedelta(microseconds=us))


@given(calendars, moments, amounts)
@settings(max_examples=examples(60), deadline=None)
def test_what_was_added_is_what_lies_between(calendar: WorkTime, start: datetime, amount: timedelta) -> None:
    due = calendar.add(start, amount)
    assert calendar.between(start, due) == amount
    assert calendar.between(start, due - timedelta(microseconds=1)) < amount  # and not a moment earlier


@given(calendars, moments, amounts, amounts)
@settings(max_examples=examples(60), deadline=None)
def test_more_time_is_a_later_deadline(
    calendar: WorkTime, start: datetime, amount: timedelta, more: timedelta
) -> None:
    due = calendar.add(start, amount)
    assert calendar.add(start, amount + more) > due
    assert calendar.add(due, more) == calendar.add(start, amount + more)
    assert calendar.add(start + more, amount) >= due


@given(calendars, st.lists(st.tuples(moments, amounts), min_size=1, max_size=20))
@settings(max_examples=examples(40), deadline=None)
def test_arrays_agree_with_single_answers(
    calendar: WorkTime, asked: list[tuple[datetime, timedelta]]
) -> None:
    starts = [micros(start) for start, _ in asked]
    due = calendar.add_many(starts, [amount // timedelta(microseconds=1) for _, amount in asked])
    assert due.tolist() == [micros(calendar.add(start, amount)) for start, amount in asked]
    ends = list(reversed(starts))
    spent = calendar.between_many(starts, ends).tolist()
    singles = [
        calendar.between(start, end) // timedelta(microseconds=1)
        for (start, _), (end, _) in zip(asked, reversed(asked), strict=True)
    ]
    assert spent == singles


def counted_naively(definition: dict[str, Any], start: datetime, end: datetime) -> timedelta:
    """Walk through all the minutes, one after the other."""
    worked = open_minutes(json.dumps(definition), minute_of(start))
    return sum(minute in worked for minute in range(minute_of(start), minute_of(end))) * MINUTE


# Around the days on which some zone of these changes its clocks
changes = st.sampled_from(
    [date(2026, 3, 8), date(2026, 3, 29), date(2026, 4, 5), date(2026, 4, 24), date(2026, 10, 25)]
)


@given(definitions(), changes, st.integers(0, 2 * 1440), st.integers(1, 2 * 1440))
@settings(max_examples=examples(25), deadline=None)
def test_a_naive_count_of_the_minutes_comes_to_the_same(
    definition: dict[str, Any], day: date, offset: int, length: int
) -> None:
    start = datetime.combine(day, time(), UTC) + timedelta(minutes=offset - 1440)
    end = start + timedelta(minutes=length)
    calendar = compiled(definition)
    worked = calendar.between(start, end)
    assert worked == counted_naively(definition, start, end)
    pieces = calendar.intervals(start, end)
    assert sum((until - since for since, until in pieces), timedelta()) == worked


@st.composite
def lives(draw: st.DrawFn) -> list[Fact]:
    """A clock that is started, paused and resumed, given other targets, perhaps stopped and re-opened."""
    calendar = draw(calendars)
    steps = sorted(draw(st.lists(moments, min_size=1, max_size=9, unique=True)))
    hour = timedelta(hours=1)
    facts = [Fact(steps[0], FactKind.START, target=8 * hour, calendar=calendar)]
    is_paused = False
    for moment in steps[1:-1]:
        kind = draw(st.sampled_from([FactKind.PAUSE, FactKind.RETARGET]))
        if kind is FactKind.RETARGET:
            rule = draw(st.sampled_from([Rule.KEEP, Rule.CHANGE, Rule.RECOMPUTE]))
            facts.append(Fact(moment, kind, target=draw(st.integers(1, 40)) * hour, rule=rule))
            continue
        facts.append(Fact(moment, FactKind.RESUME if is_paused else FactKind.PAUSE))
        is_paused = not is_paused
    if len(steps) > 1:
        facts.append(Fact(steps[-1], draw(st.sampled_from([FactKind.STOP, FactKind.CANCEL]))))
        facts.append(
            Fact(steps[-1] + hour, FactKind.REOPEN, rule=draw(st.sampled_from([Rule.CONTINUE, Rule.CYCLE])))
        )
    return facts


@given(calendars, st.lists(moments, min_size=3, max_size=11, unique=True), amounts)
@settings(max_examples=examples(60), deadline=None)
def test_pauses_only_put_the_deadline_off(
    calendar: WorkTime, told: list[datetime], target: timedelta
) -> None:
    start, *edges = sorted(told)
    facts = [Fact(start, FactKind.START, target=target, calendar=calendar)]
    facts += [Fact(at, FactKind.RESUME if n % 2 else FactKind.PAUSE) for n, at in enumerate(edges)]
    running = list(zip([start, *edges[1::2]], [*edges[::2], None], strict=False))
    cycle = evaluate(facts, edges[-1]).current
    assert cycle is not None
    passed = [calendar.between(since, min(until or edges[-1], edges[-1])) for since, until in running]
    assert cycle.elapsed == sum(passed, timedelta())
    due = cycle.due_at
    if due is None:
        assert cycle.state == "paused"
        return
    used = [calendar.between(since, min(until or due, due)) for since, until in running if since < due]
    assert sum(used, timedelta()) == target
    assert due >= calendar.add(start, target)
    assert any(since <= due and (until is None or due < until) for since, until in running)


@given(lives(), st.randoms(use_true_random=False))
@settings(max_examples=examples(60), deadline=None)
def test_the_order_of_storage_changes_nothing(facts: list[Fact], random: Any) -> None:
    shuffled = list(facts)
    random.shuffle(shuffled)
    assert evaluate(shuffled) == evaluate(facts)


@given(lives(), moments)
@settings(max_examples=examples(60), deadline=None)
def test_a_clock_is_late_exactly_when_it_used_more_than_its_target(facts: list[Fact], at: datetime) -> None:
    for cycle in evaluate(facts, at).cycles:
        if cycle.state == "breached":
            assert cycle.elapsed >= cycle.target
            assert cycle.breached_at is not None
        elif cycle.state in ("met", "running"):
            assert cycle.elapsed <= cycle.target
        if cycle.state == "paused":
            assert cycle.due_at is None
