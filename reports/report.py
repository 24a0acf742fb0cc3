"""What a report is: plain values, already in its language, that every renderer reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from reports.periods import Period
from servicedesk.people.models import Client

Value = str | int | float | date | datetime | None
# What narrows a report to the tickets behind one figure: {"status": "new"}.
Facets = Mapping[str, str]


class ReportKind(models.TextChoices):
    TICKETS = "tickets", _("Requests and deadlines")
    RATINGS = "ratings", _("Ratings")
    REOPENED = "reopened", _("Re-opened requests")


class Measure(StrEnum):
    """How a value is written: on paper, in a cell, in JSON."""

    TEXT = "text"
    COUNT = "count"
    SHARE = "share"  # 0 to 1, shown as a percentage
    AVERAGE = "average"
    MOMENT = "moment"  # aware, in the time zone of the period
    DAY = "day"

    @property
    def is_number(self) -> bool:
        return self in {Measure.COUNT, Measure.SHARE, Measure.AVERAGE}


@dataclass(frozen=True)
class Column:
    """`facets` narrow the tickets of a line to those that this column counts.

    `is_extra`: left out on paper, which is narrow.
    """

    key: str
    label: str
    measure: Measure = Measure.TEXT
    facets: Facets = field(default_factory=dict)
    is_extra: bool = False


@dataclass(frozen=True)
class Figure:
    """One key figure. `value` is None when there is nothing to measure."""

    key: str
    label: str
    value: Value
    measure: Measure = Measure.COUNT
    note: str = ""
    is_bad: bool = False
    facets: Facets = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    values: Sequence[Value]
    facets: Facets


@dataclass(frozen=True)
class Table:
    """Figures by one question; the first column is its answer. `bars` is drawn as a chart too."""

    key: str
    title: str
    columns: Sequence[Column]
    lines: Sequence[Line]
    bars: bool = False


@dataclass(frozen=True)
class Series:
    """One number a day; `part` is how much of it is bad news (late), or empty."""

    title: str
    label: str
    points: Sequence[tuple[date, int]]
    part_label: str = ""
    part: Sequence[int] = ()


@dataclass(frozen=True)
class Row:
    """One ticket of the report; `facets` say which figures it belongs to."""

    ticket: int
    values: Sequence[Value]
    facets: Facets

    def matches(self, wanted: Facets) -> bool:
        return all(self.facets.get(name) == key for name, key in wanted.items())


@dataclass(frozen=True)
class Report:
    kind: ReportKind
    title: str
    summary: str
    period: Period
    language: str
    client: Client | None
    figures: Sequence[Figure]
    tables: Sequence[Table]
    series: Series
    columns: Sequence[Column]
    rows: Sequence[Row]

    @property
    def period_text(self) -> str:
        """The days in words, in the language of the report."""
        with translation.override(self.language):
            return str(self.period)

    @property
    def is_empty(self) -> bool:
        return not self.rows

    def rows_of(self, wanted: Facets) -> list[Row]:
        """Return the tickets behind a figure."""
        return [row for row in self.rows if row.matches(wanted)]
