"""A process to be taken away, as a file for a modeller."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from servicedesk.desk.access import for_staff
from servicedesk.people.http import UserRequest
from workflows.diagram import bpmn
from workflows.flows.start import FLOWS


@require_safe
@for_staff
def file(request: UserRequest, kind: str) -> HttpResponse:
    """The process of a type of tickets as BPMN 2.0, in the reader's language."""
    if kind not in FLOWS:
        raise Http404
    return HttpResponse(
        bpmn.of(FLOWS[kind]),
        content_type="application/xml",
        headers={"Content-Disposition": f'attachment; filename="{kind}.bpmn"'},
    )
