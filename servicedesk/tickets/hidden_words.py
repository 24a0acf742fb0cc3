"""Words that clients may not read, quoted in words for them: asked by every screen and for every mail."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from servicedesk.lib import unique_names
from servicedesk.tickets.errors import QuotesHidden
from servicedesk.tickets.merged import family
from servicedesk.tickets.models import Message, MessageQuerySet, Ticket

QUOTE = 40  # so many characters in common with a hidden message are a quotation, not chance
QUOTED = 12  # in what a mail program has marked as a quotation, fewer are enough

_MARKS = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")


def quotes(text: str, messages: MessageQuerySet, *, shortest: int = QUOTE) -> bool:
    """Whether the text repeats one of these messages that clients may not read, or a sentence of it.

    What a public one of them says too is no secret. One statement, two when something hidden is repeated.
    """
    said = _plain(_MARKS.sub("", text))
    hidden = messages.exclude(visibility=Message.Visibility.PUBLIC).order_by()
    repeated = {
        piece
        for words in hidden.values_list("body", flat=True)
        for piece in _pieces(words, shortest)
        if piece in said
    }
    if not repeated:
        return False
    public = messages.filter(visibility=Message.Visibility.PUBLIC).order_by()
    known = [_plain(words) for words in public.values_list("body", flat=True)]
    return any(not any(piece in words for words in known) for piece in repeated)


def refuse(ticket: Ticket, *words: str) -> None:
    """Asked by every verb by which words of the desk reach the client; one statement, none without words.

    Raises:
        QuotesHidden: they repeat what the client must not read, in this ticket or one merged into it.
    """
    said = "\n".join(words)
    if len(_plain(said)) >= QUOTE and quotes(said, Message.objects.filter(ticket__in=family(ticket))):
        raise QuotesHidden


def quoted_lines(text: str) -> str:
    """Those lines of a mail that its program marked as quoted."""
    return "\n".join(line for line in text.split("\n") if line.lstrip().startswith(">"))


def _pieces(words: str, shortest: int) -> Iterator[str]:
    for piece in (words, *_SENTENCE_END.split(_MARKS.sub("", words))):
        plain = _plain(_MARKS.sub("", piece))
        if len(plain) >= shortest:
            yield plain


def _plain(text: str) -> str:
    """In one spelling: capitals, signs, line breaks and unseen letters make it no other."""
    seen = unicodedata.normalize("NFKC", unique_names.without_unseen(text))
    return re.sub(r"[\W_]+", " ", seen.casefold().replace("ё", "е")).strip()
