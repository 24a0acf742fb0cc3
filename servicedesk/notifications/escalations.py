"""Escalations told by mail: one waiting for a person is a mail about its ticket, several are one digest.

The sweep writes who must be told of what, and from when; here it is sent. A notice is claimed by its
row's lock and marked in the transaction that writes the mail, so it goes out once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from servicedesk.lib import clock_text
from servicedesk.mail.outgoing import outbox
from servicedesk.notifications import links, queueing
from servicedesk.notifications.notices.event_notices import Notice
from servicedesk.notifications.queueing import Written
from servicedesk.people.models import User
from servicedesk.tickets.models import Message, Ticket
from servicedesk.tickets.statuses import Status
from servicedesk.tickets.visible_name import Names
from sla.clocks import display
from sla.escalation import wording as escalation_wording
from sla.escalation.recipients import People
from sla.models import Escalation, EscalationNotice

# A mailed answer to it becomes a note for colleagues, never a message to the client.
KIND = f"sla_escalated.{Message.Visibility.INTERNAL}"
DIGEST = f"sla_escalations.{Message.Visibility.INTERNAL}"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Line:
    """One escalation as its reader sees it; `state` says how late it is now."""

    ticket: Ticket
    promise: str
    threshold: str
    state: str
    url: str
    why: str = ""


def send_waiting(at: datetime) -> int:
    """Send what may be told by `at`; return the number of mails. One statement when nothing waits.

    Somebody who cannot be told keeps nobody else from hearing: see `_tell_one_by_one`.
    """
    waiting = EscalationNotice.objects.filter(sent_at=None, not_before__lte=at).order_by()
    people = sorted(set(waiting.values_list("user_id", flat=True)))
    return sum(_tell_all(person, at) for person in people)


def _tell_all(person: int, at: datetime) -> int:
    try:
        return int(_tell(person, at))
    except DatabaseError:  # not of the notices: they wait for the next minute
        log.exception("escalations_put_off", person=person)
        return 0
    except Exception:
        log.exception("escalations_not_told_together", person=person)
    return _tell_one_by_one(person, at)


def _tell_one_by_one(person: int, at: datetime) -> int:
    """One of several cannot be written: it alone ends as a failed mail with its reason."""
    waiting = EscalationNotice.objects.filter(user=person, sent_at=None, not_before__lte=at).order_by("pk")
    told = 0
    for key in list(waiting.values_list("pk", flat=True)):
        try:
            told += _tell(person, at, only=key)
        except Exception:  # what is left is an error of the database, or of the row itself
            log.exception("escalation_put_off", notice=key)
    return told


@transaction.atomic
def _tell(person: int, at: datetime, only: int | None = None) -> bool:
    """Tell one person all that waits for them; False if another sender was faster or they are gone."""
    waiting = EscalationNotice.objects.filter(user=person, sent_at=None, not_before__lte=at).order_by("pk")
    waiting = waiting if only is None else waiting.filter(pk=only)
    # Only this table is locked, and only it is sure to be read anew after a wait.
    mine = list(waiting.select_for_update(skip_locked=True).values_list("pk", flat=True))
    if not mine:
        return False
    found = EscalationNotice.objects.filter(pk__in=mine).order_by("escalation__reached_at", "pk")
    notices = list(found.select_related("user", "escalation__clock__ticket__client"))
    user = notices[0].user
    names = Names((notice.escalation.clock.ticket_id for notice in notices), user)
    told = [
        one
        for one in notices
        if user.is_active and user.is_staff and names.sees(one.escalation.clock.ticket_id)
    ]
    _skip([one for one in notices if one not in told])
    if not told:
        return False
    found.filter(pk__in=[one.pk for one in told]).update(sent_at=at)
    escalations = [notice.escalation for notice in told]
    language = user.language or settings.LANGUAGE_CODE
    with override(language):
        if only is None:
            _queue(user, language, _write(user, escalations, at))
        else:
            _queue_alone(user, language, escalations, at)
    return True


def _skip(notices: list[EscalationNotice]) -> None:
    """They left, or may not see the ticket, before they could be told; the escalation keeps that."""
    for notice in notices:
        row = Escalation.objects.select_for_update().get(pk=notice.escalation_id)
        row.actions["not_told"] = [*row.actions.get("not_told", []), notice.user_id]
        row.save(update_fields=["actions"])
    EscalationNotice.objects.filter(pk__in=[notice.pk for notice in notices]).delete()
    for key in {notice.escalation_id for notice in notices}:
        _pass_on(key, min(one.not_before for one in notices if one.escalation_id == key))


def _pass_on(key: int, not_before: datetime) -> None:
    """When nobody is left who was or will be told of it: the leaders of the group, or administrators."""
    if EscalationNotice.objects.filter(escalation=key).exists():
        return
    row = Escalation.objects.select_related("clock__ticket__group", "clock__ticket__client").get(pk=key)
    ticket = row.clock.ticket
    told = People([ticket], []).instead(ticket.group_id)
    row.actions |= {"instead": told.instead, "told": list(told.people)}
    row.save(update_fields=["actions"])
    EscalationNotice.objects.bulk_create(
        EscalationNotice(escalation=row, user_id=person, not_before=not_before) for person in told.people
    )


def _write(user: User, escalations: list[Escalation], at: datetime) -> tuple[Written, Ticket | None]:
    """The mail, and its ticket when it is about one."""
    lines = _lines(user, escalations, at)
    is_single = len(lines) == 1
    notice, template = (_single(lines[0]), "notice") if is_single else (_digest(len(lines)), "escalations")
    ticket = lines[0].ticket if is_single else None
    context = {"notice": notice, "lines": lines, "ticket": ticket, "company_name": settings.COMPANY_NAME}
    text, html = (render_to_string(f"notifications/{template}.{form}", context) for form in ("txt", "html"))
    return Written(notice.subject, text, html), ticket


def _queue(user: User, language: str, mail: tuple[Written, Ticket | None]) -> None:
    written, ticket = mail
    outbox.queue(
        to=user.email,
        subject=written.subject,
        text=written.text,
        html=written.html,
        ticket=ticket,
        kind=KIND if ticket else DIGEST,
        language=language,
    )


def _queue_alone(user: User, language: str, escalations: list[Escalation], at: datetime) -> None:
    ticket = escalations[0].clock.ticket
    queueing.send(
        lambda: _write(user, escalations, at)[0],
        to=user.email,
        about=ticket.subject,
        ticket=ticket,
        kind=KIND,
        language=language,
        page=f"{settings.BASE_URL}{reverse('desk:ticket', args=[ticket.pk])}",
    )


def _lines(user: User, escalations: list[Escalation], at: datetime) -> list[Line]:
    tickets = {row.clock.ticket_id: row.clock.ticket for row in escalations}
    views = display.for_tickets(tickets.values(), at)
    shown = {(pk, view.kind): view for pk, clocks in views.items() for view in clocks}
    return [
        Line(
            ticket=tickets[row.clock.ticket_id],
            promise=escalation_wording.clock(row.clock.kind),
            threshold=escalation_wording.threshold(row.threshold),
            state=_state(shown[row.clock.ticket_id, row.clock.kind]),
            url=links.page_url(tickets[row.clock.ticket_id], user),
            why=escalation_wording.instead(row.actions.get("instead", "")),
        )
        for row in escalations
    ]


def _state(view: display.ClockView) -> str:
    """“−1h 20m over 4h”, “48m left of 4h”; what became of a clock that has stopped meanwhile."""
    if clock_text.state(view) in {"paused", "met", "none"} or view.stopped_at:
        return clock_text.due(view)
    return f"{clock_text.figure(view)} {clock_text.note(view)}"


def _single(line: Line) -> Notice:
    ticket = line.ticket
    said = _("Escalation of the ticket %(number)s (%(client)s): %(promise)s, %(threshold)s.") % {
        "number": ticket.reference,
        "client": ticket.client,
        "promise": line.promise,
        "threshold": line.threshold,
    }
    now = _("Now: %(state)s. The ticket is “%(status)s”.") % {
        "state": line.state,
        "status": Status(ticket.status).label,
    }
    why = [_("You are notified because %(reason)s.") % {"reason": line.why}] if line.why else []
    return Notice(ticket.subject, [said, now, *why], links=[(_("Open the ticket"), line.url)])


def _digest(count: int) -> Notice:
    subject = ngettext("%(count)s escalated deadline", "%(count)s escalated deadlines", count)
    return Notice(subject % {"count": count}, [_("These deadlines were escalated to you.")])
