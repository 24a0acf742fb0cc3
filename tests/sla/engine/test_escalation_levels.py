"""Levels as they are written, and when a clock reaches them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from sla.engine.escalation_levels import (
    MOST_LEVELS,
    LevelError,
    as_json,
    parse,
    parse_level,
    parse_threshold,
)
from sla.engine.escalation_plan import plan_of
from sla.models import Policy, PolicyVersion
from tests.sla.example_calendars import HOUR

DAY = 9 * HOUR


def level(threshold: str = "80%", **more: Any) -> dict[str, Any]:
    key = threshold.replace("%", "_percent").replace("+", "after_")
    return {"key": key, "clock": "resolution", "threshold": threshold, "tell": ["assignee"], **more}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("80%", "80%"),
        (" 080 % ", "80%"),
        ("0", "100%"),
        ("100%", "100%"),
        ("-1h", "-1h"),
        ("\u2212 1h", "-1h"),
        ("+ 1d  4h", "+1d 4h"),
        ("+0m", "100%"),
        ("150%", "150%"),
    ],
)
def test_a_threshold_has_one_short_form(written: str, meant: str) -> None:
    assert parse_threshold(written) == meant


@pytest.mark.parametrize(
    "wrong", ["", "80", "1h", "0%", "1001%", "-1 day", "+1.5h", "%", "-", None, 80, "+99999d 99999h 99999m"]
)
def test_what_is_no_threshold_is_refused_with_an_example(wrong: Any) -> None:
    with pytest.raises(LevelError) as refusal:
        parse_threshold(wrong, "1.threshold")
    assert refusal.value.path == "1.threshold"
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ({}, ""),
        ([1], "0"),
        ([level(key="")], "0.key"),
        ([level(key="a/b")], "0.key"),
        ([level(), level("90%", key="80_percent")], "1.key"),
        ([level(clock="life")], "0.clock"),
        ([level(), level(key="b")], "1.threshold"),
        ([level(), level(key="b", clock="any")], "1.threshold"),
        ([level(tell="assignee")], "0.tell"),
        ([level(tell=["the boss"])], "0.tell"),
        ([level(tell=["user:0"])], "0.tell"),
        ([level(tell=[])], "0.tell"),
        ([level(raise_priority="yes")], "0.raise_priority"),
        ([level(reassign_to="2")], "0.reassign_to"),
        ([level(reassign_to=True)], "0.reassign_to"),
        ([level(colour="red")], "0.colour"),
        ([level(f"{number}%") for number in range(1, MOST_LEVELS + 2)], ""),
    ],
)
def test_the_place_of_a_fault_is_named(raw: Any, path: str) -> None:
    with pytest.raises(LevelError) as refusal:
        parse(raw)
    assert refusal.value.path == path
    assert refusal.value.template % refusal.value.params in str(refusal.value)


def test_levels_come_in_order_and_are_written_as_they_were_read() -> None:
    levels = parse([level("+2h"), level("0"), level("-1h"), level("80%")])
    assert [each.threshold for each in levels] == ["80%", "-1h", "100%", "+2h"]
    assert [parse_level(as_json(each)) for each in levels] == list(levels)


def test_other_clocks_may_have_a_level_at_the_same_threshold() -> None:
    assert len(parse([level(), level(key="b", clock="first_response")])) == 2


def reached(target: timedelta, *thresholds: str) -> list[tuple[str, timedelta]]:
    plan = plan_of([level(threshold) for threshold in thresholds], "resolution", target, DAY)
    return [(each.threshold, amount) for amount, each in plan]


def test_thresholds_are_working_time_and_their_order_depends_on_the_target() -> None:
    assert reached(4 * HOUR, "80%", "-1h", "0", "+1d") == [
        ("-1h", 3 * HOUR),
        ("80%", 3.2 * HOUR),
        ("100%", 4 * HOUR),
        ("+1d", 13 * HOUR),
    ]
    assert reached(10 * HOUR, "80%", "-1h") == [("80%", 8 * HOUR), ("-1h", 9 * HOUR)]


def test_a_level_longer_before_the_deadline_than_the_target_is_never_reached() -> None:
    assert reached(4 * HOUR, "-9h", "-4h", "-239m") == [("-239m", timedelta(minutes=1))]


def test_a_level_is_for_its_clock_or_for_any() -> None:
    levels = [level(clock="any"), level("90%", clock="first_response")]
    assert len(plan_of(levels, "first_response", HOUR, DAY)) == 2
    assert len(plan_of(levels, "resolution", HOUR, DAY)) == 1


def test_wrong_levels_cannot_be_published(db: None) -> None:
    version = PolicyVersion(policy=Policy.objects.create(name="Gold"), number=1, escalation=[level("soon")])
    with pytest.raises(ValidationError, match="no threshold"):
        version.full_clean()
