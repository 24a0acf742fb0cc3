"""Access data that a client entrusted to us: shown once to whoever says why."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from servicedesk.desk.access import for_staff, found
from servicedesk.desk.ticket_again import TicketAgain
from servicedesk.once.acting import repeatable
from servicedesk.people.http import UserRequest
from servicedesk.tickets import secrets
from servicedesk.tickets.errors import NotPermitted, TicketError


@require_POST
@never_cache
@for_staff
@sensitive_variables("plain")
@repeatable("each look is written down, and a second look is one")
def reveal(request: UserRequest, pk: int, secret: int) -> HttpResponse:
    """A page of its own that no cache keeps; each time it is asked for, the look is written down."""
    ticket = found(request, pk)
    one = get_object_or_404(ticket.secrets.select_related("ticket"), pk=secret)
    reason = request.POST.get("reason", "")
    try:
        plain = secrets.reveal(one, by=request.user, reason=reason)
    except NotPermitted:
        raise
    except TicketError as refused:
        return TicketAgain(ticket, status=409, refusal=str(refused), typed=reason)
    return render(
        request, "desk/ticket/access_data/page.html", {"ticket": ticket, "secret": one, "plain": plain}
    )
