"""Files that answer questions of a form: kept beside the first message, named in the answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from servicedesk.tickets import attachments
from servicedesk.tickets.attachments import Upload
from servicedesk.tickets.models import Message, Ticket

Given = Mapping[str, Sequence[Upload]]  # by the key of the question


def check(given: Given) -> None:
    """Raise `FileRefused` when one of them may not come in; nothing is written."""
    for files in given.values():
        for file in files:
            attachments.check(file)


def keep(ticket: Ticket, message: Message, given: Given) -> None:
    """Attach checked files to the message and say in the answers which they are; one UPDATE, if any came.

    The answer becomes `[{"attachment": pk, "name": name}]`.
    """
    kept = {key: attachments.keep(message, files) for key, files in given.items() if files}
    if not kept:
        return
    named = {key: [{"attachment": one.pk, "name": one.name} for one in files] for key, files in kept.items()}
    ticket.answers = {**ticket.answers, **named}
    Ticket.objects.filter(pk=ticket.pk).update(answers=ticket.answers)
