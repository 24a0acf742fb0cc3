"""Mail on its way out: a row first, in the transaction of its cause, sent after it.

A worker gets the id on commit; when it dies or the broker is down, the sweeper sends it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from servicedesk.lib import bulk_rows
from servicedesk.mail import charsets
from servicedesk.mail.guards import reply_tokens
from servicedesk.mail.models import OutgoingAttachment, OutgoingMail
from servicedesk.mail.outgoing import composing, tasks
from servicedesk.mail.outgoing.delivery import again, deliver, host, sweep
from servicedesk.tickets.attachments import Upload
from servicedesk.tickets.models import Ticket

__all__ = ["again", "deliver", "host", "queue", "sweep"]

# So long the worker has it for itself before the sweeper looks.
_HEAD_START = timedelta(minutes=2)


def queue(
    *,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    ticket: Ticket | None = None,
    kind: str = "",
    dedupe_key: str | None = None,
    attachments: Sequence[Upload] = (),
    language: str = "en",
    in_reply_to: str = "",
    references: str = "",
    fault: str = "",
) -> OutgoingMail:
    """Write a mail down to be sent, or return the one written before under the same `dedupe_key`.

    Without a mail server the row is “kept” from the start: people read it on the desk. A mail
    about a ticket gets its mark in the subject. One statement without a key, three with one.

    Args:
        fault: why its words could not be written as they should be; it is failed from the start then, for
            administrators to see and to send all the same.
    """
    now = timezone.now()
    will_be_sent = bool(settings.EMAIL_HOST) and not fault
    state = OutgoingMail.State.QUEUED if will_be_sent else OutgoingMail.State.KEPT
    line = composing.marked(subject, ticket.reference) if ticket else charsets.printable(subject)
    mail = OutgoingMail(
        created_at=now,
        to=charsets.storable(to).strip()[:320],
        subject=line[:300].rstrip(),
        text=charsets.storable(text),
        html=charsets.storable(html),
        language=language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE,
        kind=kind,
        ticket=ticket,
        in_reply_to=charsets.printable(in_reply_to)[:255],
        references=charsets.printable(references),
        dedupe_key=dedupe_key,
        state=OutgoingMail.State.FAILED if fault else state,
        error=charsets.storable(fault)[:1000],
        next_attempt_at=now + _HEAD_START if will_be_sent else None,
    )
    mail.message_id = composing.new_message_id(host(), reply_tokens.of(mail))
    waiting = _together.get()
    if dedupe_key is None and not attachments and waiting is not None:
        waiting.append(mail)
    elif dedupe_key is None:
        mail.save(force_insert=True)
    elif (earlier := _insert_once(mail)) is not None:
        return earlier
    _attach(mail, attachments)
    if will_be_sent:
        _hand_over_on_commit(mail)
    return mail


_together: ContextVar[list[OutgoingMail] | None] = ContextVar("_together", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Write the mails queued meanwhile at the end, in one statement; those with a key or files at once.

    They have no key before the end. Call in the transaction of their cause.
    """
    waiting: list[OutgoingMail] = []
    token = _together.set(waiting)
    try:
        yield
    finally:
        _together.reset(token)
    bulk_rows.insert(waiting)


def _hand_over_on_commit(mail: OutgoingMail) -> None:
    """Robust: a broker that is down must not fail what is committed; the sweeper sends it."""

    def hand_over() -> None:
        tasks.send.delay(mail.pk)

    transaction.on_commit(hand_over, robust=True)


def _insert_once(mail: OutgoingMail) -> OutgoingMail | None:
    """Insert the row; return the earlier one when its key is taken."""
    try:
        with transaction.atomic():
            mail.save(force_insert=True)
    except IntegrityError:
        earlier = OutgoingMail.objects.filter(dedupe_key=mail.dedupe_key).first()
        if earlier is None:
            raise
        return earlier
    return None


def _attach(mail: OutgoingMail, attachments: Sequence[Upload]) -> None:
    for upload in attachments:
        OutgoingAttachment.objects.create(
            mail=mail,
            file=ContentFile(upload.content, name="file"),
            name=charsets.printable(upload.name)[:255].rstrip(),
            content_type=charsets.printable(upload.content_type)[:120],
        )
