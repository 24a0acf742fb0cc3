"""A second matter in a message: a form that says who will read it, then a ticket of its own."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from servicedesk.desk.access import for_staff, found
from servicedesk.desk.ticket.splitting.form import SplitForm
from servicedesk.intake import splitting
from servicedesk.once.acting import acts_once
from servicedesk.people.http import UserRequest
from servicedesk.tickets import merged
from servicedesk.tickets.access import works_on
from servicedesk.tickets.errors import NotPermitted, TicketError
from servicedesk.tickets.models import Ticket


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
@acts_once
def split(request: UserRequest, pk: int, message: int) -> HttpResponse:
    ticket = found(request, pk)
    if not works_on(request.user, ticket):
        raise NotPermitted
    readable = merged.messages(ticket, request.user).select_related("author", "addressee", "ticket")
    said = get_object_or_404(readable.prefetch_related("attachments"), pk=message)
    data = request.POST if request.method == "POST" else None
    form = SplitForm(data, ticket=ticket, message=said, user=request.user)
    if data is None:
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        new = splitting.split(ticket, said, form.split(), by=request.user)
    except TicketError as error:
        form.add_error(None, str(error))
        return _page(request, form, status=409)
    told = {"number": new.reference, "former": ticket.reference}
    messages.success(request, _("%(number)s is split off from %(former)s.") % told)
    if Ticket.objects.visible_to(request.user).filter(pk=new.pk).exists():
        return redirect("desk:ticket", new.pk)
    return redirect("desk:ticket", ticket.pk)


def _page(request: UserRequest, form: SplitForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "ticket": form.ticket, "message": form.message}
    return render(request, "desk/ticket/splitting/page.html", context, status=status)
