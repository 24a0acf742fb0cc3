"""The figures as the page draws and writes them."""

from __future__ import annotations

import pytest
from django.utils import translation

from catalog.models import Kind
from servicedesk.desk.analytics import heat_map, wording
from tests.desk.analytics.conftest import shown, summarised
from tests.desk.conftest import Cast
from tests.factories import (
    TicketFactory,
)
from workflows.flows.start import FLOWS

pytestmark = pytest.mark.django_db


def test_steps_sort_by_any_column(cast: Cast) -> None:
    summarised(cast.ticket(), stays="60>7200>3600>30")
    assert [row.label for row in shown(cast.admin)["steps"]] == ["Classify", "Accept", "Work", "Resolved"]
    by_median = shown(cast.admin, sort="median")
    assert [row.label for row in by_median["steps"]] == ["Accept", "Work", "Classify", "Resolved"]
    assert [one.label for one in by_median["headings"] if one.is_sorted] == ["Median"]


def test_loops_are_folded_in_the_name_of_a_way(cast: Cast) -> None:
    path = "accept>work>wait_client>review>work>wait_client>review>work>confirm"
    summarised(cast.ticket(), path, ">".join("1" * 9))
    assert shown(cast.admin)["paths"][0].label == (
        "Accept → (Work → Waiting for client → Answer received) ×2 → Work → Resolved"
    )


def test_long_figures_stand_in_two_rows_so_that_they_stay_in_their_box(cast: Cast) -> None:
    for seconds in (9480, 9540):
        summarised(cast.ticket(), stays=f"60>60>{seconds}>600")
    cast.admin.language = "ru"
    cast.admin.save()
    drawing = shown(cast.admin)["heat"]
    work = next(box for box in drawing.boxes if box.name == "work")
    assert len(work.notes) == 3
    assert max(len(note) for _y, note in work.notes) <= heat_map.NOTE


def test_each_box_of_the_picture_says_its_figures(cast: Cast) -> None:
    for seconds in (3600, 7200):
        summarised(cast.ticket(), stays=f"60>60>{seconds}>600")
    drawing = shown(cast.admin)["heat"]
    work = next(box for box in drawing.boxes if box.name == "work")
    assert work.sentence == "Work: median 1h 30m, p90 1h 54m, 2 visits by 2 tickets."
    assert [note for _y, note in work.notes] == ["1h 30m · p90 1h 54m", "2 visits"]
    assert (work.shade, next(box for box in drawing.boxes if box.name == "classify").shade) == (5, 1)
    solved = next(way for way in drawing.ways if (way.line.source, way.line.target) == ("work", "confirm"))
    assert solved.text == "solved 100 %"
    assert solved.sentence == "Work → Resolved: 100 % of the tickets"


@pytest.mark.parametrize(
    ("median", "expected"),
    [(0, 0), (1, 1), (19, 1), (20, 2), (100, 3), (250, 4), (499, 4), (500, 5), (1000, 5)],
)
def test_the_shade_is_a_step_relative_to_the_slowest(median: float, expected: int) -> None:
    assert heat_map.shade(median, 1000) == expected


def test_nothing_is_shaded_when_no_time_was_spent() -> None:
    assert heat_map.shade(0, 0) == 0


@pytest.mark.parametrize("kind", Kind)
def test_every_process_can_be_drawn(cast: Cast, kind: str) -> None:
    summarised(TicketFactory(), "accept>work>confirm", "5>5>5", flow=FLOWS[kind].__name__)
    assert shown(cast.admin, process=kind)["heat"].boxes


@pytest.mark.parametrize("language", ["en", "ru", "es"])
def test_figures_are_written_for_people(language: str) -> None:
    with translation.override(language):
        comma = "." if language == "en" else ","
        assert wording.share(0.1234).startswith("12")
        assert wording.share(0.0123).startswith(f"1{comma}2")
        assert wording.share(0.0001).startswith(f"< 0{comma}1")
        assert wording.ratio(1.5) == f"1{comma}50"


def test_long_times_are_whole_hours() -> None:
    assert [wording.time(seconds) for seconds in (45, 3660, 35_999, 36_000, 37_900)] == [
        "45s",
        "1h 01m",
        "9h 59m",
        "10h",
        "11h",
    ]
