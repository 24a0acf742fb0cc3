"""The page of one ticket."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from servicedesk.desk.access import for_staff, found
from servicedesk.desk.ticket import page as ticket_page
from servicedesk.desk.ticket_again import TicketAgain
from servicedesk.people.http import UserRequest
from servicedesk.tickets.models import Ticket


@require_safe
@for_staff
def page(request: UserRequest, pk: int) -> HttpResponse:
    return _show(request, found(request, pk))


def with_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that may answer with `TicketAgain`. After a refusal (409) the page tells how it stands now."""

    @wraps(view)
    def drawing(request: UserRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if isinstance(response, TicketAgain):
            is_refused = response.status_code == 409
            ticket = found(request, response.ticket.pk) if is_refused else response.ticket
            response.content = _show(request, ticket, **response.sent).content
        return response

    return drawing


def _show(request: UserRequest, ticket: Ticket, **sent: Any) -> HttpResponse:
    context = ticket_page.gather(ticket, request.user, timezone.now(), request.GET, **sent)
    return render(request, "desk/ticket/page.html", context)
