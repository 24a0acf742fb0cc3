"""Why a deadline is when it is: as a page, as a part of the ticket's page, and on paper."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from contracts.deadlines import calculation as deadline_calculation
from contracts.deadlines import calculation_pdf
from contracts.deadlines.calculation import DeadlineCalculation
from contracts.deadlines.calculation_pdf import Paper
from servicedesk.desk.access import for_staff, found
from servicedesk.desk.ticket.deadline import working_time_tape
from servicedesk.lib import clock_text, formatting
from servicedesk.people.http import UserRequest
from servicedesk.tickets.models import Ticket
from sla.proof import calculation, wording
from sla.proof.sheet import sheet


@require_safe
@vary_on_headers("HX-Request")
@for_staff
def page(request: UserRequest, pk: int, kind: str) -> HttpResponse:
    """A page of its own without scripts; with them a part of the ticket's page."""
    ticket = found(request, pk)
    explanation = _explained(ticket, kind)
    context = {
        "ticket": ticket,
        "kind": kind,
        "proof": explanation.proof,
        "source": explanation.source,
        "sheet": sheet(explanation.proof, wording),
        "tape": working_time_tape.tape(explanation.proof),
    }
    if request.htmx:
        return render(request, "desk/ticket/deadline/_proof.html", context)
    context["tabs"] = [(one, clock_text.title_of(one)) for one in calculation.kinds(ticket)]
    return render(request, "desk/ticket/deadline/page.html", context)


@require_safe
@for_staff
def paper(request: UserRequest, pk: int, kind: str) -> HttpResponse:
    explanation = _explained(found(request, pk), kind)
    told, source = explanation.proof, explanation.source
    facts = [(_("Contract"), f"{source.number} {source.name}")] if source.contract else []
    facts.append((_("Working hours"), f"{told.calendar}, {told.current.zone}"))
    lead = _("%(promise)s: %(target)s of working time, %(used)s used.") % {
        "promise": clock_text.title_of(kind),
        "target": formatting.exact_duration(told.target),
        "used": formatting.exact_duration(told.current.counted_shown),
    }
    title = _("Deadline calculation")
    return calculation_pdf.response(explanation, Paper(title, lead, facts, sheet(told, wording)))


def _explained(ticket: Ticket, kind: str) -> DeadlineCalculation:
    explanation = deadline_calculation.explain(ticket, kind, timezone.now())
    if explanation is None:
        raise Http404
    return explanation
