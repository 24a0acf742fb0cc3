"""A word of the desk that comes by mail: posted when proved, else held for whoever it claims to be from."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import override

from servicedesk.intake.email import file_words, mail_content, sender_verification
from servicedesk.intake.email.sender import Held
from servicedesk.mail.accounts.account import Account
from servicedesk.mail.guards import reply_tokens
from servicedesk.mail.incoming.parsing import ParsedMail
from servicedesk.mail.models import RawMail
from servicedesk.people.models import User
from servicedesk.tickets import conversation, hidden_words, merged
from servicedesk.tickets.models import Channel, Message, MessageQuerySet, Ticket
from workflows.steps import first_response

Reason, Visibility = RawMail.Reason, Message.Visibility


def take(row: RawMail, mail: ParsedMail, user: User, ticket: Ticket, account: Account) -> None:
    """Post it, for colleagues unless it answers what the client may read.

    Raises:
        Held: nothing proves that they wrote it, it answers a personal message, or it would show the client
            what the client must not read.
    """
    proved = sender_verification.of(mail, user, ticket, account)
    if not proved.is_proved:
        raise Held(Reason.UNPROVED, user, ticket)
    if proved.audience == reply_tokens.PERSONAL:
        raise Held(Reason.PERSONAL, user, ticket)
    if proved.audience == reply_tokens.PUBLIC and quotes_hidden(mail, ticket):
        raise Held(Reason.QUOTES_HIDDEN, user, ticket)
    is_public = proved.audience == reply_tokens.PUBLIC
    visibility = Visibility.PUBLIC if is_public else Visibility.INTERNAL
    post(mail, user, ticket, visibility=visibility, at=row.received_at)


def post(
    mail: ParsedMail, user: User, ticket: Ticket, *, visibility: Message.Visibility, at: datetime | None
) -> Message:
    """Add it to the conversation; what it quotes comes along, folded, when the readers may read it."""
    with override(user.language or None):
        said = mail_content.of(mail)
        is_safe = visibility != Visibility.PUBLIC or not quotes_hidden(mail, ticket)
        message = conversation.post(
            ticket,
            author=user,
            body=said.body,
            visibility=visibility,
            channel=Channel.MAIL,
            files=said.files,
            message_id=mail.message_id,
            quoted=said.quoted if is_safe else "",
            at=at,
        )
    if visibility == Visibility.PUBLIC:
        first_response.take(ticket, by=user)
    return message


def quotes_hidden(mail: ParsedMail, ticket: Ticket) -> bool:
    """Whether its text, what it quotes or a file of words shows the client what the client must not read."""
    return (
        body_quotes_hidden(mail, ticket)
        or _repeats(mail.quoted, ticket, hidden_words.QUOTED)
        or _repeats(f"{mail.text}\n{mail.quoted}", ticket, hidden_words.QUOTE)  # in part in each
    )


def body_quotes_hidden(mail: ParsedMail, ticket: Ticket) -> bool:
    """The same without what is folded away as the quotation."""
    words = "\n".join([mail.text, *file_words.of(mail.attachments)])
    marked = hidden_words.quoted_lines(words)
    return _repeats(words, ticket, hidden_words.QUOTE) or _repeats(marked, ticket, hidden_words.QUOTED)


def _repeats(text: str, ticket: Ticket, shortest: int) -> bool:
    return bool(text.strip()) and hidden_words.quotes(text, _conversation(ticket), shortest=shortest)


def _conversation(ticket: Ticket) -> MessageQuerySet:
    """All of it, whoever reads what."""
    return Message.objects.filter(ticket__in=[ticket.pk, *merged.taken_in(ticket)])
