"""What a mail about an event says. Called with the recipient's language active."""

from __future__ import annotations

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from contracts.deadlines import auto_close
from servicedesk.lib.localized import localized
from servicedesk.notifications import links
from servicedesk.notifications.notices import approval_notices, estimate_notices
from servicedesk.people.models import User
from servicedesk.tickets.models import DueKind, Message, TicketEvent
from servicedesk.tickets.models import EventKind as Kind

_FOR_THE_ASSIGNEE = {
    Kind.REOPENED,
    Kind.CLIENT_ANSWERED,
    Kind.SLA_BREACHED,
    Kind.SLA_AT_RISK,
    Kind.MESSAGE_POSTED,
}


@dataclass
class Notice:
    """A mail in parts: a headline, sentences, quoted words, and links as (label, address)."""

    subject: str
    lines: list[str]
    words: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)
    ratings: list[tuple[int, str]] = field(default_factory=list)


def compose(event: TicketEvent, who: User | str) -> Notice:
    """Return the notice of this event for this person or plain address."""
    if event.kind in approval_notices.KINDS:
        notice = Notice(event.ticket.subject, approval_notices.lines(event, who))
    else:
        notice = _WRITERS[Kind(event.kind)](event)
    if isinstance(who, str):
        return notice
    notice.lines += _instead_of_assignee(event, who)
    if event.kind == Kind.RESOLVED and who.pk == event.ticket.requester_id:
        notice.links.append((_("Confirm or say what is wrong"), links.answer_url(event.ticket, who)))
        notice.ratings = [(mark, links.answer_url(event.ticket, who, mark)) for mark in range(1, 6)]
    elif event.kind == Kind.CLOSED and who.pk == event.ticket.requester_id:
        notice.links.append((_("Rate our work"), links.answer_url(event.ticket, who)))
    notice.links.append((_("Open the request"), links.page_url(event.ticket, who)))
    return notice


def _instead_of_assignee(event: TicketEvent, who: User) -> list[str]:
    """To leaders and administrators who are told because the assignee has left."""
    assignee = event.ticket.assignee
    if event.kind not in _FOR_THE_ASSIGNEE or assignee is None or assignee.is_active or not who.is_staff:
        return []
    said = _("You are notified because %(person)s, the assignee, does not work here any more.")
    return [said % {"person": assignee}]


def _opened(event: TicketEvent) -> Notice:
    return Notice(
        event.ticket.subject,
        [
            _("We have received your request and given it the number %(number)s.")
            % {"number": event.ticket.reference},
            _("Reply to this mail to add something."),
        ],
    )


def _message(event: TicketEvent) -> Notice:
    message = Message.objects.select_related("author").get(pk=event.details["message"])
    said = {
        Message.Visibility.PUBLIC: _("%(person)s writes:"),
        Message.Visibility.INTERNAL: _("Internal note of %(person)s:"),
        Message.Visibility.PERSONAL: _("%(person)s writes to you personally:"),
    }[Message.Visibility(message.visibility)]
    return Notice(
        event.ticket.subject, [said % {"person": message.author or _("Automatic message")}], message.body
    )


def _resolved(event: TicketEvent) -> Notice:
    return Notice(
        event.ticket.subject,
        [
            _("We believe your request is solved. Please check the result."),
            _("If it is not solved, reply to this mail and we will continue."),
            _("If you do not answer by %(day)s, it is closed automatically.") % {"day": _closes_on(event)},
        ],
        event.ticket.solution,
    )


def _closes_on(event: TicketEvent) -> str:
    """The day where the client is."""
    ticket = event.ticket
    moment = auto_close.closes_at(ticket, event.happened_at).astimezone(ZoneInfo(ticket.client.time_zone))
    return date_format(moment, "DATE_FORMAT")


def _closed(event: TicketEvent) -> Notice:
    return Notice(
        event.ticket.subject,
        [
            _("We received no answer, so we closed the request."),
            _("If the problem is still there, reply to this mail."),
        ],
    )


