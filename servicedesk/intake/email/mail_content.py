"""What of a mail goes into the conversation. Called with the sender's language active."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from servicedesk.lib import answer_tokens
from servicedesk.mail.accounts import account as accounts
from servicedesk.mail.incoming.parsing import ParsedMail
from servicedesk.mail.outgoing import composing
from servicedesk.tickets import attachments
from servicedesk.tickets.attachments import Upload
from servicedesk.tickets.errors import FileRefused

MAX_TEXT = 100_000  # characters shown; a longer text comes as a file as well
MAX_COPIES = 20


@dataclass(frozen=True)
class Said:
    body: str
    quoted: str
    files: list[Upload]


def of(mail: ParsedMail, *, signed: bool = False) -> Said:
    """The text with a note on every file that was not taken over; the raw mail keeps those.

    Args:
        signed: write the sender above the text, because the message will have no author.
    """
    offered = [Upload(one.name, one.content_type, one.content) for one in mail.attachments]
    if len(mail.text) > MAX_TEXT:
        offered.append(Upload(_("full text") + ".txt", "text/plain", mail.text.encode()))
    files, refusals = _let_in(offered)
    text = answer_tokens.masked(Truncator(mail.text).chars(MAX_TEXT))
    if not text and not files:
        text = _("(no text)")
    pieces = [_sender_line(mail)] * signed + [text] * bool(text)
    if refusals:
        pieces.append(
            "\n".join([_("Not included from this mail:"), *(f"– {sentence}" for sentence in refusals)])
        )
    return Said("\n\n".join(pieces), answer_tokens.masked(mail.quoted[:MAX_TEXT]), files)


def subject(mail: ParsedMail) -> str:
    """The subject of a new matter, or the first words of the text, or a stand-in; at most 250 characters.

    Without marks: they are of other tickets, and answers would go there.
    """
    first_line = mail.text.strip().split("\n")[0]
    found = composing.unmarked(mail.subject)[:250] or Truncator(first_line).chars(80)
    return answer_tokens.masked(found) or _("(no subject)")


def copy_to(mail: ParsedMail) -> list[str]:
    """Who was in copy: at most 20 addresses, without ours and the sender's."""
    account, own = accounts.default(), mail.from_address.lower()
    wanted = dict.fromkeys(address.lower() for address in mail.cc)
    others = [one for one in wanted if one != own and not account.is_ours(one) and _is_valid(one)]
    return others[:MAX_COPIES]


def _let_in(offered: list[Upload]) -> tuple[list[Upload], list[str]]:
    files, refusals = [], []
    for upload in offered:
        try:
            attachments.check(upload)
        except FileRefused as refusal:
            refusals.append(str(refusal))
        else:
            files.append(upload)
    return files, refusals


def _sender_line(mail: ParsedMail) -> str:
    who = f"{mail.from_name} <{mail.from_address}>" if mail.from_name else mail.from_address
    return _("%(person)s writes:") % {"person": who}


def _is_valid(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return len(address) <= 254
