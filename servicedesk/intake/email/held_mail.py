"""Mails held for the person of the desk in whose name they came: one click of theirs decides, once."""

from __future__ import annotations

from django.conf import settings
from django.db import models, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from servicedesk.intake.email import staff_reply
from servicedesk.mail.incoming import parsing
from servicedesk.mail.incoming.parsing import ParsedMail
from servicedesk.mail.models import RawMail
from servicedesk.mail.outgoing import outbox
from servicedesk.notifications.notices.event_notices import Notice
from servicedesk.people.models import User
from servicedesk.tickets import access, merged
from servicedesk.tickets.errors import NotPermitted, TicketError
from servicedesk.tickets.models import Message, Ticket

Result, Reason = RawMail.Result, RawMail.Reason
KIND = f"mail_held.{Message.Visibility.INTERNAL}"


class Choice(models.TextChoices):
    PUBLISH = "publish", gettext_lazy("Send to the client")
    NOTE = "note", gettext_lazy("Save as internal note")
    DISCARD = "discard", gettext_lazy("Discard the mail")


def ask(row: RawMail, mail: ParsedMail, person: User, ticket: Ticket, reason: RawMail.Reason) -> None:
    """Write to the person: either they learn that their answer waits, or that somebody uses their name.

    Once for a ticket as long as something waits there: a flood of forged mails is one notice.
    """
    others = RawMail.objects.filter(held_for=person, ticket=ticket, result=Result.HELD).exclude(pk=row.pk)
    if others.exists():
        return
    language = person.language or settings.LANGUAGE_CODE
    with override(language):
        told = {"number": ticket.reference, "address": mail.from_address}
        lines = [
            _("A mail about %(number)s came in your name, from %(address)s. It is held until you review it.")
            % told,
            str(reason.label),
            _("If you wrote it, one click sends it. If not, discard it: nobody else has read it."),
        ]
        page = settings.BASE_URL + reverse("desk:raw-mail-one", args=[row.pk])
        notice = Notice(ticket.subject, lines, links=[(_("Review the mail"), page)])
        context = {"notice": notice, "ticket": ticket, "company_name": settings.COMPANY_NAME}
        outbox.queue(
            to=person.email,
            subject=notice.subject,
            text=render_to_string("notifications/notice.txt", context),
            html=render_to_string("notifications/notice.html", context),
            ticket=ticket,
            kind=KIND,
            dedupe_key=f"held:{row.pk}",
            language=language,
        )


def may_decide(row: RawMail, user: User) -> bool:
    """Only the person in whose name it came."""
    return row.is_held and row.held_for_id == user.pk


def may_discard(row: RawMail, user: User) -> bool:
    return row.is_held and (row.held_for_id == user.pk or user.is_superuser)


@transaction.atomic
def settle(raw_mail: RawMail, choice: Choice, *, by: User) -> Ticket | None:
    """Do what the person has chosen, once; return the ticket that took the words, None when discarded.

    Raises:
        TicketError: it is settled already, its ticket is gone, or it would show the client what the client
            must not read.
        NotPermitted: it was not held for this person, or they may not write there (any more).
    """
    row = RawMail.objects.select_for_update().get(pk=raw_mail.pk)
    if not row.is_held:
        raise TicketError(_("This mail has already been processed."))
    if choice == Choice.DISCARD:
        if not may_discard(row, by):
            raise NotPermitted
        _write(row, result=Result.IGNORED, reason=Reason.DISCARDED, detail=str(by))
        return None
    if not may_decide(row, by):
        raise NotPermitted
    ticket = _post(row, choice, by)
    _write(row, result=Result.REPLY, reason=Reason.NONE, ticket=ticket)
    return ticket


def _post(row: RawMail, choice: Choice, by: User) -> Ticket:
    if row.ticket is None:
        raise TicketError(_("The ticket of this mail no longer exists."))
    ticket = merged.standing_for(row.ticket)
    ticket.lock()
    if not access.may_write(by, ticket):
        raise NotPermitted
    with row.content.open("rb") as file:
        mail = parsing.parse(file.read())
    is_public = choice == Choice.PUBLISH
    if is_public and staff_reply.body_quotes_hidden(mail, ticket):
        raise TicketError(_("This quotes a message that is not visible to the client. Rephrase it."))
    visibility = Message.Visibility.PUBLIC if is_public else Message.Visibility.INTERNAL
    staff_reply.post(mail, by, ticket, visibility=visibility, at=timezone.now())
    return ticket


def _write(row: RawMail, **values: object) -> None:
    RawMail.objects.filter(pk=row.pk).update(**{"detail": "", **values})
