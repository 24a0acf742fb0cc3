"""What is written on a ticket. Three addresses, so that no field decides who will read it."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from servicedesk.desk.access import for_staff, found
from servicedesk.desk.ticket.conversation.message_forms import (
    MessageForm,
    NoteForm,
    PersonalForm,
    ReplyForm,
)
from servicedesk.desk.ticket_again import TicketAgain
from servicedesk.once.acting import acts_once
from servicedesk.people.http import UserRequest
from servicedesk.tickets import conversation
from servicedesk.tickets.access import may_write
from servicedesk.tickets.errors import NotPermitted
from servicedesk.tickets.models import Message, Ticket
from workflows.steps import first_response

Visibility = Message.Visibility


@require_POST
@for_staff
@acts_once
def reply(request: UserRequest, pk: int) -> HttpResponse:
    """To the client; refused when it would go to other people than those named on the page."""
    ticket = _workable(request, pk)
    with transaction.atomic():
        ticket.lock()
        form = ReplyForm(request.POST, request.FILES, ticket=ticket, user=request.user)
        if not form.is_valid():
            return _again(form)
        if form.is_for_others:
            form.show_new_audience()
            form.add_error(None, _new_recipients(form))
            return TicketAgain(ticket, status=409, message_form=form)
        message = _post(form, Visibility.PUBLIC)
        is_theirs_now = first_response.take(ticket, by=request.user)
    messages.success(request, _sent(is_theirs_now=is_theirs_now))
    return _at(message)


@require_POST
@for_staff
@acts_once
def note(request: UserRequest, pk: int) -> HttpResponse:
    form = NoteForm(request.POST, request.FILES, ticket=_workable(request, pk), user=request.user)
    if not form.is_valid():
        return _again(form)
    return _at(_post(form, Visibility.INTERNAL))


@require_POST
@for_staff
@acts_once
def personal(request: UserRequest, pk: int) -> HttpResponse:
    form = PersonalForm(request.POST, request.FILES, ticket=_workable(request, pk), user=request.user)
    if not form.is_valid():
        return _again(form)
    return _at(_post(form, Visibility.PERSONAL))


def _workable(request: UserRequest, pk: int) -> Ticket:
    ticket = found(request, pk)
    if not may_write(request.user, ticket):
        raise NotPermitted
    return ticket


def _post(form: MessageForm, visibility: Message.Visibility) -> Message:
    given = form.cleaned_data
    return conversation.post(
        form.ticket,
        author=form.user,
        body=given["body"],
        visibility=visibility,
        addressee=given.get("addressee"),
        files=given["uploads"],
    )


def _again(form: MessageForm) -> HttpResponse:
    return TicketAgain(form.ticket, status=422, message_form=form)


def _at(message: Message) -> HttpResponse:
    page = reverse("desk:ticket", args=[message.ticket_id])
    return redirect(f"{page}#message-{message.pk}")


def _sent(*, is_theirs_now: bool) -> str:
    if is_theirs_now:
        return _("Your reply is sent. It was the first one, so the ticket is assigned to you.")
    return _("Your reply is sent.")


def _new_recipients(form: ReplyForm) -> str:
    names = ", ".join(form.recipients.names)
    if not names:
        return _("Nobody gets the reply by e-mail any more. It is not sent yet; check the recipients below.")
    return _("The recipients have changed. It is not sent yet; now it would go to %(names)s.") % {
        "names": names
    }
