"""Our own SVG charts. One drawing serves page and paper.

Colours and sizes stand in attributes, because paper reads nothing else; on a page the
classes of the design system win over them. Every chart says its figures in words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from math import ceil, log10

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from reports.periods import Span
from reports.report import Series, Table
from reports.value_text import written

BRAND, BAD, GRID, INK, INK_2 = "#0b6583", "#b3261e", "#d9dee4", "#1b222b", "#4b5563"
_FONT = "Inter, Noto Sans, DejaVu Sans, sans-serif"
_WIDTH, _HEIGHT, _LEFT, _TOP, _BASE = 520, 132, 28, 14, 112
_MOST_COLUMNS, _MOST_LABELS, _MOST_DAYS, _MOST_WEEKS = 31, 12, 92, 400

Point = tuple[date, int, int]  # first day, number, how many of it are bad news


def over_time(series: Series, brand: str = BRAND) -> SafeString:
    """Draw one number a day; weeks or months when there are many days. Columns if few, else a line."""
    points, span = _gathered(series)
    draw = _columns if len(points) <= _MOST_COLUMNS else _line
    scale = _scale(max((number for _day, number, _bad in points), default=0))
    body = format_html("{}{}{}", _grid(scale), draw(points, scale[-1], brand), _day_labels(points, span))
    return _svg(_HEIGHT, _in_words(series, points), body)


def bars(table: Table, brand: str = BRAND) -> SafeString:
    """Draw the share of each line of `table` (columns: label, count, share) as a lying bar."""
    step, widest = 20, max((float(line.values[2] or 0) for line in table.lines), default=0)  # type: ignore[arg-type]
    rows = []
    for place, line in enumerate(table.lines):
        label, count, share = line.values[:3]
        part = float(share or 0)  # type: ignore[arg-type]
        width = round(300 * part / widest, 1) if widest else 0
        tail = f"{written(count, table.columns[1].measure)} ({written(part, table.columns[2].measure)})"
        rows.append((place * step, label, width, brand, INK, 76 + width, tail))
    body = format_html_join(
        "",
        '<g transform="translate(0 {})"><text x="60" y="13" text-anchor="end">{}</text>'
        '<rect class="b1" x="68" y="4" width="{}" height="12" fill="{}"/>'
        '<text class="hl" fill="{}" x="{}" y="13">{}</text></g>',
        rows,
    )
    words = "; ".join(f"{row[1]}: {row[6]}" for row in rows)
    return _svg(max(step * len(rows), step), f"{table.title}. {words}", body)


def _svg(height: int, words: str, body: SafeString) -> SafeString:
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" font-size="9" font-family="{}"'
        ' fill="{}" role="img" aria-label="{}">{}</svg>',
        _WIDTH, height, _FONT, INK_2, words, body,
    )  # fmt: skip


def _gathered(series: Series) -> tuple[list[Point], Span]:
    """Return the days as they are, or summed by week or month so that the drawing stays readable."""
    length = len(series.points)
    span = Span.DAY if length <= _MOST_DAYS else Span.WEEK if length <= _MOST_WEEKS else Span.MONTH
    part = series.part or [0] * length
    gathered: dict[date, tuple[int, int]] = {}
    for (day, number), bad in zip(series.points, part, strict=True):
        first = span.begins(day)
        so_far = gathered.get(first, (0, 0))
        gathered[first] = (so_far[0] + number, so_far[1] + bad)
    return [(day, *numbers) for day, numbers in gathered.items()], span


def _in_words(series: Series, points: Sequence[Point]) -> str:
    total = sum(number for _day, number, _bad in points)
    words = _("%(title)s: %(total)s in all.") % {"title": series.title, "total": total}
    if series.part_label:
        words += f" {series.part_label}: {sum(bad for _day, _number, bad in points)}."
    if total:
        day, most, _bad = max(points, key=lambda point: point[1])
        words += " " + _("Most on %(day)s: %(count)s.") % {"day": date_format(day, "j M Y"), "count": most}
    return words


def _scale(most: int) -> range:
    """Return the marks of the scale: zero and up to four even whole steps that hold `most`."""
    tens = 10 ** int(log10(max(most, 4) / 4))
    step = next(step for step in (tens, 2 * tens, 5 * tens, 10 * tens) if step * 4 >= most)
    return range(0, max(ceil(most / step), 1) * step + 1, step)


def _y(number: float, top: int) -> float:
    return round(_BASE - (_BASE - _TOP) * number / top, 1)


def _x(place: int, count: int) -> float:
    return round(_LEFT + (_WIDTH - _LEFT) * (place + 0.5) / count, 1)


def _grid(scale: range) -> SafeString:
    heights = ((mark, _y(mark, scale[-1])) for mark in scale)
    lines = ((_LEFT, y, _WIDTH, GRID, _LEFT - 6, y + 3, mark) for mark, y in heights)
    return format_html_join(
        "",
        '<path class="g" d="M{} {}H{}" stroke="{}" stroke-width=".7"/>'
        '<text x="{}" y="{}" text-anchor="end">{}</text>',
        lines,
    )


def _columns(points: Sequence[Point], top: int, brand: str) -> SafeString:
    width = round(min(40, (_WIDTH - _LEFT) / max(len(points), 1) * 0.7), 1)
    shapes = []
    for place, (_day, number, bad) in enumerate(points):
        x = _x(place, len(points))
        left, good = round(x - width / 2, 1), number - bad
        shapes.append(_column(left, width, _y(good, top), _BASE, "b1", brand, "none"))
        if bad:
            shapes.append(_column(left, width, _y(number, top), _y(good, top), "late", "none", BAD))
        if number:
            shapes.append(_number(x, _y(number, top) - 3, number))
    return format_html_join("", "{}", ((shape,) for shape in shapes))


def _number(x: float, y: float, number: int) -> SafeString:
    return format_html(
        '<text class="hl" font-weight="600" fill="{}" x="{}" y="{}" text-anchor="middle">{}</text>',
        INK, x, y, number,
    )  # fmt: skip


def _column(
    left: float, width: float, upper: float, lower: float, name: str, fill: str, edge: str
) -> SafeString:
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" fill="{}" stroke="{}"/>',
        name, left, upper, width, round(lower - upper, 1), fill, edge,
    )  # fmt: skip


def _line(points: Sequence[Point], top: int, brand: str) -> SafeString:
    line = _path(points, lambda point: point[1], top)
    shape = format_html(
        '<polyline class="l1" points="{}" fill="none" stroke="{}" stroke-width="1.7"/>', line, brand
    )
    if not any(bad for _day, _number, bad in points):
        return shape
    late = _path(points, lambda point: point[2], top)
    return format_html(
        '{}<polyline class="late" points="{}" fill="none" stroke="{}" stroke-width="1.4"'
        ' stroke-dasharray="4 2"/>',
        shape, late, BAD,
    )  # fmt: skip


def _path(points: Sequence[Point], number: Callable[[Point], int], top: int) -> str:
    return " ".join(
        f"{_x(place, len(points))},{_y(number(point), top)}" for place, point in enumerate(points)
    )


def _day_labels(points: Sequence[Point], span: Span) -> SafeString:
    every = ceil(len(points) / _MOST_LABELS) or 1
    style = "M Y" if span is Span.MONTH else "j M" if len(points) < 8 or span is Span.WEEK else "j"
    labels = []
    for place in range(0, len(points), every):
        day = points[place][0]
        # the month is said where it begins
        begins = place == 0 or points[place - every][0].month != day.month
        text = date_format(day, "j M" if style == "j" and begins else style)
        labels.append((_x(place, len(points)), 126, text))
    return format_html_join("", '<text x="{}" y="{}" text-anchor="middle">{}</text>', labels)
