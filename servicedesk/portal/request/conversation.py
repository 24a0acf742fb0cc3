"""The public conversation of a request with what happened between, oldest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.people.models import User
from servicedesk.portal.request import estimate_messages
from servicedesk.tickets import merged
from servicedesk.tickets.models import EventKind, Message, Ticket, TicketEvent


@dataclass(frozen=True)
class Turn:
    """A message, or (when `message` is None) one line about what happened."""

    at: datetime
    message: Message | None = None
    kind: str = ""
    actor: str = ""
    text: str = ""
    origin: str = ""  # the number of the merged request that the message stands in


# Told as “Marta Vidal …”, or alone when nobody in particular did it.
_BY_SOMEBODY: dict[str, Promise] = {
    EventKind.ACCEPTED: gettext_lazy("took your request."),
    EventKind.APPROVED: gettext_lazy("approved the request."),
    EventKind.APPROVAL_GIVEN: gettext_lazy("gave one of the approvals."),
    EventKind.REOPENED: gettext_lazy("re-opened the request."),
}
_ALONE: dict[str, Promise] = {
    EventKind.APPROVED: gettext_lazy("The request is approved."),
    EventKind.CLIENT_ASKED: gettext_lazy("We wait for your answer. This time does not count."),
    EventKind.CLIENT_ANSWERED: gettext_lazy("The answer was received, work continues."),
    EventKind.THIRD_PARTY_ASKED: gettext_lazy("We wait for a supplier."),
    EventKind.RESOLVED: gettext_lazy("We believe it is solved. Please check the result."),
    EventKind.REOPENED: gettext_lazy("The request was re-opened."),
    EventKind.CLOSED: gettext_lazy("The request is closed."),
}

_MERGING: dict[str, Promise] = {
    EventKind.MERGED: gettext_lazy("It is about the same as %(number)s, so it was merged into that request."),
    EventKind.TOOK_IN: gettext_lazy("%(number)s is about the same and was merged into this request."),
}
_ASKING = (EventKind.APPROVAL_ASKED, EventKind.APPROVAL_PASSED_ON)
_KINDS = [
    *{*_BY_SOMEBODY, *_ALONE, *_MERGING},
    *_ASKING,
    *estimate_messages.KINDS,
    EventKind.MESSAGE_POSTED,
    EventKind.REJECTED,
    EventKind.CANCELLED,
    EventKind.RATED,
]


def turns(ticket: Ticket, user: User) -> list[Turn]:
    """Four statements, whatever the length, and one when approvals were asked. Notes of the desk are never
    among them; the words of requests that were merged into this one are."""
    said = {message.pk: _said(message, ticket) for message in _messages(ticket, user)}
    events = _events(ticket)
    names = _approvers(events)
    told = [
        said.pop(event.details["message"], None)
        if event.kind == EventKind.MESSAGE_POSTED
        else _told(event, names)
        for event in events
    ]
    return sorted([*filter(None, told), *said.values()], key=lambda turn: turn.at)


def last_of_staff(thread: Sequence[Turn]) -> Message | None:
    """The newest word of the desk: a question while we wait, a solution after that."""
    for turn in reversed(thread):
        if turn.message and turn.message.side == Message.Side.STAFF:
            return turn.message
    return None


def _messages(ticket: Ticket, user: User) -> list[Message]:
    public = merged.messages(ticket, user).filter(visibility=Message.Visibility.PUBLIC)
    return list(public.select_related("author").prefetch_related("attachments"))


def _events(ticket: Ticket) -> list[TicketEvent]:
    """In the order they were recorded, messages among them."""
    return list(ticket.events.filter(kind__in=_KINDS).select_related("actor"))


def _approvers(events: Sequence[TicketEvent]) -> dict[int, str]:
    asked = {pk for event in events if event.kind in _ASKING for pk in event.details.get("approvers", ())}
    return {one.pk: str(one) for one in User.objects.filter(pk__in=asked)} if asked else {}


def _asking(event: TicketEvent, names: dict[int, str]) -> str:
    people = [names[pk] for pk in event.details.get("approvers", ()) if pk in names]
    if not people:
        return _("The request needs an approval.")
    return _("We wait for the approval of %(people)s.") % {"people": ", ".join(people)}


def _said(message: Message, ticket: Ticket) -> Turn:
    origin = "" if message.ticket_id == ticket.pk else f"SD-{message.ticket_id}"
    return Turn(message.sent_at, message=message, origin=origin)


def _told(event: TicketEvent, names: dict[int, str]) -> Turn | None:
    actor = event.actor.full_name if event.actor else ""
    if event.kind in _ASKING:
        return Turn(event.happened_at, kind=event.kind, text=_asking(event, names))
    if event.kind in estimate_messages.KINDS:
        return Turn(event.happened_at, kind=event.kind, actor=actor, text=estimate_messages.said(event))
    if event.kind in _BY_SOMEBODY and actor:
        return Turn(event.happened_at, kind=event.kind, actor=actor, text=str(_BY_SOMEBODY[event.kind]))
    text = _alone(event)
    return Turn(event.happened_at, kind=event.kind, text=text) if text else None


def _alone(event: TicketEvent) -> str:
    if event.kind in (EventKind.REJECTED, EventKind.CANCELLED):
        return _ended(event)
    if event.kind == EventKind.RATED:
        return _("Rated %(rating)s of 5.") % {"rating": event.details.get("rating")}
    if event.kind == EventKind.CLIENT_ASKED and "to" not in event.details:  # other tasks go on
        return _("We wait for your answer.")
    if event.kind in _MERGING:
        other = event.details.get("into") or event.details.get("other")
        return str(_MERGING[event.kind]) % {"number": f"SD-{other}"}
    return str(_ALONE.get(event.kind, ""))


def _ended(event: TicketEvent) -> str:
    is_rejected = event.kind == EventKind.REJECTED
    what = _("The request was rejected.") if is_rejected else _("The request was cancelled.")
    reason = event.details.get("reason") or ""
    if event.details.get("how") == "timeout":
        reason = _("Nobody decided in time.")
    return f"{what} {reason}".strip()
