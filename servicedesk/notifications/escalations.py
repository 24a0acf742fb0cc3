"""Escalations told by mail: one waiting for a person is a mail about its ticket, several are one digest.

The sweep writes who must be told of what, and from when; here it is sent. A notice is claimed by its
row's lock and marked in the transaction that writes the mail, so it goes out once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from servicedesk.lib import clock_words
from servicedesk.mail import outbox
from servicedesk.notifications import links
from servicedesk.notifications.notices import Notice
from servicedesk.people.models import User
from servicedesk.tickets.models import Message, Ticket
from servicedesk.tickets.named import Names
from servicedesk.tickets.statuses import Status
from sla import display
from sla.escalation import words
from sla.models import Escalation, EscalationNotice

# A mailed answer to it becomes a note for colleagues, never a message to the client.
KIND = f"sla_escalated.{Message.Visibility.INTERNAL}"
DIGEST = f"sla_escalations.{Message.Visibility.INTERNAL}"


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
    """Send what may be told by `at`; return the number of mails. One statement when nothing waits."""
    waiting = EscalationNotice.objects.filter(sent_at=None, not_before__lte=at).order_by()
    people = sorted(set(waiting.values_list("user_id", flat=True)))
    return sum(_tell(person, at) for person in people)


@transaction.atomic
def _tell(person: int, at: datetime) -> bool:
    """Tell one person all that waits for them; False if another sender was faster or they are gone."""
    waiting = EscalationNotice.objects.filter(user=person, sent_at=None, not_before__lte=at).order_by("pk")
    # Only this table is locked, and only it is sure to be read anew after a wait.
    mine = list(waiting.select_for_update(skip_locked=True).values_list("pk", flat=True))
    if not mine:
        return False
    found = EscalationNotice.objects.filter(pk__in=mine).order_by("escalation__reached_at", "pk")
    notices = list(found.select_related("user", "escalation__clock__ticket__client"))
    user = notices[0].user
    names = Names((notice.escalation.clock.ticket_id for notice in notices), user)
    told = [one for one in notices if user.is_staff and names.sees(one.escalation.clock.ticket_id)]
    _skip([one for one in notices if one not in told])
    if not told:
        return False
    found.filter(pk__in=[one.pk for one in told]).update(sent_at=at)
    _mail(user, [notice.escalation for notice in told], at)
    return True


def _skip(notices: list[EscalationNotice]) -> None:
    """They left, or may not see the ticket, before they could be told; the escalation keeps that."""
    for notice in notices:
        row = Escalation.objects.select_for_update().get(pk=notice.escalation_id)
        row.actions["not_told"] = [*row.actions.get("not_told", []), notice.user_id]
        row.save(update_fields=["actions"])
    EscalationNotice.objects.filter(pk__in=[notice.pk for notice in notices]).delete()


def _mail(user: User, escalations: list[Escalation], at: datetime) -> None:
    language = user.language or settings.LANGUAGE_CODE
    with override(language):
        lines = _lines(user, escalations, at)
        if len(lines) == 1:
            notice, template, kind = _single(lines[0]), "notice", KIND
        else:
            notice, template, kind = _digest(len(lines)), "escalations", DIGEST
        ticket = lines[0].ticket if len(lines) == 1 else None
        context = {"notice": notice, "lines": lines, "ticket": ticket, "company_name": settings.COMPANY_NAME}
        outbox.queue(
            to=user.email,
            subject=notice.subject,
            text=render_to_string(f"notifications/{template}.txt", context),
            html=render_to_string(f"notifications/{template}.html", context),
            ticket=ticket,
            kind=kind,
            language=language,
        )


def _lines(user: User, escalations: list[Escalation], at: datetime) -> list[Line]:
    tickets = {row.clock.ticket_id: row.clock.ticket for row in escalations}
    views = display.for_tickets(tickets.values(), at)
    shown = {(pk, view.kind): view for pk, clocks in views.items() for view in clocks}
    return [
        Line(
            ticket=tickets[row.clock.ticket_id],
            promise=words.clock(row.clock.kind),
            threshold=words.threshold(row.threshold),
            state=_state(shown[row.clock.ticket_id, row.clock.kind]),
            url=links.page_url(tickets[row.clock.ticket_id], user),
            why=words.instead(row.actions.get("instead", "")),
        )
        for row in escalations
    ]


def _state(view: display.ClockView) -> str:
    """“−1h 20m over 4h”, “48m left of 4h”; what became of a clock that has stopped meanwhile."""
    if clock_words.state(view) in {"paused", "met", "none"} or view.stopped_at:
        return clock_words.due(view)
    return f"{clock_words.figure(view)} {clock_words.note(view)}"


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
    why = [_("You are told because %(reason)s.") % {"reason": line.why}] if line.why else []
    return Notice(ticket.subject, [said, now, *why], links=[(_("Open the ticket"), line.url)])


def _digest(count: int) -> Notice:
    subject = ngettext("%(count)s escalated deadline", "%(count)s escalated deadlines", count)
    return Notice(subject % {"count": count}, [_("These deadlines were escalated to you.")])
