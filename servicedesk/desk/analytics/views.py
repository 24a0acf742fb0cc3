"""Process insight: where the time of finished tickets goes, which ways they take, and which tickets."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from servicedesk.desk.access import for_staff
from servicedesk.desk.analytics import page, tables, tickets_behind, wording
from servicedesk.desk.analytics.filter_form import AnalyticsForm
from servicedesk.lib.downloads import file_response
from servicedesk.people.http import UserRequest
from servicedesk.tickets.models import Ticket
from workflows.analytics import access, figures
from workflows.analytics.tickets_behind import UnknownFigure, behind

PER_PAGE = 50


def for_overseers(view: Any) -> Any:
    """Leaders of groups, account managers and administrators; others find nothing here."""

    @for_staff
    @wraps(view)
    def checked(request: UserRequest) -> HttpResponse:
        if not access.may_look(request.user):
            raise Http404
        answer: HttpResponse = view(request)
        return answer

    return checked


@require_safe
@vary_on_headers("HX-Request")
@for_overseers
def insight(request: UserRequest) -> HttpResponse:
    form = _asked(request)
    found = figures.of(form.question().read())
    context = page.gather(form, found, request.GET.get("sort", ""))
    is_part = request.htmx and not request.htmx.boosted
    return render(request, "desk/analytics/_result.html" if is_part else "desk/analytics/page.html", context)


@require_safe
@for_overseers
def download(request: UserRequest) -> HttpResponse:
    """One of the two tables, chosen by the same filter."""
    form, table = _asked(request), request.GET.get("table", "steps")
    if table not in ("steps", "paths"):
        raise Http404
    found = figures.of(form.question().read())
    if table == "steps":
        steps = tables.steps_in_order(form.flow_class, found, request.GET.get("sort", ""))
        content = tables.steps_csv(steps)
    else:
        content = tables.paths_csv(found.paths)
    name = f"insight-{table}-{form.process_value}-{form.today:%Y-%m-%d}.csv"
    return file_response(content, name, "text/csv; charset=utf-8")


@require_safe
@for_overseers
def tickets(request: UserRequest) -> HttpResponse:
    """The tickets behind one figure, the slowest first."""
    form = _asked(request)
    try:
        found = behind(form.question().read(), request.GET.get("of", "all"))
    except UnknownFigure as error:
        raise Http404 from error
    pages = Paginator(list(zip(found.tickets, found.seconds, strict=True)), PER_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    seen = Ticket.objects.visible_to(request.user).for_list().in_bulk([key for key, _time in shown])
    context = {
        "form": form,
        "page": shown,
        "rows": [(seen[key], wording.time(seconds)) for key, seconds in shown if key in seen],
        "about": tickets_behind.about(found),
        "back": form.address(reverse("desk:insight")),
    }
    return render(request, "desk/analytics/tickets.html", context)


def _asked(request: UserRequest) -> AnalyticsForm:
    return AnalyticsForm(request.GET.dict(), user=request.user, at=timezone.now())
