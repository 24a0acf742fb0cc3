"""Received mail: what became of each, and what a person has to decide."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from servicedesk.desk import mail_source
from servicedesk.desk.access import for_staff
from servicedesk.desk.contact_form import ContactForm
from servicedesk.intake import contacts, email
from servicedesk.intake.email import MailResult
from servicedesk.mail.models import RawMail
from servicedesk.people.http import UserRequest
from servicedesk.tickets.models import Ticket

PER_PAGE = 50
ALL = "all"


@require_safe
@for_staff
def raw_mails(request: UserRequest) -> HttpResponse:
    """What needs a look, or with `?show=all` everything; newest first."""
    mails = RawMail.objects.visible_to(request.user)
    unsettled = mails.unsettled()
    shows_all = request.GET.get("show") == ALL
    listed = (mails if shows_all else unsettled).select_related("ticket").defer("error")
    context = {
        "page": Paginator(listed, PER_PAGE).get_page(request.GET.get("page")),
        "shows_all": shows_all,
        "unsettled_count": unsettled.count(),
        "is_reader": request.user.is_agent or request.user.is_superuser,
    }
    return render(request, "desk/raw_mails.html", context)


@require_safe
@for_staff
def raw_mail(request: UserRequest, pk: int) -> HttpResponse:
    return _page(request, _mail_or_404(request, pk))


@require_POST
@for_staff
def retry(request: UserRequest, pk: int) -> HttpResponse:
    """Go through an unsettled mail again; a settled one is refused with 409."""
    row = _mail_or_404(request, pk)
    return _lead_on(request, row, email.retry(row))


@require_POST
@for_staff
def take_in(request: UserRequest, pk: int) -> HttpResponse:
    """Make the unknown sender a contact of a client, then go through the mail again."""
    row = _mail_or_404(request, pk)
    form = ContactForm(request.POST, user=request.user)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    given = form.cleaned_data
    result = contacts.make_known(row, client=given["client"], full_name=given["full_name"], by=request.user)
    return _lead_on(request, row, result)


def _mail_or_404(request: UserRequest, pk: int) -> RawMail:
    return get_object_or_404(RawMail.objects.visible_to(request.user).select_related("ticket"), pk=pk)


def _page(
    request: UserRequest, row: RawMail, form: ContactForm | None = None, status: int = 200
) -> HttpResponse:
    source = mail_source.read(row)
    if form is None and contacts.waits_for_its_sender(row):
        name = source.mail.from_name if source and source.mail else ""
        form = ContactForm(user=request.user, name=name)
    context = {
        "raw": row,
        "source": source,
        "mail": source.mail if source else None,
        "form": form,
        "is_unsettled": row.state != RawMail.State.DONE or row.result == RawMail.Result.QUARANTINED,
    }
    return render(request, "desk/raw_mail.html", context, status=status)


def _lead_on(request: UserRequest, row: RawMail, result: MailResult) -> HttpResponse:
    """Say what became of the mail, and show the ticket if this person may see it."""
    if result.ticket is None:
        messages.warning(request, result.reason or _("Nothing was posted."))
        return redirect("desk:raw-mail-one", row.pk)
    is_new = result.result == RawMail.Result.CREATED
    sentence = _("%(number)s is opened from this mail.") if is_new else _("The mail was added to %(number)s.")
    messages.success(request, sentence % {"number": result.ticket.reference})
    if Ticket.objects.visible_to(request.user).filter(pk=result.ticket.pk).exists():
        return redirect("desk:ticket", result.ticket.pk)
    return redirect("desk:raw-mail")
