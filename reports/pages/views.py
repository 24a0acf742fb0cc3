"""A report on screen, as a file, and the tickets behind each of its figures."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET
from django_tables2 import RequestConfig

from reports import datasets
from reports import render as renderers
from reports.access import staff_only
from reports.formats import Format
from reports.forms import ReportForm
from reports.pages.ticket_list import ticket_rows
from reports.render import html
from reports.report import Facets, ReportKind
from servicedesk.lib.downloads import file_response
from servicedesk.people.http import UserRequest

_ROWS_ON_SCREEN = 25
_ROWS_A_PAGE = 50


@require_GET
@staff_only
def reports(request: UserRequest) -> HttpResponse:
    form = _asked(request)
    if not form.is_valid():
        return render(request, "reports/pages/report.html", {"form": form, "kinds": _kinds(form)}, status=422)
    report = datasets.build(form.kind, form.scope())
    drawing = html.drawn(
        report,
        link=lambda facets: _rows_url(form, facets),
        ticket_link=lambda ticket: reverse("desk:ticket", args=[ticket]),
        most_rows=_ROWS_ON_SCREEN,
    )
    page = {
        "form": form,
        "kinds": _kinds(form),
        "report": report,
        "drawing": drawing,
        "rows_url": _rows_url(form, {}),
        "is_narrowed": any(request.GET.get(name) for name in ("client", "preset", "first", "last")),
        "usual_url": f"{reverse('reports:reports')}?{urlencode({'report': form.kind.value})}",
        "downloads": _downloads(form),
    }
    return render(request, "reports/pages/report.html", page)


@require_GET
@staff_only
def download(request: UserRequest, format: str) -> HttpResponse:
    """The report as a file. A question with mistakes leads back to the page that names them."""
    if format not in Format.for_people():
        raise Http404
    form = _asked(request)
    if not form.is_valid():
        return redirect(f"{reverse('reports:reports')}?{request.GET.urlencode()}")
    report = datasets.build(form.kind, form.scope())
    shape = Format(format)
    return file_response(renderers.render(report, shape), shape.file_name(report), shape.content_type)


@require_GET
@staff_only
def rows(request: UserRequest) -> HttpResponse:
    """The tickets behind one figure: `of=status:new` may stand several times."""
    form = _asked(request)
    if not form.is_valid():
        return redirect(f"{reverse('reports:reports')}?{request.GET.urlencode()}")
    report = datasets.build(form.kind, form.scope())
    wanted = dict(part.split(":", 1) for part in request.GET.getlist("of") if ":" in part)
    found = report.rows_of(wanted)
    table = ticket_rows(report, found)
    RequestConfig(request, paginate={"per_page": _ROWS_A_PAGE}).configure(table)
    back = f"{reverse('reports:reports')}?{form.query()}"
    page = {"report": report, "table": table, "count": len(found), "back": back}
    return render(request, "reports/pages/rows.html", page)


def _asked(request: UserRequest) -> ReportForm:
    asked = {"language": get_language() or "en", **request.GET.dict()}
    return ReportForm(asked, user=request.user, at=timezone.now())


def _kinds(form: ReportForm) -> list[dict[str, object]]:
    """The three reports as links that keep the rest of the question."""
    data = {name: value for name, value in form.data.items() if name in form.fields and value}
    return [
        {
            "label": kind.label,
            "url": "?" + urlencode({**data, "report": kind.value}),
            "is_on": data.get("report") == kind,
        }
        for kind in ReportKind
    ]


def _rows_url(form: ReportForm, facets: Facets) -> str:
    parts = [form.query(), *(urlencode({"of": f"{name}:{key}"}) for name, key in facets.items())]
    return f"{reverse('reports:rows')}?{'&'.join(parts)}"


def _downloads(form: ReportForm) -> list[dict[str, str]]:
    return [
        {"label": shape.label, "url": f"{reverse('reports:download', args=[shape.value])}?{form.query()}"}
        for shape in Format.for_people()
    ]
