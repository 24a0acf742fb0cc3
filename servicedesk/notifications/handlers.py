"""From an event to rows in the outbox, in the same transaction."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from servicedesk.mail import outbox
from servicedesk.notifications import recipients
from servicedesk.notifications.notices import Notice, compose
from servicedesk.people.models import User
from servicedesk.tickets.models import Message, Ticket, TicketEvent


def on_ticket_event(event: TicketEvent) -> None:
    for who in recipients.of(event):
        _mail(event, who)


def _mail(event: TicketEvent, who: User | str) -> None:
    address = who if isinstance(who, str) else who.email
    language = _language(event.ticket, who)
    with override(language):
        notice = compose(event, who)
        outbox.queue(
            to=address,
            subject=notice.subject,
            text=_render("notifications/notice.txt", notice, event.ticket),
            html=_render("notifications/notice.html", notice, event.ticket),
            ticket=event.ticket,
            kind=_kind(event),
            language=language,
        )


def _kind(event: TicketEvent) -> str:
    """Says of a note that it is internal or personal, so that a mailed answer never becomes public."""
    visibility = event.details.get("visibility", Message.Visibility.PUBLIC)
    return event.kind if visibility == Message.Visibility.PUBLIC else f"{event.kind}.{visibility}"


def _language(ticket: Ticket, who: User | str) -> str:
    if isinstance(who, User):
        return who.language or (settings.LANGUAGE_CODE if who.is_staff else ticket.client.language)
    return ticket.client.language


def _render(template: str, notice: Notice, ticket: Ticket) -> str:
    context = {"notice": notice, "ticket": ticket, "company_name": settings.COMPANY_NAME}
    return render_to_string(template, context)
