"""Links between tickets: made in a dialog of the ticket's page, removed there, put back there."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from servicedesk.desk.access import for_staff, found
from servicedesk.desk.ticket.links import related
from servicedesk.desk.ticket.links.ticket_choice import LINKS, LinkForm, MergeForm, TicketChoice
from servicedesk.desk.ticket_again import TicketAgain
from servicedesk.once.acting import acts_once
from servicedesk.people.http import UserRequest
from servicedesk.tickets import linking
from servicedesk.tickets.errors import TicketError
from servicedesk.tickets.models import Ticket, TicketLink

_FOR: dict[str, type[TicketChoice]] = {"link": LinkForm, "merge": MergeForm}


@require_safe
@for_staff
def choice(request: UserRequest, pk: int) -> HttpResponse:
    """The tickets that fit what is typed; a part of the page, for htmx."""
    ticket = found(request, pk)
    form = _FOR.get(request.GET.get("for", ""), LinkForm)(request.GET, ticket=ticket, user=request.user)
    return render(request, "desk/ticket/links/_found.html", {"form": form, "ticket": ticket})


@require_POST
@for_staff
@acts_once
def add(request: UserRequest, pk: int) -> HttpResponse:
    ticket = found(request, pk)
    form = LinkForm(request.POST, ticket=ticket, user=request.user, prefix_of_ids="link")
    if not form.is_valid():
        return TicketAgain(ticket, status=422, link_form=form)
    one, other, kind = form.ends()
    try:
        linking.link(one, other, kind, by=request.user)
    except TicketError as error:
        form.add_error(None, str(error))
        return TicketAgain(ticket, status=409, link_form=form)
    said = dict(LINKS)[form.cleaned_data["kind"]]
    chosen: Ticket = form.cleaned_data["other"]
    messages.success(request, _("%(kind)s %(number)s.") % {"kind": said, "number": chosen.reference})
    return redirect("desk:ticket", ticket.pk)


@require_POST
@for_staff
@acts_once
def remove(request: UserRequest, pk: int, link: int) -> HttpResponse:
    """The page afterwards offers to put it back."""
    ticket = found(request, pk)
    visible = Ticket.objects.visible_to(request.user)
    links = TicketLink.objects.filter(Q(ticket=ticket) | Q(other=ticket)).select_related("ticket", "other")
    row = get_object_or_404(links.filter(ticket__in=visible, other__in=visible), pk=link)
    linking.unlink(row, by=request.user)
    query = urlencode({"removed": related.as_said_on(ticket, row)})
    return redirect(f"{reverse('desk:ticket', args=[ticket.pk])}?{query}#related")
