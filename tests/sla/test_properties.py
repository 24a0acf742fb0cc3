"""What holds for any calendar, moment and life, tried with hypothesis."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from sla.facts import Fact, FactKind, Rule
from sla.reckoning import reckon
from sla.worktime import WorkTime, compiled, micros
from tests.sla.calendars import ALL_DAYS

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
    """Up to three stretches; the last may run into the night."""
    edges = sorted(draw(st.sets(st.integers(0, 23 * 60 + 59), max_size=6)))
    if len(edges) % 2:
        edges.pop()
    pairs = list(zip(edges[::2], edges[1::2], strict=True))
    return [f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in pairs]


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, Any]:
    week = {day: draw(day_hours()) for day in ALL_DAYS}
    week["wed"] = week["wed"] or ["09:00-18:00"]  # somebody works
    closed = draw(st.sets(st.integers(1, 28), max_size=4))
    days: dict[str, list[str]] = {f"2026-03-{day:02}": [] for day in closed}
    return {"tz": draw(st.sampled_from(ZONES)), "week": week, "days": days}


calendars = definitions().map(compiled)
moments = st.integers(0, 2 * 365 * 86_400).map(
    lambda s: datetime(2025, 6, 1, tzinfo=UTC) + timedelta(seconds=s)
)
amounts = st.integers(1, 300 * 3600 * 10**6).map(lambda us: timedelta(microseconds=us))


@given(calendars, moments, amounts)
@settings(max_examples=60, deadline=None)
def test_what_was_added_is_what_lies_between(calendar: WorkTime, start: datetime, amount: timedelta) -> None:
    due = calendar.add(start, amount)
    assert calendar.between(start, due) == amount
    assert calendar.between(start, due - timedelta(microseconds=1)) < amount  # and not a moment earlier


@given(calendars, moments, amounts, amounts)
@settings(max_examples=60, deadline=None)
def test_more_time_is_a_later_deadline(
    calendar: WorkTime, start: datetime, amount: timedelta, more: timedelta
) -> None:
    due = calendar.add(start, amount)
    assert calendar.add(start, amount + more) > due
    assert calendar.add(due, more) == calendar.add(start, amount + more)
    assert calendar.add(start + more, amount) >= due


@given(calendars, st.lists(st.tuples(moments, amounts), min_size=1, max_size=20))
@settings(max_examples=40, deadline=None)
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


def first_shown(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The first minute at which the clocks on the wall show this time or a later one."""
    wanted = datetime.combine(day, time()) + timedelta(minutes=minute)
    instant = (wanted - timedelta(hours=15)).replace(tzinfo=UTC)
    while instant.astimezone(zone).replace(tzinfo=None) < wanted:
        instant += MINUTE
    return instant


def counted_naively(definition: dict[str, Any], start: datetime, end: datetime) -> timedelta:
    """Walk through all the minutes, one after the other."""
    zone, worked = ZoneInfo(definition["tz"]), set()
    day = start.date() - timedelta(days=2)
    while day <= end.date() + timedelta(days=2):
        spans = definition["days"].get(day.isoformat(), definition["week"][ALL_DAYS[day.weekday()]])
        for span in spans:
            opens, closes = (int(edge[:2]) * 60 + int(edge[3:]) for edge in span.split("-"))
            instant, last = first_shown(day, opens, zone), first_shown(day, closes, zone)
            while instant < last:
                worked.add(instant)
                instant += MINUTE
        day += timedelta(days=1)
    return sum(start <= minute < end for minute in worked) * MINUTE


# Around the days on which some zone of these changes its clocks
changes = st.sampled_from(
    [date(2026, 3, 8), date(2026, 3, 29), date(2026, 4, 5), date(2026, 4, 24), date(2026, 10, 25)]
)


@given(definitions(), changes, st.integers(0, 2 * 1440), st.integers(1, 2 * 1440))
@settings(max_examples=25, deadline=None)
def test_a_naive_count_of_the_minutes_comes_to_the_same(
    definition: dict[str, Any], day: date, offset: int, length: int
) -> None:
    start = datetime.combine(day, time(), UTC) + timedelta(minutes=offset - 1440)
    end = start + timedelta(minutes=length)
    assert compiled(definition).between(start, end) == counted_naively(definition, start, end)


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


@given(lives(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_storage_changes_nothing(facts: list[Fact], random: Any) -> None:
    shuffled = list(facts)
    random.shuffle(shuffled)
    assert reckon(shuffled) == reckon(facts)


@given(lives(), moments)
@settings(max_examples=60, deadline=None)
def test_a_clock_is_late_exactly_when_it_used_more_than_its_target(facts: list[Fact], at: datetime) -> None:
    for cycle in reckon(facts, at).cycles:
        if cycle.state == "breached":
            assert cycle.elapsed >= cycle.target
            assert cycle.breached_at is not None
        elif cycle.state in ("met", "running"):
            assert cycle.elapsed <= cycle.target
        if cycle.state == "paused":
            assert cycle.due_at is None
