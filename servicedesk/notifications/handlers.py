"""From an event to rows in the outbox, in the same transaction."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from servicedesk.notifications import links, queueing, recipients
from servicedesk.notifications.notices.event_notices import Notice, compose
from servicedesk.notifications.queueing import Written
from servicedesk.people.models import User
from servicedesk.tickets.models import Message, Ticket, TicketEvent


def on_ticket_event(event: TicketEvent) -> None:
    for who in recipients.of(event):
        _mail(event, who)


def _mail(event: TicketEvent, who: User | str) -> None:
    address = who if isinstance(who, str) else who.email
    language = _language(event.ticket, who)
    with override(language):
        queueing.send(
            partial(_written, event, who),
            to=address,
            about=event.ticket.subject,
            ticket=event.ticket,
            kind=_kind(event),
            language=language,
            page="" if isinstance(who, str) else links.page_url(event.ticket, who),
        )


def _written(event: TicketEvent, who: User | str) -> Written:
    notice = compose(event, who)
    text, html = (_render(f"notifications/notice.{form}", notice, event.ticket) for form in ("txt", "html"))
    return Written(notice.subject, text, html)


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
