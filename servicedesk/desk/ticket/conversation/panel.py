"""The conversation, the box for writing, and who follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from servicedesk.desk.ticket.conversation import timeline
from servicedesk.desk.ticket.conversation.message_forms import (
    MessageForm,
    NoteForm,
    PersonalForm,
    ReplyForm,
)
from servicedesk.desk.ticket.shown import Shown


@dataclass(frozen=True)
class Composer:
    """The three forms of the box for writing; `mode` is the one that is open."""

    reply: ReplyForm
    note: NoteForm
    personal: PersonalForm
    mode: str


def fill(shown: Shown) -> dict[str, Any]:
    sent = shown.sent
    conversation = timeline.load(shown.ticket, shown.user, shown.query.get("tab", ""))
    return {
        "conversation": conversation,
        "composer": _composer(shown) if shown.may_work else None,
        "followers": list(shown.ticket.participants.select_related("user")),
        "typed": sent.get("typed", ""),
        "seen": conversation.newest,
        "meanwhile": conversation.since(sent["seen"]) if sent.get("seen") else [],
    }


def _composer(shown: Shown) -> Composer:
    sent: MessageForm | None = shown.sent.get("message_form")

    def form(kind: type[MessageForm]) -> Any:
        return sent if isinstance(sent, kind) else kind(ticket=shown.ticket, user=shown.user)

    mode = sent.mode if sent else ReplyForm.mode
    return Composer(form(ReplyForm), form(NoteForm), form(PersonalForm), mode)
