"""A new ticket by phone: the agent writes, the client's contact is the one who asks."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from contracts.coverage.intake_rule.rule import RequestRefused
from servicedesk.desk.access import for_staff
from servicedesk.desk.new_ticket import caller_card
from servicedesk.desk.new_ticket.form import NewTicketForm
from servicedesk.intake.submit import submit
from servicedesk.once.acting import acts_once
from servicedesk.people.http import UserRequest
from servicedesk.tickets import conversation
from servicedesk.tickets.models import Channel, Message, Ticket

CHOICES = ("client", "contact", "type")


@sensitive_post_parameters()  # a question may ask for access data
@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@for_staff
@acts_once
def new_ticket(request: UserRequest) -> HttpResponse:
    """POST with “choose” only looks again: what depends on the choice is shown, to htmx that alone."""
    user = request.user
    if not (user.is_agent or user.is_superuser):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, NewTicketForm(user=user, client=request.GET.get("client", "")))
    if "choose" in request.POST:
        form = NewTicketForm(user=user, typed=request.POST)
        return _part(request, form) if request.htmx else _page(request, form)
    form = NewTicketForm(request.POST, user=user)
    if form.is_asked_anew:
        return _page(request, NewTicketForm(user=user, typed=request.POST), status=422, is_asked_anew=True)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        return _go_to(request, _opened(request, form))
    except RequestRefused as error:
        form.add_error(None, str(error))
        return _page(request, form, status=409)


@transaction.atomic
def _opened(request: UserRequest, form: NewTicketForm) -> Ticket:
    """Whoever works on it reads which answers have to be asked for."""
    ticket = submit(form.submission())
    if left_open := form.left_open():
        conversation.post(
            ticket,
            author=request.user,
            body="\n".join([_("Not known yet when the client called:"), *(f"– {one}" for one in left_open)]),
            visibility=Message.Visibility.INTERNAL,
            channel=Channel.PHONE,
            is_announced=False,
        )
    return ticket


def _page(
    request: UserRequest, form: NewTicketForm, status: int = 200, *, is_asked_anew: bool = False
) -> HttpResponse:
    context = {"form": form, "card": _card(request, form), "is_asked_anew": is_asked_anew}
    return render(request, "desk/new_ticket/page.html", context, status=status)


def _part(request: UserRequest, form: NewTicketForm) -> HttpResponse:
    """What was chosen brings its own part and, out of band, what else it changes."""
    chosen = request.POST["choose"]
    context = {
        "form": form,
        "card": _card(request, form),
        "chosen": chosen if chosen in CHOICES else "client",
    }
    return render(request, "desk/new_ticket/_parts.html", context)


def _card(request: UserRequest, form: NewTicketForm) -> caller_card.CallerCard | None:
    service = form.item.service if form.item else None
    return caller_card.of(form.company, form.caller(), service, by=request.user, at=timezone.now())


def _go_to(request: UserRequest, ticket: Ticket) -> HttpResponse:
    """The ticket's page, unless it went to a private group that this person does not work in."""
    if Ticket.objects.visible_to(request.user).filter(pk=ticket.pk).exists():
        messages.success(request, _("%(number)s is created.") % {"number": ticket.reference})
        return redirect("desk:ticket", ticket.pk)
    sentence = _("%(number)s is created and assigned to a private group.") % {"number": ticket.reference}
    messages.success(request, sentence)
    return redirect("desk:queue")
