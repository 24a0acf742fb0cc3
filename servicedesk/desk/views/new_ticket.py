"""A new ticket by phone: the agent writes, the client's contact is the one who asks."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from contracts.intake_rule import RequestRefused
from servicedesk.desk.access import for_staff
from servicedesk.desk.new_ticket_form import NewTicketForm
from servicedesk.intake.submit import submit
from servicedesk.people.http import UserRequest
from servicedesk.tickets.models import Ticket


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@for_staff
def new_ticket(request: UserRequest) -> HttpResponse:
    """GET with a client offers its contacts, to htmx those alone. POST with “choose” only looks again."""
    user = request.user
    if not (user.is_agent or user.is_superuser):
        raise PermissionDenied
    if request.method != "POST":
        form = NewTicketForm(user=user, initial={"client": request.GET.get("client", "")})
        is_part = request.htmx and not request.htmx.boosted
        return render(request, _TEMPLATES[bool(is_part)], {"form": form})
    if "choose" in request.POST:
        form = NewTicketForm(user=user, initial=request.POST.dict())
        return render(request, _TEMPLATES[False], {"form": form})
    form = NewTicketForm(request.POST, user=user)
    if not form.is_valid():
        return render(request, _TEMPLATES[False], {"form": form}, status=422)
    try:
        return _go_to(request, submit(form.submission()))
    except RequestRefused as error:
        form.add_error(None, str(error))
        return render(request, _TEMPLATES[False], {"form": form}, status=409)


_TEMPLATES = {False: "desk/new_ticket.html", True: "desk/_new_ticket_contact.html"}


def _go_to(request: UserRequest, ticket: Ticket) -> HttpResponse:
    """The ticket's page, unless it went to a private group that this person does not work in."""
    if Ticket.objects.visible_to(request.user).filter(pk=ticket.pk).exists():
        messages.success(request, _("%(number)s is opened.") % {"number": ticket.reference})
        return redirect("desk:ticket", ticket.pk)
    sentence = _("%(number)s is opened and went to a private group.") % {"number": ticket.reference}
    messages.success(request, sentence)
    return redirect("desk:queue")
