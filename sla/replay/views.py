"""Simulation: past tickets measured by other terms."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from servicedesk.lib.spreadsheet_cells import harmless
from servicedesk.people.access import for_terms
from servicedesk.people.http import UserRequest
from servicedesk.tickets.models import DueKind, Ticket
from sla.replay import wording
from sla.replay.forms import ReplayForm
from sla.replay.outcome import Flip, Flips, Line, Outcome
from sla.replay.outcome import replay as measured

# About three seconds of arithmetic; `manage.py sla_replay` knows no limit.
MOST_TICKETS = 50_000
_PAGE = 50


@dataclass(frozen=True)
class FlipRow:
    flip: Flip
    ticket: Ticket | None
    promise: str
    was: str
    would_be: str


@require_safe
@for_terms
def replay(request: UserRequest) -> HttpResponse:
    """The question stands in the address, so that a result can be kept and sent."""
    form = _asked(request)
    context: dict[str, Any] = {"form": form}
    if form.is_bound and (outcome := _outcome(form)):
        context |= _result(request, form, outcome)
    return render(request, "sla/replay/replay.html", context, status=422 if form.errors else 200)


@require_safe
@for_terms
def flips(request: UserRequest) -> HttpResponse:
    """All flips as CSV. A question with mistakes leads back to the page that names them."""
    form = _asked(request)
    outcome = _outcome(form) if form.is_bound else None
    if outcome is None:
        return redirect(f"{reverse('sla:replay')}?{request.GET.urlencode()}")
    paper = io.StringIO(newline="")
    writer = csv.writer(paper)
    writer.writerow(wording.FLIP_COLUMNS)
    for row in wording.flip_data(_chosen_flips(request, outcome), _tickets(form)):
        writer.writerow(harmless(value) if isinstance(value, str) else value for value in row.values())
    return _file(paper.getvalue())


def _asked(request: UserRequest) -> ReplayForm:
    return ReplayForm(request.GET or None, user=request.user, at=timezone.now())


def _outcome(form: ReplayForm) -> Outcome | None:
    """None if the question cannot be answered; the form says why."""
    if not form.is_valid():
        return None
    tickets = _tickets(form)
    if (count := tickets.count()) > MOST_TICKETS:
        sentence = _("These are %(count)s tickets; at most %(most)s fit on a page. Choose a shorter period.")
        form.add_error(None, sentence % {"count": f"{count:,}", "most": f"{MOST_TICKETS:,}"})
        return None
    return measured(tickets, form.terms, form.at)


def _tickets(form: ReplayForm) -> Any:
    return form.selection().of(Ticket.objects.visible_to(form.user))


def _result(request: UserRequest, form: ReplayForm, outcome: Outcome) -> dict[str, Any]:
    found = _chosen_flips(request, outcome)
    page: Page[Flip] = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    return {
        "outcome": outcome,
        "selection": form.selection(),
        "totals": [_line(line) for line in outcome.totals()],
        "lines": [_line(line) for line in outcome.lines()],
        "page": page,
        "rows": _rows(page),
        "filters": _filters(request, outcome),
        "csv": f"{reverse('sla:replay-flips')}?{request.GET.urlencode()}",
    }


def _chosen_flips(request: UserRequest, outcome: Outcome) -> Flips:
    promise, way = request.GET.get("promise", ""), request.GET.get("way", "")
    known = promise if promise in DueKind.values else ""
    return outcome.flips(known, missed={"missed": True, "met": False}.get(way))


def _filters(request: UserRequest, outcome: Outcome) -> list[dict[str, Any]]:
    """Links that show only the flips of one direction."""
    way = request.GET.get("way", "")
    counts = {"": None, "missed": True, "met": False}
    labels = {"": _("All"), "missed": _("Newly breached"), "met": _("Newly met")}
    return [
        {"way": name, "label": labels[name], "count": len(outcome.flips(missed=missed)), "is_on": way == name}
        for name, missed in counts.items()
    ]


def _line(line: Line) -> dict[str, Any]:
    kind, priority = wording.kind_and_priority(line)
    return {
        "line": line,
        "promise": wording.promise(line.promise),
        "kind": kind,
        "priority": priority,
        "actual": wording.percent(line.actual),
        "predicted": wording.percent(line.predicted),
        "difference": wording.points(line.difference),
    }


def _rows(page: Page[Flip]) -> list[FlipRow]:
    """The flips of a page with their tickets: one statement."""
    shown = list(page.object_list)
    tickets = Ticket.objects.select_related("client").in_bulk({flip.ticket for flip in shown})
    return [
        FlipRow(
            flip=flip,
            ticket=tickets.get(flip.ticket),
            promise=wording.promise(flip.promise),
            was=wording.result(is_missed=not flip.is_missed),
            would_be=wording.result(is_missed=flip.is_missed),
        )
        for flip in shown
    ]


def _file(text: str) -> HttpResponse:
    response = HttpResponse(text.encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = (
        content_disposition_header(True, "sla-replay.csv") or "attachment"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
