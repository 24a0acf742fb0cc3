from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date, timedelta

import pytest

from reports import charts
from reports.report import Column, Line, Measure, Series, Table
from reports.value_text import written

FIRST = date(2025, 1, 1)


def series(numbers: list[int], late: list[int] | None = None) -> Series:
    points = [(FIRST + timedelta(days=place), number) for place, number in enumerate(numbers)]
    return Series("Requests per day", "Requests", points, "Overdue" if late else "", late or [])


def drawing(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def shapes(svg: str, name: str) -> list[ET.Element]:
    return [each for each in drawing(svg).iter() if each.get("class") == name]


def test_few_days_are_columns_with_the_late_part_on_top() -> None:
    svg = charts.over_time(series([4, 0, 2], [1, 0, 0]))
    good, late = shapes(svg, "b1"), shapes(svg, "late")
    assert len(good) == 3
    assert len(late) == 1
    # the late part stands on the good one: 3 of 4 below, 1 above
    assert float(late[0].get("y", 0)) + float(late[0].get("height", 0)) == pytest.approx(
        float(good[0].get("y", 0))
    )


def test_two_months_are_a_line_by_day() -> None:
    (line,) = shapes(charts.over_time(series([1] * 60)), "l1")
    assert len(line.get("points", "").split()) == 60


def test_a_year_is_summed_by_week_and_ten_years_by_month() -> None:
    (weeks,) = shapes(charts.over_time(series([1] * 365)), "l1")
    assert len(weeks.get("points", "").split()) == 53
    (months,) = shapes(charts.over_time(series([1] * 3650)), "l1")
    assert len(months.get("points", "").split()) == 120


def test_a_chart_says_its_figures_in_words() -> None:
    words = drawing(charts.over_time(series([1, 5, 2], [0, 2, 0]))).get("aria-label")
    assert words == "Requests per day: 8 in all. Overdue: 2. Most on 2 Jan 2025: 5."


def test_a_chart_without_anything_is_still_a_chart() -> None:
    svg = charts.over_time(series([0, 0]))
    assert shapes(svg, "late") == []
    assert drawing(svg).get("aria-label") == "Requests per day: 0 in all."


@pytest.mark.parametrize(
    ("most", "marks"), [(0, [0, 1]), (4, [0, 1, 2, 3, 4]), (5, [0, 2, 4, 6]), (34, [0, 10, 20, 30, 40])]
)
def test_the_scale_has_whole_even_steps(most: int, marks: list[int]) -> None:
    assert list(charts._scale(most))[: len(marks)] == marks
    assert charts._scale(most)[-1] >= most


@pytest.mark.parametrize("most", [1, 3, 7, 99, 101, 1_234, 98_765])
def test_the_scale_always_holds_the_most_in_few_steps(most: int) -> None:
    scale = charts._scale(most)
    assert most <= scale[-1] < 3 * most + 4
    assert 2 <= len(scale) <= 5


def test_bars_show_shares_and_escape_labels() -> None:
    columns = [Column("a", "A"), Column("b", "B", Measure.COUNT), Column("c", "C", Measure.SHARE)]
    table = Table("a", "Marks", columns, [Line(["<5>", 3, 0.75], {}), Line(["4", 1, 0.25], {})], bars=True)
    svg = charts.bars(table)
    assert [bar.get("width") for bar in shapes(svg, "b1")] == ["300.0", "100.0"]
    assert drawing(svg).get("aria-label") == "Marks. <5>: 3 (75.0 %); 4: 1 (25.0 %)"


def test_numbers_are_rounded_not_cut_off() -> None:
    assert written(6 / 70, Measure.SHARE) == "8.6 %"
    assert written(4.666, Measure.AVERAGE) == "4.67"
    assert written(None, Measure.SHARE) == "–"
