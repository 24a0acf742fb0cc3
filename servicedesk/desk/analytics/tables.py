"""The figures as rows: of the steps, of the ways, of the waiting; for the page and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.desk.analytics import wording
from servicedesk.lib.formatting import HOUR
from servicedesk.lib.spreadsheet_cells import harmless
from workflows.analytics.figures import Figures, PathFigures, StepFigures
from workflows.analytics.step_names import label, waits_for
from workflows.diagram import graph

Url = Callable[[str], str]
Cell = str | int | float
# Columns of the table of steps that can be sorted by: the biggest first.
SORTS: dict[str, Promise] = {
    "visits": gettext_lazy("Visits"),
    "per_ticket": gettext_lazy("Visits per ticket"),
    "median": gettext_lazy("Median"),
    "p90": gettext_lazy("p90"),
    "total": gettext_lazy("Share of time"),
}
PATHS_ON_PAGE = 10


@dataclass(frozen=True)
class Heading:
    label: Promise
    url: str
    is_sorted: bool


@dataclass(frozen=True)
class Row:
    """A figure in words, with the address of its tickets. `percent` is the length of its bar."""

    label: str
    cells: list[tuple[str, str]]  # what it is, and how much
    percent: int
    url: str
    tone: str = ""


def steps_in_order(flow_class: Any, figures: Figures, sort: str) -> list[StepFigures]:
    """As the process goes, unless sorted by a column."""
    order = {step: place for place, step in enumerate(graph.steps(flow_class))}
    found = sorted(figures.steps, key=lambda one: (order.get(one.step, len(order)), one.step))
    return sorted(found, key=attrgetter(sort), reverse=True) if sort in SORTS else found


def headings(sort: str, url: Url) -> list[Heading]:
    """Links that sort; the one in force leads back to the order of the process."""
    return [Heading(text, url("" if key == sort else key), key == sort) for key, text in SORTS.items()]


def step_rows(steps: Sequence[StepFigures], url: Url) -> list[Row]:
    return [
        Row(
            label=label(one.step),
            cells=_cells(
                wording.number(one.visits),
                wording.ratio(one.per_ticket),
                wording.time(one.median),
                wording.time(one.p90),
                wording.share(one.share),
            ),
            percent=round(one.share * 100),
            url=url(f"step.{one.step}"),
            tone=waits_for(one.step),
        )
        for one in steps
    ]


def _cells(*texts: str) -> list[tuple[str, str]]:
    """In the order of the columns that sort."""
    return [(str(column), text) for column, text in zip(SORTS.values(), texts, strict=True)]


def path_rows(paths: Sequence[PathFigures], url: Url) -> list[Row]:
    """The bars are as long as the way is common, next to the commonest."""
    most = paths[0].tickets if paths else 1
    return [
        Row(
            label=wording.way(one.steps),
            cells=[
                (_("Share"), wording.share(one.share)),
                (_("Tickets"), wording.tickets(one.tickets)),
                (_("Median"), wording.time(one.median)),
            ],
            percent=max(round(100 * one.tickets / most), 1),
            url=url(f"path.{one.key}"),
        )
        for one in paths[:PATHS_ON_PAGE]
    ]


def party_rows(figures: Figures, url: Url) -> list[Row]:
    return [
        Row(
            label=str(one.party.label),
            cells=[(_("Share"), wording.share(one.share)), (_("Total"), wording.time(one.total))],
            percent=round(one.share * 1000),
            url=url(f"party.{one.party}"),
            tone=one.party.value,
        )
        for one in figures.parties
    ]


def steps_csv(steps: Sequence[StepFigures]) -> bytes:
    head = [
        _("Step"),
        _("Waiting on"),
        _("Visits"),
        _("Tickets"),
        _("Visits per ticket"),
        _("Median, hours"),
        _("p90, hours"),
        _("Total, hours"),
        _("Share of time, %"),
    ]
    return _csv(
        head,
        (
            [
                label(one.step),
                str(waits_for(one.step).label),
                one.visits,
                one.tickets,
                round(one.per_ticket, 2),
                *map(_hours, (one.median, one.p90, one.total)),
                round(100 * one.share, 2),
            ]
            for one in steps
        ),
    )


def paths_csv(paths: Sequence[PathFigures]) -> bytes:
    head = [_("Path"), _("Tickets"), _("Share, %"), _("Median, hours"), _("p90, hours")]
    return _csv(
        head,
        (
            [
                wording.way(one.steps),
                one.tickets,
                round(100 * one.share, 2),
                _hours(one.median),
                _hours(one.p90),
            ]
            for one in paths
        ),
    )


def _hours(seconds: float) -> float:
    return round(seconds / HOUR, 2)


def _csv(head: Sequence[str], lines: Any) -> bytes:
    """UTF-8 with the mark that Excel needs to believe it."""
    paper = io.StringIO(newline="")
    writer = csv.writer(paper)
    writer.writerow([harmless(text) for text in head])
    writer.writerows([harmless(cell) if isinstance(cell, str) else cell for cell in line] for line in lines)
    return paper.getvalue().encode("utf-8-sig")
