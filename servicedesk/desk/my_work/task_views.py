"""My tasks: what the plans of requests want from me and my groups, whatever the ticket."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from servicedesk.desk.access import for_staff
from servicedesk.once.acting import acts_once
from servicedesk.people.http import UserRequest
from servicedesk.tickets.errors import TicketError
from workflows import advance
from workflows.steps import task_list

PER_PAGE = 50
FILTERS: list[tuple[str, Promise]] = [
    (task_list.ALL, _("Mine and my groups'")),
    (task_list.MINE, _("Mine")),
    (task_list.FREE, pgettext_lazy("tasks", "Unassigned")),
]


@require_safe
@for_staff
def tasks(request: UserRequest) -> HttpResponse:
    return _show(request, request.GET.get("show", ""))


@require_POST
@for_staff
@acts_once
def take(request: UserRequest, pk: int) -> HttpResponse:
    """“Take”, from the list; 409 when somebody else was faster."""
    show = _known(request.POST.get("show", ""))
    ticket = task_list.ticket_of(pk, request.user)
    if ticket is None:
        raise Http404
    try:
        advance.act(ticket, "take_task", by=request.user, task_id=pk)
    except TicketError as error:
        return _show(request, show, refusal=str(error))
    return redirect(f"{reverse('desk:tasks')}?show={show}")


def _show(request: UserRequest, show: str, refusal: str = "") -> HttpResponse:
    which = _known(show)
    found = task_list.of(request.user, which, timezone.now())
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "which": which, "filters": FILTERS, "refusal": refusal}
    return render(request, "desk/my_work/tasks.html", context, status=409 if refusal else 200)


def _known(show: str) -> str:
    return show if show in dict(FILTERS) else task_list.ALL
