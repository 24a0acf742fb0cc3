"""The conversation of a ticket as its tabs show it: messages, and between them what happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contracts.models import TimeEntry
from contracts.time.entries import may_change
from servicedesk.desk.history import event_names, event_sentence
from servicedesk.lib import formatting
from servicedesk.people.models import User
from servicedesk.tickets import merged
from servicedesk.tickets.models import Attachment, EventKind, Message, Ticket, TicketEvent

PUBLIC = Message.Visibility.PUBLIC


class Tab(models.TextChoices):
    ALL = "all", _("All")
    CLIENT = "client", _("With client")
    INTERNAL = "internal", _("Internal")
    FILES = "files", _("Files")
    TIME = "time", _("Time")
    HISTORY = "history", _("History")


@dataclass(frozen=True)
class Turn:
    """A message, or (when `message` is None) one line about what happened."""

    at: datetime
    message: Message | None = None
    kind: str = ""
    actor: str = ""
    text: str = ""
    origin: str = ""  # the number of the merged ticket that the message stands in


@dataclass(frozen=True)
class TabLink:
    value: str
    label: Promise | str
    count: str
    is_current: bool


@dataclass(frozen=True)
class Conversation:
    """What one person may read of a ticket, loaded in a fixed number of statements."""

    ticket: Ticket
    tab: Tab
    messages: list[Message]
    events: list[TicketEvent]
    entries: list[TimeEntry]
    names: event_names.Names
    reader: User

    @property
    def turns(self) -> list[Turn]:
        """Oldest first, in the order it was recorded."""
        match self.tab:
            case Tab.CLIENT:
                return [self._said(message) for message in self.messages if message.visibility == PUBLIC]
            case Tab.INTERNAL:
                return [self._said(message) for message in self.messages if message.visibility != PUBLIC]
            case Tab.HISTORY:
                return [self._told(event) for event in self.events if self._may_be_told(event)]
            case Tab.ALL:
                return self._woven()
        return []

    @property
    def files(self) -> list[Attachment]:
        return [file for message in self.messages for file in message.attachments.all()]

    @property
    def worked(self) -> list[tuple[TimeEntry, timedelta, bool]]:
        """Each entry, its time, and whether the reader may change it."""
        return [(one, timedelta(minutes=one.minutes), self._may_change(one)) for one in self.entries]

    def _may_change(self, entry: TimeEntry) -> bool:
        return entry.reversed_at is None and may_change(self.reader, entry)

    @property
    def tabs(self) -> list[TabLink]:
        public = sum(message.visibility == PUBLIC for message in self.messages)
        spent = sum(entry.minutes for entry in self.entries if entry.reversed_at is None)
        counts = {
            Tab.ALL: str(len(self.messages)),
            Tab.CLIENT: str(public),
            Tab.INTERNAL: str(len(self.messages) - public),
            Tab.FILES: str(len(self.files)),
            Tab.TIME: formatting.duration(timedelta(minutes=spent)) if spent else "",
        }
        return [TabLink(tab.value, tab.label, counts.get(tab, ""), tab == self.tab) for tab in Tab]

    @property
    def newest(self) -> int:
        """The newest line of history, by which a page says how old it is."""
        return max((event.pk for event in self.events), default=0)

    def since(self, seen: int) -> list[Turn]:
        """What happened after that line, as far as this person may hear of it."""
        return [self._told(event) for event in self.events if event.pk > seen and self._may_be_told(event)]

    def _woven(self) -> list[Turn]:
        """An event “message posted” stands for its message, so that both keep their order."""
        said = {message.pk: self._said(message) for message in self.messages}
        told = [
            said.pop(event.details.get("message"), None)
            if event.kind == EventKind.MESSAGE_POSTED
            else self._told(event)
            for event in self.events
        ]
        return sorted([*filter(None, told), *said.values()], key=lambda turn: turn.at)

    def _said(self, message: Message) -> Turn:
        is_own = message.ticket_id == self.ticket.pk
        return Turn(message.sent_at, message=message, origin="" if is_own else f"SD-{message.ticket_id}")

    def _told(self, event: TicketEvent) -> Turn:
        text = event_sentence.sentence(event, self.names)
        actor = str(event.actor) if event.actor and event.kind != EventKind.APPROVAL_ASKED else ""
        return Turn(event.happened_at, kind=event.kind, actor=actor, text=text)

    def _may_be_told(self, event: TicketEvent) -> bool:
        """Of a personal message only its two people hear."""
        if event.kind != EventKind.MESSAGE_POSTED:
            return True
        return event.details.get("message") in {message.pk for message in self.messages}


def load(ticket: Ticket, user: User, tab: str) -> Conversation:
    """Five statements and at most three for names, whatever the length; one more if tickets were merged
    into this one, whose messages are woven in. Their time counts as this one's."""
    messages = merged.messages(ticket, user).select_related("author", "addressee")
    events = list(ticket.events.select_related("actor"))
    entries = TimeEntry.objects.visible_to(user).filter(ticket__in=merged.family(ticket)).with_charge()
    return Conversation(
        ticket=ticket,
        tab=Tab(tab) if tab in Tab.values else Tab.ALL,
        messages=list(messages.prefetch_related("attachments")),
        events=events,
        entries=_on_tickets(entries.select_related("ticket", "person", "reversed_by"), ticket),
        names=event_names.names_of(events, user),
        reader=user,
    )


def _on_tickets(entries: Iterable[TimeEntry], ticket: Ticket) -> list[TimeEntry]:
    """Those of the ticket know the very one that the page has read."""
    found = list(entries)
    for entry in found:
        if entry.ticket_id == ticket.pk:
            entry.ticket = ticket
    return found
