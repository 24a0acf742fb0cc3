"""The grid: what is inherited, what is written into a version, and back again."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Kind
from sla.engine.selection import choose
from sla.models import PolicyCell
from sla.policies.matrix import grid, target_text
from sla.policies.matrix.inheritance import COLUMNS, PRIORITIES, TARGETS, Lineage, Row
from tests.sla.policies.rows import cell, row

H = timedelta(hours=1)
NOTHING = timedelta(0)


def built(rows: list[Row]) -> list[PolicyCell]:
    cells, errors = grid.build_cells(rows)
    assert errors == []
    return cells


def published(rows: list[Row]) -> Any:
    """A version with these rows that was never saved."""
    cells = built(rows)
    for number, one in enumerate(cells):
        one.pk = number
    return SimpleNamespace(cells=SimpleNamespace(all=lambda: cells))


def for_ticket(rows: list[Row], kind: str, priority: int, service: int | None = None) -> PolicyCell | None:
    return choose(built(rows), kind=kind, priority=priority, service_id=service)


def test_an_empty_field_takes_the_next_less_specific_value() -> None:
    rows = [row("*", any="8h _ 5d"), row("incident", p1="15m 1h _"), row("incident", 7, p1="_ 30m _")]
    lineage = Lineage(rows)
    assert lineage.inherited((2, "1", "first_response")) == "15m"
    assert lineage.inherited((2, "1", "resolution")) == "5d"
    assert lineage.source((2, "1", "resolution")) == (0, "*", "resolution")
    assert lineage.inherited((2, "2", "next_response")) == ""
    assert lineage.effective((2, "1", "next_response")) == "30m"


def test_a_service_for_any_type_does_not_inherit_from_one_type() -> None:
    lineage = Lineage([row("incident", p1="15m 1h 4h"), row("*", 7), row("*", p1="_ _ 2d")])
    assert lineage.inherited((1, "1", "first_response")) == ""
    assert lineage.inherited((1, "1", "resolution")) == "2d"


def test_among_equals_the_next_rank_is_asked() -> None:
    lineage = Lineage([row("incident", 7, rank=5, p1="_ _ 4h"), row("incident", 7, rank=1)])
    assert lineage.inherited((1, "1", "resolution")) == "4h"
    assert lineage.inherited((0, "1", "first_response")) == ""


def test_inherited_promises_are_written_and_named() -> None:
    rows = [row("incident", p1="15m 1h 1d.4h"), row("incident", 7, p1="_ 30m _")]
    mine = for_ticket(rows, "incident", 1, 7)
    assert mine is not None
    assert (mine.first_response, mine.next_response, mine.resolution) == (H / 4, H / 2, 4 * H)
    assert mine.days == {"resolution": 1}
    assert mine.inherited == ["first_response", "resolution"]


def test_a_dash_is_no_clock_even_if_a_less_specific_row_has_one() -> None:
    mine = for_ticket([row("incident", p1="15m 1h 4h"), row("incident", 7, p1="– - 2h")], "incident", 1, 7)
    assert mine is not None
    assert (mine.first_response, mine.next_response, mine.resolution) == (None, None, 2 * H)


def test_an_empty_cell_of_a_row_like_the_rest_needs_no_row_in_the_version() -> None:
    rows = [row("incident", p1="15m 1h 4h", p2="1h 2h 8h"), row("incident", 7, p1="_ _ 2h")]
    assert [(one.service_id, one.priority) for one in built(rows)] == [(None, 1), (None, 2), (7, 1)]


def test_a_calendar_of_its_own_holds_for_the_inherited_cells_too() -> None:
    rows = [row("incident", p1="15m 1h 4h", p2="1h 2h 8h"), row("incident", 7, calendar=3, p1="_ _ 2h")]
    mine = for_ticket(rows, "incident", 2, 7)
    assert mine is not None
    assert (mine.calendar_id, mine.resolution) == (3, 8 * H)
    assert mine.inherited == list(TARGETS)


def test_a_row_without_own_values_stays_in_the_matrix() -> None:
    rows = [row("incident", p1="15m 1h 4h"), row("incident", 7)]
    assert [(one["service"], one["cells"].keys()) for one in grid.rows_of(published(rows))] == [
        (None, {"1"}),
        (7, {"1"}),
    ]


def test_what_holds_for_any_priority_does_not_hide_a_more_general_promise() -> None:
    """The row for any priority is more specific than the default of P1, and lacks its first response."""
    rows = [row("incident", p1="15m 1h 4h"), row("incident", 7, any="_ _ 2d")]
    mine = for_ticket(rows, "incident", 1, 7)
    assert mine is not None
    assert (mine.first_response, mine.days) == (H / 4, {"resolution": 2})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1 day", "“1 day” is not a duration"),
        ("-2h", "“-2h” is not a duration"),
        ("2", "“2” is not a duration"),
        ("4h 1d", "is not a duration"),
        ("0h", "must be longer than zero"),
        ("1001d", "too long"),
        ("99999h", "too long"),
    ],
)
def test_a_wrong_text_is_named_with_its_place(text: str, said: str) -> None:
    rows = [row(p1="1h 1h 1h"), row("incident", 7, p2=f"_ _ {text.replace(' ', '.')}")]
    cells, errors = grid.build_cells(rows)
    assert cells == []
    assert [(one.row, one.column, one.target) for one in errors] == [(1, "2", "resolution")]
    assert said in errors[0].sentence


@pytest.mark.parametrize(
    ("typed", "neat"),
    [
        ("90m", "1h 30m"),
        (" 1d4h ", "1d 4h"),
        ("24h", "24h"),
        ("1d", "1d"),
        (" eod+1 ", "eod+1"),
        ("-", "–"),
        ("", ""),
        ("  1   day ", "1 day"),
        ("x" * 500, "x" * 60),
        ("4\x00h\u202e", "4h"),
    ],
)
def test_texts_are_kept_in_one_spelling(typed: str, neat: str) -> None:
    assert target_text.neat(typed) == neat


def test_two_rows_for_the_same_tickets_are_refused() -> None:
    twins = [row("incident", 7, p1="1h 1h 1h"), row("incident", 7, p1="2h 2h 2h")]
    cells, errors = grid.build_cells(twins)
    assert (cells, [one.row for one in errors]) == ([], [1])
    twins[1]["rank"] = 1
    assert len(built(twins)) == 2


def test_a_service_or_calendar_that_is_gone_is_named() -> None:
    rows = [row("incident", 7, calendar=3, p1="1h 1h 1h")]
    sentences = [one.sentence for one in grid.build_cells(rows, services=[], calendars=[])[1]]
    assert [sentence.split(" does")[0] for sentence in sentences] == ["This service", "This calendar"]
    assert grid.build_cells(rows, services=[7], calendars=[3])[1] == []


def test_rows_whose_options_differ_by_priority_come_back_as_two() -> None:
    rows = [row(p1="1h 1h 1h"), row(p2="2h 2h 2h", calendar=3)]
    assert grid.rows_of(published(rows)) == rows


TEXTS = st.sampled_from(["", "", "", "–", "15m", "4h", "1d", "1d 4h"])
CELLS = st.fixed_dictionaries(dict.fromkeys(TARGETS, TEXTS))
ROWS = st.builds(
    lambda cells, calendar: (
        {"cells": cells, "calendar": calendar, "pause_in": ["waiting_client"]}
        | {"at_risk_percent": 80, "retarget": "keep", "reopen": "continue"}
    ),
    st.dictionaries(st.sampled_from(COLUMNS), CELLS),
    st.sampled_from([None, 3]),
)
KEYS = st.tuples(st.sampled_from(grid.KINDS), st.sampled_from([None, 7, 8]), st.sampled_from([0, 1]))


@st.composite
def grids(draw: st.DrawFn) -> list[Row]:
    keys = draw(st.lists(KEYS, unique=True, max_size=7))
    rows = [draw(ROWS) | {"kind": kind, "service": service, "rank": rank} for kind, service, rank in keys]
    return grid.ordered(rows)


@given(grids())
def test_what_the_screen_shows_is_what_a_ticket_gets(rows: list[Row]) -> None:
    """The strongest row that says or inherits anything for a ticket is the one that is chosen for it."""
    cells, lineage = built(rows), Lineage(rows)
    for kind in Kind.values:
        for column in PRIORITIES:
            for service in (None, 7, 8, 9):
                chosen = choose(cells, kind=kind, priority=int(column), service_id=service)
                if chosen is None:
                    continue
                number = next(n for n, one in enumerate(rows) if _is_of(one, chosen))
                at = str(chosen.priority or "*")
                shown = {name: lineage.effective((number, at, name)) for name in TARGETS}
                assert shown == {name: _said(chosen, name, shown[name]) for name in TARGETS}


@given(grids())
def test_publishing_and_reading_again_gives_the_same_version(rows: list[Row]) -> None:
    once = grid.rows_of(published(rows))
    assert [grid.as_fields(one) for one in built(once)] == [grid.as_fields(one) for one in built(rows)]
    assert grid.rows_of(published(once)) == once


def _is_of(one: Row, chosen: PolicyCell) -> bool:
    return (one["kind"], one["service"], one["rank"]) == (chosen.kind, chosen.service_id, chosen.rank)


def _said(chosen: PolicyCell, promise: str, shown: str) -> str:
    if getattr(chosen, promise) is None:
        return shown if shown in {"", "–"} else "no clock"
    return str(target_text.Amount(chosen.days.get(promise, 0), getattr(chosen, promise)))


def test_the_helper_reads_its_own_shorthand() -> None:
    assert cell("15m _ 1d.4h") == {"first_response": "15m", "next_response": "", "resolution": "1d 4h"}
