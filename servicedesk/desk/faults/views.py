"""Steps that failed in the background: the list, and trying again."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from servicedesk.desk.access import back, for_staff
from servicedesk.once.acting import acts_once
from servicedesk.people.http import UserRequest
from servicedesk.tickets.models import Ticket
from workflows.maintenance import faults


@require_safe
@for_staff
def faulty(request: UserRequest) -> HttpResponse:
    """For administrators, and for leaders about their groups; nobody else finds a page."""
    if not faults.may_see(request.user):
        raise Http404
    return render(request, "desk/faults/page.html", {"faults": faults.visible_to(request.user)})


@require_POST
@for_staff
@acts_once
def retry(request: UserRequest, pk: int, task: int) -> HttpResponse:
    """At once. A refusal is a 409; a new failure is no refusal: it stays in the list with its reason."""
    ticket = get_object_or_404(Ticket.objects.visible_to(request.user), pk=pk, runs__process__task=task)
    if faults.retry(task, by=request.user):
        messages.success(request, _("The step succeeded, or it waits until it is due."))
    else:
        messages.warning(request, _("It failed again. The reason is shown beside the step."))
    if request.POST.get("from") == "list":
        return redirect("desk:faults")
    return back(request, ticket)
