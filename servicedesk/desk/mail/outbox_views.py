"""Outgoing mail: what was written, to whom, and what became of it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from servicedesk.desk.access import for_staff
from servicedesk.lib.pages import LongPaginator, at_most
from servicedesk.mail.models import OutgoingMail, OutgoingMailQuerySet
from servicedesk.mail.outgoing import outbox as mail_outbox
from servicedesk.once.acting import acts_once
from servicedesk.people.http import UserRequest
from servicedesk.tickets.models import Ticket

PER_PAGE = 50
MOST = 2_000  # mails of a state that are counted and can be turned to
State = OutgoingMail.State


@require_safe
@for_staff
def outbox(request: UserRequest) -> HttpResponse:
    """Newest first; an unknown state narrows nothing."""
    mails = OutgoingMail.objects.visible_to(request.user)
    counts = {one: _up_to_most(mails.filter(state=one)) for one in State.values}
    state = request.GET.get("state", "")
    state = state if state in State.values else ""
    listed = (mails.filter(state=state) if state else mails).defer("text", "html", "references")
    context = {
        "page": LongPaginator(listed, PER_PAGE, most=MOST).get_page(request.GET.get("page")),
        "state": state,
        "states": [(one.value, one.label, at_most(counts[one], MOST)) for one in State if counts[one]],
        "total": at_most(sum(counts.values()), MOST) if any(counts.values()) else "",
        "is_kept": not settings.EMAIL_HOST,
    }
    return render(request, "desk/mail/outbox.html", context)


def _up_to_most(mails: OutgoingMailQuerySet) -> int:
    return mails.order_by().values("pk")[: MOST + 1].count()


@require_safe
@for_staff
def mail(request: UserRequest, pk: int) -> HttpResponse:
    mail = _mail_or_404(request, pk)
    tickets = Ticket.objects.visible_to(request.user).filter(outgoing_mails=mail)
    context = {
        "mail": mail,
        "may_be_read": mail.may_be_read_by(request.user),
        "files": mail.attachments.all(),
        "ticket": tickets.first(),
        "may_be_sent": mail.state == State.FAILED or (mail.state == State.KEPT and settings.EMAIL_HOST),
        "is_kept": not settings.EMAIL_HOST,
    }
    return render(request, "desk/mail/sent.html", context)


@require_POST
@for_staff
@acts_once
def again(request: UserRequest, pk: int) -> HttpResponse:
    """Let a failed mail wait for sending once more; what is on its way already stays as it is."""
    mail = _mail_or_404(request, pk)
    mail_outbox.again(mail)
    mail.refresh_from_db(fields=["state"])
    if mail.state == State.QUEUED:
        messages.success(request, _("The mail is queued for sending."))
    else:
        messages.warning(request, _("Nothing was changed: the mail is sent or being sent."))
    return redirect("desk:outbox-mail", mail.pk)


def _mail_or_404(request: UserRequest, pk: int) -> OutgoingMail:
    return get_object_or_404(OutgoingMail.objects.visible_to(request.user), pk=pk)
