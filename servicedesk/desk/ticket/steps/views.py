"""A step of the process, taken by its button or its dialog."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from servicedesk.desk.access import back, for_staff, found
from servicedesk.desk.bulk import parts_field
from servicedesk.desk.bulk import views as bulk
from servicedesk.desk.ticket.steps import reassign_form, step_forms
from servicedesk.desk.ticket.steps.step_forms import AnyForm
from servicedesk.desk.ticket_again import TicketAgain
from servicedesk.lib import keys
from servicedesk.once.acting import acts_once
from servicedesk.people.http import UserRequest
from servicedesk.tickets.errors import StepGone, TicketError
from workflows import advance
from workflows.engine import open_steps
from workflows.steps.actions import ACTIONS


@require_POST
@for_staff
@acts_once
def step(request: UserRequest, pk: int, action: str) -> HttpResponse:
    """422 shows what is missing, 409 what happened meanwhile; both keep what was typed."""
    ticket = found(request, pk)
    form = step_forms.bound(action, ticket, request.user, request.POST)
    if form is None:
        raise Http404
    if not form.is_valid():
        gone = not any(one.name == action for one in advance.possible(ticket, request.user))
        if gone:
            return _refused(request, form, StepGone())
        return TicketAgain(ticket, status=422, step_form=form)
    try:
        advance.act(ticket, action, by=request.user, task_id=_number(request, "task"), **form.cleaned_data)
    except TicketError as error:
        return _refused(request, form, error)
    if form.cleaned_data.get(parts_field.NAME):
        return bulk.resolved_with(request, ticket, form.cleaned_data)
    return back(request, ticket)


@require_GET
@for_staff
def reassign_people(request: UserRequest, pk: int) -> HttpResponse:
    """The field with the people of the group that was chosen in the dialog."""
    ticket, action = found(request, pk), ACTIONS[reassign_form.NAME]
    chosen = request.GET.get("group", "")
    form = reassign_form.make(action, ticket, request.user, open_steps.open_tasks(ticket), chosen=chosen)
    return render(request, "components/field.html", {"field": form["assignee"]})


def _refused(request: UserRequest, form: AnyForm, error: TicketError) -> HttpResponse:
    """The page as it stands now, what happened since the old one was made, and the words not sent."""
    return TicketAgain(
        form.ticket,
        status=409,
        step_form=form,
        refusal=str(error),
        typed=form.typed_text(),
        seen=_number(request, "seen"),
    )


def _number(request: UserRequest, name: str) -> int | None:
    given = request.POST.get(name, "")
    return keys.read(given)
