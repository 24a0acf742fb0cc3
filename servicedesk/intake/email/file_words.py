"""The words that files of a mail show their readers: names, texts in any charset, mails in mails."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from servicedesk.mail.incoming import parsing
from servicedesk.mail.incoming.parsing import MailUnreadable
from servicedesk.mail.incoming.parts import MailFile

MOST = 400_000  # bytes of a file that are looked at
_DEEPEST = 5  # mails in one another
# A file does not say its charset, so it is read in each that may be meant: a wrong reading quotes nobody.
_CHARSETS = ("utf-8", "utf-16-le", "utf-16-be", "cp1251", "koi8-r", "cp866")
_TAG = re.compile(r"<[^>]{0,2000}>")
_HEADER = re.compile(rb"^[\s\xef\xbb\xbf]*[A-Za-z-]{2,40}:[ \t]")


def of(files: Sequence[MailFile], depth: int = _DEEPEST) -> list[str]:
    """Judged by the content, not by what the mail says of its type."""
    return [words for file in files for words in (file.name, *_inside(file, depth))]


def _inside(file: MailFile, depth: int) -> Iterator[str]:
    is_mail = file.content_type.startswith("message/") or bool(_HEADER.match(file.content[:200]))
    if is_mail and depth:
        yield from _of_mail(file.content, depth)
    yield from _readings(file.content[:MOST])


def _of_mail(content: bytes, depth: int) -> Iterator[str]:
    try:
        inner = parsing.parse(content)
    except MailUnreadable:
        return
    yield from (inner.subject, inner.text, inner.quoted)
    yield from of(inner.attachments, depth - 1)


def _readings(content: bytes) -> Iterator[str]:
    for charset in _CHARSETS:
        text = content.decode(charset, "ignore")
        yield text
        if "&" in text or "<" in text:
            yield html.unescape(_TAG.sub("", text))
            yield html.unescape(_TAG.sub(" ", text))
