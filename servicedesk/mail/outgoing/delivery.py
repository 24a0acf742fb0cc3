"""Sending what `outbox` wrote down. Any of this may run twice, or die half way, without harm."""

from __future__ import annotations

import re
import smtplib
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.db import DatabaseError
from django.db.models import F
from django.utils import timezone

from servicedesk.mail import charsets
from servicedesk.mail.accounts import account as accounts
from servicedesk.mail.guards import reply_tokens
from servicedesk.mail.models import OutgoingMail
from servicedesk.mail.outgoing import composing
from servicedesk.mail.outgoing.composing import Composed, File

State = OutgoingMail.State
log = structlog.get_logger(__name__)

_OF_ONE_MAIL = re.compile(r"\b[45]\.(?:2\.3|3\.4|6\.\d{1,3})\b")  # too large, or words it cannot take
MAX_ATTEMPTS = 10  # over about eight hours
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=4)
LEFT_BY_A_DEAD_WORKER = timedelta(minutes=10)
SWEEP_AT_ONCE = 50


def host() -> str:
    """Our name in Message-IDs and in the header that finds loops, in ASCII."""
    name = urlsplit(settings.BASE_URL).hostname or "localhost"
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return "localhost"


def deliver(pk: int) -> OutgoingMail.State:
    """Send one waiting mail and return what became of it; a mail that is not waiting is left alone.

    Never raises for what stands in the row: what cannot be composed or sent ends as failed, with its reason.
    """
    return _deliver(pk)[0]


def _deliver(pk: int) -> tuple[OutgoingMail.State, bool]:
    """What became of it, and whether the server is away for every other mail too."""
    now = timezone.now()
    claimed = OutgoingMail.objects.filter(pk=pk, state=State.QUEUED).update(
        state=State.SENDING, claimed_at=now, attempts=F("attempts") + 1
    )
    mail = OutgoingMail.objects.get(pk=pk)
    if claimed != 1:
        return State(mail.state), False  # another worker got there first
    if not settings.EMAIL_HOST:
        _finish(mail, State.KEPT)
        return State.KEPT, False
    try:
        composed = _composed(mail)
    except Exception as error:  # of the row, whatever it is: trying again changes nothing
        log.warning("mail_not_composed", mail=pk, exc_info=True)
        return _failed(mail, error, is_final=not _may_pass(error)), False
    try:
        _hand_over(composed)
    except Exception as error:  # smtplib raises more than its own
        return _failed(mail, error, is_final=_is_final(error)), _is_away(error)
    _finish(mail, State.SENT, sent_at=timezone.now())
    return State.SENT, False


def sweep(at: datetime) -> int:
    """Send what is due and what a dead worker left half sent; returns how many were sent.

    Stops when the server is away: the rest waits then too. A mail that cannot be composed, or that the
    server does not take, holds up no other.
    """
    _take_from_the_dead(at)
    due = OutgoingMail.objects.filter(state=State.QUEUED, next_attempt_at__lte=at)
    due = due.order_by("next_attempt_at", "pk")
    sent = 0
    for pk in due.values_list("pk", flat=True)[:SWEEP_AT_ONCE]:
        try:
            state, is_away = _deliver(pk)
        except OutgoingMail.DoesNotExist:  # removed meanwhile
            continue
        if is_away and state == State.QUEUED:
            break
        sent += state in {State.SENT, State.KEPT}
    return sent


def _take_from_the_dead(at: datetime) -> None:
    """What a worker died over waits again; not for ever, for it may be the mail that kills them."""
    left = OutgoingMail.objects.filter(state=State.SENDING, claimed_at__lte=at - LEFT_BY_A_DEAD_WORKER)
    left.filter(attempts__gte=MAX_ATTEMPTS).update(
        state=State.FAILED, claimed_at=None, error=("The worker stopped each time it was about to send it.")
    )
    left.update(state=State.QUEUED, next_attempt_at=at)


def again(mail: OutgoingMail) -> None:
    """Let a failed or kept mail wait for sending once more; the next sweep takes it."""
    OutgoingMail.objects.filter(pk=mail.pk, state__in=[State.FAILED, State.KEPT]).update(
        state=State.QUEUED, attempts=0, error="", next_attempt_at=timezone.now()
    )


def _composed(mail: OutgoingMail) -> Composed:
    text, html = mail.text, mail.html
    if mail.ticket_id is not None:
        text, html = composing.with_reply_line(text, html, mail.language)
    account = accounts.default()
    return composing.compose(
        sender=account.sender,
        to=mail.to,
        subject=mail.subject,
        text=text,
        html=html,
        message_id=mail.message_id,
        host=host(),
        date=mail.created_at,
        language=mail.language,
        reply_to=account.reply_to(reply_tokens.of(mail)),
        in_reply_to=mail.in_reply_to,
        references=mail.references,
        attachments=[File(one.name, one.content_type, one.file.read()) for one in mail.attachments.all()],
    )


def _hand_over(composed: Composed) -> None:
    with EmailBackend() as server:
        connection = server.connection
        assert connection is not None  # entering the context has opened it
        options = () if composed.to.isascii() else ("SMTPUTF8", "BODY=8BITMIME")
        if options and not connection.has_extn("smtputf8"):
            raise smtplib.SMTPNotSupportedError("the mail server takes no such address (SMTPUTF8)")
        connection.sendmail(composed.sender, [composed.to], composed.content, mail_options=options)


def _failed(mail: OutgoingMail, error: Exception, *, is_final: bool) -> OutgoingMail.State:
    """Wait longer each time; give up when it can never go or after `MAX_ATTEMPTS`."""
    reason = charsets.storable(_reason(error))
    if is_final or mail.attempts >= MAX_ATTEMPTS:
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


def _may_pass(error: Exception) -> bool:
    """The storage of the attachments, or the database, is away; a file that is gone stays away."""
    return isinstance(error, (OSError, DatabaseError)) and not isinstance(error, FileNotFoundError)


def _is_final(error: Exception) -> bool:
    match error:
        case smtplib.SMTPRecipientsRefused():
            return all(code >= 500 for code, _text in error.recipients.values())
        case smtplib.SMTPDataError():
            return error.smtp_code >= 500
        case smtplib.SMTPSenderRefused():
            return error.smtp_code >= 500 and _is_about_its_size(error)
    return isinstance(error, (ValueError, smtplib.SMTPNotSupportedError))


def _is_about_its_size(error: smtplib.SMTPSenderRefused) -> bool:
    """At MAIL FROM, where the size and the kind of the mail are told: others may go (RFC 1870, RFC 3463).

    Every other refusal there is about the sender, who is the same in all mails.
    """
    said = _plain(error.smtp_error)
    return error.smtp_code in {552, 555} or bool(_OF_ONE_MAIL.search(said))


def _is_away(error: Exception) -> bool:
    """It is not about this mail: nobody answers, or the server takes nothing from us now."""
    if isinstance(error, smtplib.SMTPSenderRefused):
        return not _is_about_its_size(error)
    about_one = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPNotSupportedError)
    return isinstance(error, OSError) and not isinstance(error, about_one)


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