def _cancelled(event: TicketEvent) -> Notice:
    return Notice(event.ticket.subject, [_("The request was cancelled.")], event.details.get("reason", ""))


def _rejected(event: TicketEvent) -> Notice:
    return Notice(event.ticket.subject, approval_notices.rejected(event), event.details.get("reason", ""))


def _merged(event: TicketEvent) -> Notice:
    told = {"number": event.ticket.reference, "target": f"SD-{event.details.get('into')}"}
    return Notice(
        event.ticket.subject,
        [
            _("Your request %(number)s is about the same as %(target)s and was merged into it.") % told,
            _("You follow it from now on. A reply to this mail is added there."),
        ],
    )


def _unmerged(event: TicketEvent) -> Notice:
    told = {"number": event.ticket.reference, "target": f"SD-{event.details.get('out_of')}"}
    line = _("Your request %(number)s is no longer merged into %(target)s and continues separately.") % told
    return Notice(event.ticket.subject, [line])


def _assigned(event: TicketEvent) -> Notice:
    line = _("%(person)s assigned the ticket %(number)s to you.") % {
        "person": event.actor,
        "number": event.ticket.reference,
    }
    return Notice(event.ticket.subject, [line])


def _assigned_by_rule(event: TicketEvent) -> Notice:
    line = _("The ticket %(number)s was assigned to you by a rule. Please accept it.") % {
        "number": event.ticket.reference
    }
    return Notice(event.ticket.subject, [line])


def _reopened(event: TicketEvent) -> Notice:
    line = _("The client re-opened the ticket %(number)s.") % {"number": event.ticket.reference}
    return Notice(event.ticket.subject, [line])


def _answered(event: TicketEvent) -> Notice:
    line = _("The client answered. The ticket %(number)s is under review.") % {
        "number": event.ticket.reference
    }
    return Notice(event.ticket.subject, [line])


def _task_answered(event: TicketEvent) -> Notice:
    task = event.details.get("task") or {}
    line = _("The client answered. Your task “%(task)s” of the ticket %(number)s is resumed.") % {
        "task": localized(task.get("title", ""), task.get("translations")),
        "number": event.ticket.reference,
    }
    return Notice(event.ticket.subject, [line])


def _estimate_offered(event: TicketEvent) -> Notice:
    return Notice(event.ticket.subject, estimate_notices.offered(event), event.details.get("note", ""))


def _estimate_decided(event: TicketEvent) -> Notice:
    return Notice(event.ticket.subject, estimate_notices.decided(event), event.details.get("reason", ""))


def _at_risk(event: TicketEvent) -> Notice:
    line = _("A deadline of the ticket %(number)s is approaching: %(kind)s.") % _clock(event)
    return Notice(event.ticket.subject, [line])


def _breached(event: TicketEvent) -> Notice:
    line = _("SLA of the ticket %(number)s breached: %(kind)s.") % _clock(event)
    return Notice(event.ticket.subject, [line])


def _clock(event: TicketEvent) -> dict[str, object]:
    kind = event.details.get("clock", "")
    label = DueKind(kind).label if kind in DueKind.values else kind
    return {"number": event.ticket.reference, "kind": label}


_WRITERS = {
    Kind.OPENED: _opened,
    Kind.MESSAGE_POSTED: _message,
    Kind.RESOLVED: _resolved,
    Kind.CLOSED: _closed,
    Kind.CANCELLED: _cancelled,
    Kind.REJECTED: _rejected,
    Kind.MERGED: _merged,
    Kind.UNMERGED: _unmerged,
    Kind.ACCEPTED: _assigned,
    Kind.HANDED_OVER: _assigned,
    Kind.ASSIGNED: _assigned_by_rule,
    Kind.REOPENED: _reopened,
    Kind.CLIENT_ANSWERED: _answered,
    Kind.RESUMED: _task_answered,
    Kind.ESTIMATE_OFFERED: _estimate_offered,
    Kind.ESTIMATE_DECIDED: _estimate_decided,
    Kind.SLA_AT_RISK: _at_risk,
    Kind.SLA_BREACHED: _breached,
}
