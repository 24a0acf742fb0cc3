"""Why a promised time is when it is: as a page, as a part of the request's page, and on paper."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from contracts.deadlines import calculation as deadline_calculation
from contracts.deadlines import calculation_pdf
from contracts.deadlines.calculation import DeadlineCalculation
from contracts.deadlines.calculation_pdf import Paper
from servicedesk.lib import formatting
from servicedesk.people.http import UserRequest
from servicedesk.portal.access import for_clients
from servicedesk.portal.deadline import applicable_terms, proof_wording
from servicedesk.tickets.models import Ticket
from sla.proof import calculation
from sla.proof.sheet import sheet


@require_safe
@vary_on_headers("HX-Request")
@for_clients
def page(request: UserRequest, pk: int, kind: str) -> HttpResponse:
    """A page of its own without scripts; with them a part of the request's page."""
    explanation = _explained(request, pk, kind)
    ticket = explanation.ticket
    context = {
        "ticket": ticket,
        "kind": kind,
        "sheet": sheet(explanation.proof, proof_wording),
        "terms": applicable_terms.terms_in(explanation.source.coverage),
    }
    if request.htmx:
        return render(request, "portal/deadline/_proof.html", context)
    return render(request, "portal/deadline/page.html", context | {"kinds": calculation.kinds(ticket)})


@require_safe
@for_clients
def paper(request: UserRequest, pk: int, kind: str) -> HttpResponse:
    explanation = _explained(request, pk, kind)
    told, contract = explanation.proof, explanation.source.name
    facts = [(_("Contract"), contract)] if contract else []
    facts.append((_("Working hours"), f"{told.calendar}, {told.current.zone}"))
    lead = _("%(promise)s: %(target)s of working time, %(used)s used.") % {
        "promise": proof_wording.title(kind),
        "target": formatting.exact_duration(told.target),
        "used": formatting.exact_duration(told.current.counted_shown),
    }
    words = Paper(_("Deadline calculation"), lead, facts, sheet(told, proof_wording))
    return calculation_pdf.response(explanation, words)


def _explained(request: UserRequest, pk: int, kind: str) -> DeadlineCalculation:
    ticket: Ticket = get_object_or_404(Ticket.objects.visible_to(request.user).for_list(), pk=pk)
    explanation = deadline_calculation.explain(ticket, kind, timezone.now())
    if explanation is None:
        raise Http404
    return explanation
