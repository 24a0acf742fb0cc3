"""A step of the process, taken by its button or its dialog."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from servicedesk.desk import step_forms
from servicedesk.desk.access import for_staff
from servicedesk.desk.views.ticket import back, found, show
from servicedesk.people.http import UserRequest
from servicedesk.tickets.errors import StepGone, TicketError
from workflows import advance


@require_POST
@for_staff
def step(request: UserRequest, pk: int, action: str) -> HttpResponse:
    """422 shows what is missing, 409 what happened meanwhile; both keep what was typed."""
    ticket = found(request, pk)
    form = step_forms.bound(action, ticket, request.user, request.POST)
    if form is None:
        raise Http404
    if not form.is_valid():
        gone = not any(one.name == action for one in advance.possible(ticket, request.user))
        refusal, status = (str(StepGone()), 409) if gone else ("", 422)
        return show(request, ticket, status=status, step_form=form, refusal=refusal)
    try:
        advance.act(ticket, action, by=request.user, task_id=_task(request), **form.cleaned_data)
    except TicketError as error:
        return show(request, ticket, status=409, step_form=form, refusal=str(error), typed=form.typed_text())
    return back(request, ticket)


def _task(request: UserRequest) -> int | None:
    given = request.POST.get("task", "")
    return int(given) if given.isdecimal() else None
