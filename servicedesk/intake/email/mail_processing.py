"""A raw mail becomes a ticket or a reply. Stored first, so that nothing is lost whatever follows."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import override

from contracts.coverage.intake_rule.rule import RequestRefused
from servicedesk.intake import client_reply
from servicedesk.intake.email import held_mail, mail_content, sender, staff_reply, ticket_matching
from servicedesk.intake.email.sender import Held, Unsettled
from servicedesk.intake.submit import Submission, submit
from servicedesk.lib.refusals import Refusal
from servicedesk.mail import charsets
from servicedesk.mail.accounts import account as accounts
from servicedesk.mail.guards import block_rules
from servicedesk.mail.incoming import parsing
from servicedesk.mail.incoming.parsing import MailUnreadable, ParsedMail
from servicedesk.mail.models import BlockRule, OutgoingMail, RawMail
from servicedesk.mail.outgoing import outbox
from servicedesk.people.models import User
from servicedesk.tickets import access
from servicedesk.tickets.errors import TicketError
from servicedesk.tickets.models import Channel, Ticket

log = logging.getLogger(__name__)
Result, Reason, State = RawMail.Result, RawMail.Reason, RawMail.State

MAX_ATTEMPTS = 5
LEFT_BY_A_DEAD_WORKER = timedelta(minutes=10)


@dataclass(frozen=True)
class MailResult:
    """What became of a mail; `reason` is a sentence, empty when all went well."""

    result: str
    ticket: Ticket | None
    reason: str


@dataclass(frozen=True)
class _Verdict:
    result: RawMail.Result
    reason: RawMail.Reason = Reason.NONE
    detail: str = ""
    ticket: Ticket | None = None
    rule: BlockRule | None = None
    only: User | None = None


def take(raw: bytes, *, received_at: datetime) -> MailResult:
    """Store a mail, then make a ticket or a reply of it. Call it outside a transaction.

    Never raises for what stands in the mail; what cannot be posted is kept with its reason,
    and an error of ours is kept to be tried again by `sweep`.

    Args:
        raw: RFC 5322 bytes.
        received_at: when our side got it (aware); the clocks count from here (R11).
    """
    return _process(store(raw, received_at=received_at))


def store(raw: bytes, *, received_at: datetime) -> RawMail:
    """Keep the bytes; nothing is read out of them yet."""
    row = RawMail(received_at=received_at, size=len(raw), sha256=hashlib.sha256(raw).hexdigest())
    row.content.save("mail.eml", ContentFile(raw), save=False)
    row.save(force_insert=True)
    return row


def retry(raw_mail: RawMail) -> MailResult:
    """Go through a failed or quarantined mail again, as after its sender was made known.

    Raises:
        TicketError: the mail has been settled already.
    """
    row = RawMail.objects.get(pk=raw_mail.pk)
    if row.state == State.DONE and row.result != Result.QUARANTINED:
        raise TicketError(_("This mail has already been processed."))
    return _process(row)


def sweep(at: datetime) -> int:
    """Try failed mails again, and those whose worker died; returns how many were gone through."""
    stale = RawMail.objects.filter(state=State.STORED, received_at__lte=at - LEFT_BY_A_DEAD_WORKER)
    stale.filter(attempts__gte=MAX_ATTEMPTS).update(state=State.FAILED, reason=Reason.FAILED)
    again = stale | RawMail.objects.filter(state=State.FAILED)
    rows = list(again.filter(attempts__lt=MAX_ATTEMPTS).order_by("received_at")[:20])
    for row in rows:
        _process(row)
    return len(rows)


def _process(row: RawMail) -> MailResult:
    # Counted before anything is read: a mail that kills its worker is not tried for ever.
    RawMail.objects.filter(pk=row.pk).update(attempts=F("attempts") + 1)
    try:
        _settle(row)
    except Exception as error:  # whatever broke, the mail stays, visible, and is tried again
        log.exception("mail %s could not be processed", row.pk)
        text = charsets.storable(f"{type(error).__name__}: {error}")[:2000]
        RawMail.objects.filter(pk=row.pk).update(state=State.FAILED, reason=Reason.FAILED, error=text)
    row = RawMail.objects.select_related("ticket").get(pk=row.pk)
    return MailResult(row.result or Result.QUARANTINED, row.ticket, row.reason_text())


def _settle(row: RawMail) -> None:
    with row.content.open("rb") as file:
        raw = file.read()
    try:
        mail = parsing.parse(raw)
    except MailUnreadable:
        return _write(row, _Verdict(Result.QUARANTINED, Reason.UNREADABLE))
    RawMail.objects.filter(pk=row.pk).update(
        message_id=mail.message_id, from_address=mail.from_address[:320], subject=mail.subject[:250]
    )
    try:
        with transaction.atomic():
            if _is_settled(row):
                return None
            return _write(row, _judge(row, mail))
    except Held as held:
        return _hold(row, mail, held)
    except Unsettled as unsettled:
        verdict = _Verdict(unsettled.result, unsettled.reason, unsettled.detail, only=unsettled.only)
    except RequestRefused as refusal:
        _answer_refused(row, mail, str(refusal))
        verdict = _Verdict(Result.QUARANTINED, Reason.REFUSED, str(refusal))
    except Refusal as refusal:
        verdict = _Verdict(Result.QUARANTINED, Reason.REFUSED, str(refusal))
    return _write(row, verdict)


@transaction.atomic
def _hold(row: RawMail, mail: ParsedMail, held: Held) -> None:
    if not _is_settled(row):
        assert held.only is not None
        assert held.ticket is not None
        _write(row, _Verdict(held.result, held.reason, ticket=held.ticket, only=held.only))
        held_mail.ask(row, mail, held.only, held.ticket, held.reason)


def _answer_refused(row: RawMail, mail: ParsedMail, words: str) -> None:
    """The sender learns why nothing came of the mail; once, however often it is gone through."""
    outbox.queue(
        to=mail.from_address,
        subject=mail_content.subject(mail),
        text=words,
        kind="refused",
        dedupe_key=f"refused:{row.pk}",
        in_reply_to=mail.message_id,
    )


def _is_settled(row: RawMail) -> bool:
    """Asked under the row's lock: two workers may have taken up the same mail."""
    locked = RawMail.objects.select_for_update().get(pk=row.pk)
    return locked.state == State.DONE and locked.result != Result.QUARANTINED


