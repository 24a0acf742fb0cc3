"""Sending what `outbox` wrote down. Any of this may run twice, or die half way, without harm."""

from __future__ import annotations

import smtplib
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.db.models import F
from django.utils import timezone

from servicedesk.mail import composing
from servicedesk.mail.composing import File
from servicedesk.mail.models import OutgoingMail

State = OutgoingMail.State

MAX_ATTEMPTS = 10  # over about eight hours
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=4)
LEFT_BY_A_DEAD_WORKER = timedelta(minutes=10)
SWEEP_AT_ONCE = 50


def host() -> str:
    """Our name in Message-IDs and in the header that finds loops."""
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def deliver(pk: int) -> OutgoingMail.State:
    """Send one waiting mail and return what became of it; a mail that is not waiting is left alone."""
    now = timezone.now()
    claimed = OutgoingMail.objects.filter(pk=pk, state=State.QUEUED).update(
        state=State.SENDING, claimed_at=now, attempts=F("attempts") + 1
    )
    mail = OutgoingMail.objects.get(pk=pk)
    if claimed != 1:
        return State(mail.state)  # another worker got there first
    if not settings.EMAIL_HOST:
        _finish(mail, State.KEPT)
        return State.KEPT
    try:
        _send(mail)
    except (OSError, ValueError) as error:  # smtplib's errors are OSErrors
        return _failed(mail, error)
    _finish(mail, State.SENT, sent_at=timezone.now())
    return State.SENT


def sweep(at: datetime) -> int:
    """Send what is due and what a dead worker left half sent; returns how many were sent.

    Stops at the first mail that must wait: the server is away then, and the rest waits too.
    """
    OutgoingMail.objects.filter(state=State.SENDING, claimed_at__lte=at - LEFT_BY_A_DEAD_WORKER).update(
        state=State.QUEUED, next_attempt_at=at
    )
    due = OutgoingMail.objects.filter(state=State.QUEUED, next_attempt_at__lte=at)
    due = due.order_by("next_attempt_at", "pk")
    sent = 0
    for pk in due.values_list("pk", flat=True)[:SWEEP_AT_ONCE]:
        state = deliver(pk)
        if state == State.QUEUED:
            break
        sent += state in {State.SENT, State.KEPT}
    return sent


def again(mail: OutgoingMail) -> None:
    """Let a failed or kept mail wait for sending once more; the next sweep takes it."""
    OutgoingMail.objects.filter(pk=mail.pk, state__in=[State.FAILED, State.KEPT]).update(
        state=State.QUEUED, attempts=0, error="", next_attempt_at=timezone.now()
    )


def _send(mail: OutgoingMail) -> None:
    text, html = mail.text, mail.html
    if mail.ticket_id is not None:
        text, html = composing.with_reply_line(text, html, mail.language)
    message = composing.compose(
        sender=settings.DEFAULT_FROM_EMAIL,
        to=mail.to,
        subject=mail.subject,
        text=text,
        html=html,
        message_id=mail.message_id,
        host=host(),
        date=mail.created_at,
        language=mail.language,
        in_reply_to=mail.in_reply_to,
        references=mail.references,
        attachments=[File(one.name, one.content_type, one.file.read()) for one in mail.attachments.all()],
    )
    with EmailBackend() as server:
        assert server.connection is not None  # entering the context has opened it
        server.connection.send_message(message)


def _failed(mail: OutgoingMail, error: Exception) -> OutgoingMail.State:
    """Wait longer each time; give up when the server says “never” or after `MAX_ATTEMPTS`."""
    reason = _reason(error)
    if _is_final(error) or mail.attempts >= MAX_ATTEMPTS:
        _finish(mail, State.FAILED, error=reason)
        return State.FAILED
    pause = min(FIRST_PAUSE * 2 ** (mail.attempts - 1), LONGEST_PAUSE)
    _finish(mail, State.QUEUED, error=reason, next_attempt_at=timezone.now() + pause)
    return State.QUEUED


def _finish(mail: OutgoingMail, state: OutgoingMail.State, **values: object) -> None:
    """Only the claim we hold: a worker that woke up after the sweep changes nothing."""
    OutgoingMail.objects.filter(pk=mail.pk, state=State.SENDING, claimed_at=mail.claimed_at).update(
        **{"state": state, "claimed_at": None, "next_attempt_at": None, "error": "", **values}
    )


def _is_final(error: Exception) -> bool:
    match error:
        case smtplib.SMTPRecipientsRefused():
            return all(code >= 500 for code, _text in error.recipients.values())
        case smtplib.SMTPDataError():
            return error.smtp_code >= 500
    return isinstance(error, (ValueError, FileNotFoundError, smtplib.SMTPNotSupportedError))


def _reason(error: Exception) -> str:
    match error:
        case smtplib.SMTPRecipientsRefused():
            answers = error.recipients.values()
            return "; ".join(f"{code} {_plain(text)}" for code, text in answers)
        case smtplib.SMTPResponseException():
            return f"{error.smtp_code} {_plain(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"[:1000]


def _plain(text: bytes | str) -> str:
    return (text.decode("utf-8", "replace") if isinstance(text, bytes) else text)[:1000]
