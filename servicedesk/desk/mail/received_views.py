"""Received mail: what became of each, and what a person has to decide."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from servicedesk.desk.access import for_staff
from servicedesk.desk.mail import source as mail_source
from servicedesk.desk.mail.held_mail_form import ReviewForm
from servicedesk.desk.mail.sender_forms import ContactForm, KnownContactForm
from servicedesk.intake.email import held_mail, mail_processing, unknown_senders
from servicedesk.intake.email.held_mail import Choice
from servicedesk.intake.email.mail_processing import MailResult
from servicedesk.mail.models import RawMail
from servicedesk.once.acting import acts_once
from servicedesk.people import addresses
from servicedesk.people.http import UserRequest
from servicedesk.people.models import User
from servicedesk.tickets.errors import NotPermitted, TicketError
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
        "has_any": shows_all or mails.exists(),
        "unsettled_count": unsettled.count(),
        "is_reader": request.user.is_agent or request.user.is_superuser or mails.exists(),
    }
    return render(request, "desk/mail/inbox.html", context)


@require_safe
@for_staff
def raw_mail(request: UserRequest, pk: int) -> HttpResponse:
    return _page(request, _mail_or_404(request, pk))


@require_POST
@for_staff
@acts_once
def retry(request: UserRequest, pk: int) -> HttpResponse:
    """Go through an unsettled mail again; a settled one is refused with 409."""
    row = _mail_or_404(request, pk)
    return _lead_on(request, row, mail_processing.retry(row))


@require_POST
@for_staff
@acts_once
def take_in(request: UserRequest, pk: int) -> HttpResponse:
    """Make the unknown sender a contact of a client, then go through the mail again."""
    row = _mail_or_404(request, pk)
    form = ContactForm(request.POST, user=request.user)
    if not form.is_valid():
        return _page(request, row, {"form": form}, status=422)
    given = form.cleaned_data
    result = unknown_senders.make_known(
        row, client=given["client"], full_name=given["full_name"], by=request.user
    )
    return _lead_on(request, row, result)


@require_POST
@vary_on_headers("HX-Request")
@for_staff
@acts_once
def recognise(request: UserRequest, pk: int) -> HttpResponse:
    """Give the unknown sender's address to a contact, then go through the mail again.

    With “choose” the contacts of the chosen client are offered, to htmx those alone.
    """
    row = _mail_or_404(request, pk)
    if "choose" in request.POST:
        known = KnownContactForm(user=request.user, typed=request.POST)
        if request.htmx:
            return render(request, "desk/new_ticket/_contact.html", {"form": known})
        return _page(request, row, {"known": known})
    known = KnownContactForm(request.POST, user=request.user)
    if not known.is_valid():
        return _page(request, row, {"known": known}, status=422)
    result = unknown_senders.recognise(row, contact=known.cleaned_data["contact"], by=request.user)
    return _lead_on(request, row, result)


@require_POST
@for_staff
@acts_once
def settle(request: UserRequest, pk: int) -> HttpResponse:
    """Publish a held mail, keep it as a note or discard it; once, by the person in whose name it came."""
    row = _mail_or_404(request, pk)
    if not row.is_held:
        messages.warning(request, _("This mail has already been processed."))
        return redirect("desk:raw-mail-one", pk)
    form = ReviewForm(request.POST, ticket=row.ticket, user=request.user)
    if not form.is_valid():
        return _page(request, row, {"review": form}, status=409 if form.non_field_errors() else 422)
    try:
        ticket = held_mail.settle(row, Choice(form.cleaned_data["choice"]), by=request.user)
    except NotPermitted:
        raise
    except TicketError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, row, {"review": form}, status=409)
    if ticket is None:
        messages.success(request, _("The mail is discarded."))
        return redirect("desk:raw-mail")
    messages.success(request, _("The mail was added to %(number)s.") % {"number": ticket.reference})
    return redirect("desk:ticket", ticket.pk)


def _mail_or_404(request: UserRequest, pk: int) -> RawMail:
    return get_object_or_404(
        RawMail.objects.visible_to(request.user).select_related("ticket", "held_for"), pk=pk
    )


def _page(
    request: UserRequest, row: RawMail, sent: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """`sent` is the one of the forms, “form”, “known” or “review”, that was filled in."""
    source = mail_source.read(row)
    forms: dict[str, Any] = {}
    if held_mail.may_discard(row, request.user):
        forms = {"review": ReviewForm(ticket=row.ticket, user=request.user)}
    elif sent or unknown_senders.waits_for_its_sender(row):
        name = source.mail.from_name if source and source.mail else ""
        forms = {
            "form": ContactForm(user=request.user, name=name),
            "known": KnownContactForm(user=request.user, name=name),
        }
    context = {
        "raw": row,
        "source": source,
        "mail": source.mail if source else None,
        "is_unsettled": row.state != RawMail.State.DONE or row.result == RawMail.Result.QUARANTINED,
        "may_publish": held_mail.may_decide(row, request.user),
        "switched_off": _switched_off(row),
    }
    return render(request, "desk/mail/received.html", context | forms | (sent or {}), status=status)


def _switched_off(row: RawMail) -> User | None:
    """Whose address it is, when the address alone is why the mail waits."""
    if row.result != RawMail.Result.QUARANTINED or row.reason != RawMail.Reason.INACTIVE_SENDER:
        return None
    known = addresses.owner(row.from_address)
    return known.person if known and known.person.is_active and not known.is_active else None


def _lead_on(request: UserRequest, row: RawMail, result: MailResult) -> HttpResponse:
    """Say what became of the mail, and show the ticket if this person may see it."""
    if result.ticket is None:
        messages.warning(request, result.reason or _("Nothing was posted."))
        return redirect("desk:raw-mail-one", row.pk)
    is_new = result.result == RawMail.Result.CREATED
    sentence = (
        _("%(number)s is created from this mail.") if is_new else _("The mail was added to %(number)s.")
    )
    messages.success(request, sentence % {"number": result.ticket.reference})
    if Ticket.objects.visible_to(request.user).filter(pk=result.ticket.pk).exists():
        return redirect("desk:ticket", result.ticket.pk)
    return redirect("desk:raw-mail")