def _write(row: RawMail, verdict: _Verdict) -> None:
    RawMail.objects.filter(pk=row.pk).update(
        state=State.DONE,
        result=verdict.result,
        reason=verdict.reason,
        detail=verdict.detail,
        ticket=verdict.ticket,
        block_rule=verdict.rule,
        held_for=verdict.only,
        error="",
    )


def _judge(row: RawMail, mail: ParsedMail) -> _Verdict:
    """Keep out what must not come in, then post."""
    if ticket_matching.was_received(row, mail):
        return _Verdict(Result.IGNORED, Reason.ALREADY_RECEIVED)
    if rule := block_rules.matching(mail):
        return _Verdict(Result.BLOCKED, Reason.BLOCK_RULE, rule.pattern, rule=rule)
    if _is_ours(mail):
        return _Verdict(Result.IGNORED, Reason.LOOP)
    if mail.is_auto_reply:
        return _Verdict(Result.IGNORED, Reason.AUTOMATIC)
    if mail.is_bounce:
        return _Verdict(Result.IGNORED, Reason.BOUNCE)
    return _post(row, mail)


def _is_ours(mail: ParsedMail) -> bool:
    if mail.loop_mark and mail.loop_mark == outbox.host():
        return True
    return bool(mail.message_id) and OutgoingMail.objects.filter(message_id=mail.message_id).exists()


def _post(row: RawMail, mail: ParsedMail) -> _Verdict:
    """Into the first of the tickets it names where its sender may write, else as a matter of its own.

    Whoever may not write there learns nothing of it: their mail goes the way of any new one.
    """
    user, account = sender.person(mail.from_address), accounts.default()
    named = ticket_matching.tickets_of(mail, account)
    ticket = next((one for one in named if sender.may_write(user, mail.from_address, one)), None)
    if ticket is None:
        return _Verdict(Result.CREATED, ticket=_open_other(row, mail, user, named))
    if user is not None and user.is_staff:
        staff_reply.take(row, mail, user, ticket, account)
        return _Verdict(Result.REPLY, ticket=ticket)
    return _Verdict(Result.REPLY, ticket=_client_word(row, mail, user, ticket))


def _open_other(row: RawMail, mail: ParsedMail, user: User | None, named: list[Ticket]) -> Ticket:
    told = f"{mail.from_address} ({named[0].reference})" if named else mail.from_address
    if user is None:
        raise Unsettled(Reason.UNKNOWN_SENDER, told)
    if user.is_staff and named:
        raise Unsettled(Reason.NOT_THEIR_TICKET, told, only=user)
    return _open(row, mail, user)


def _open(row: RawMail, mail: ParsedMail, user: User) -> Ticket:
    client = sender.client_of(user)
    with override(user.language or client.language):
        said = mail_content.of(mail)
        return submit(
            Submission(
                requester=user,
                client=client,
                subject=mail_content.subject(mail),
                body=said.body,
                channel=Channel.MAIL,
                files=said.files,
                copy_to=mail_content.copy_to(mail),
                message_id=mail.message_id,
                quoted=said.quoted,
                at=row.received_at,
            )
        )


def _client_word(row: RawMail, mail: ParsedMail, user: User | None, ticket: Ticket) -> Ticket:
    """The ticket that took the word: the same, or its continuation after the grace period."""
    author = user if user and access.may_write(user, ticket) else None
    with override((user.language if user else "") or ticket.client.language):
        said = mail_content.of(mail, signed=author is None)
        word = client_reply.reply(
            ticket,
            author=author,
            body=said.body,
            channel=Channel.MAIL,
            files=said.files,
            message_id=mail.message_id,
            quoted=said.quoted,
            at=row.received_at,
        )
    return word.ticket
