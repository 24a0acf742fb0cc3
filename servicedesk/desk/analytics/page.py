"""What the page of insight shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from servicedesk.desk.analytics import heat_map, tables, wording
from servicedesk.desk.analytics.filter_form import AnalyticsForm
from workflows.analytics.figures import Figures

Url = Callable[[str], str]


@dataclass(frozen=True)
class Figure:
    """A key figure with the address of its tickets."""

    label: str
    text: str
    note: str
    url: str


def gather(form: AnalyticsForm, figures: Figures, sort: str) -> dict[str, Any]:
    """Everything for the template; `sort` is a column of the table of steps, anything else is none."""
    context: dict[str, Any] = {"form": form, "is_empty": not figures.tickets}
    if not figures.tickets:
        return context
    sort = sort if sort in tables.SORTS else ""
    flow, own = form.flow_class, reverse("desk:insight")

    def url(figure: str) -> str:
        return form.address(reverse("desk:insight-tickets"), of=figure)

    def csv(table: str) -> str:
        return form.address(reverse("desk:insight-csv"), table=table, sort=sort)

    return context | {
        "key_figures": _key_figures(figures, url),
        "heat": heat_map.draw(flow, figures, url),
        "headings": tables.headings(sort, lambda key: form.address(own, sort=key)),
        "steps": tables.step_rows(tables.steps_in_order(flow, figures, sort), url),
        "paths": tables.path_rows(figures.paths, url),
        "more_paths": max(len(figures.paths) - tables.PATHS_ON_PAGE, 0),
        "parties": tables.party_rows(figures, url),
        "steps_csv": csv("steps"),
        "paths_csv": csv("paths"),
    }


def _key_figures(figures: Figures, url: Url) -> list[Figure]:
    return [
        Figure(_("Tickets"), wording.number(figures.tickets), _("finished"), url("all")),
        Figure(
            _("Time to close, median"), wording.time(figures.median), _("half of them faster"), url("all")
        ),
        Figure(_("Time to close, p90"), wording.time(figures.p90), _("one in ten longer"), url("all")),
        _share(_("Re-opened"), figures.reopened, figures.tickets, url("reopened")),
        _share(_("Cancelled"), figures.cancelled, figures.tickets, url("cancelled")),
    ]


def _share(label: str, part: int, whole: int, url: str) -> Figure:
    return Figure(label, wording.share(part / whole), wording.tickets(part), url)
