"""The parts of a mail: which are its text and which are files. Pure."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import Message

from inscriptis import get_text
from lxml.etree import LxmlError

from servicedesk.mail import charsets
from servicedesk.mail.headers import reading as header_reading

MAX_PARTS = 300
MAX_DEPTH = 30
MAX_HTML = 1_000_000  # characters that are turned into text

_SUFFIXES = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "text/calendar": "ics",
    "text/html": "html",
    "text/plain": "txt",
    "application/pdf": "pdf",
}
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,59}")


class TooMuch(Exception):
    """More parts or levels than any honest mail has."""


@dataclass(frozen=True)
class MailFile:
    """A file of a mail; `content` is all of its bytes, `content_id` without brackets."""

    name: str
    content_type: str
    content: bytes = field(repr=False)
    is_inline: bool = False
    content_id: str = ""


@dataclass
class _Found:
    texts: list[str] = field(default_factory=list)
    files: list[MailFile] = field(default_factory=list)
    parts: int = 0


def collect(message: Message) -> tuple[list[str], list[MailFile]]:
    """Return the texts and the files in their order; pictures of the text are files too.

    Raises:
        TooMuch: the mail has too many parts or levels.
    """
    found = _Found()
    _collect(message, found, depth=0)
    return found.texts, found.files


def content_type(part: Message) -> str:
    """In lower case; a missing one is plain text (RFC 2045 5.2), an impossible one mere bytes."""
    value = header_reading.first(part, "Content-Type").split(";")[0].strip().lower()
    if not value:
        return part.get_default_type()
    if _TYPE.fullmatch(value):
        return value
    return "application/octet-stream" if "/" in value else "text/plain"


def _collect(part: Message, found: _Found, *, depth: int) -> None:
    found.parts += 1
    if depth > MAX_DEPTH or found.parts > MAX_PARTS:
        raise TooMuch
    kind = content_type(part)
    if not part.is_multipart():
        # Parts were announced and never came: what is there is read as text.
        _collect_leaf(part, found, "text/plain" if kind.startswith("multipart/") else kind)
        return
    branches = [branch for branch in part.get_payload() if isinstance(branch, Message)]
    if not branches:
        raise TooMuch
    if kind.startswith("message/"):
        found.files.append(_nested_mail(part, branches))
    elif kind == "multipart/alternative":
        _collect_best(branches, found, depth)
    else:
        for branch in branches:
            _collect(branch, found, depth=depth + 1)


def _collect_best(branches: list[Message], found: _Found, depth: int) -> None:
    """The same text in several forms: plain when it says anything, else whichever does."""
    texts: list[tuple[bool, list[str]]] = []
    for branch in branches:
        own = _Found(files=found.files, parts=found.parts)
        _collect(branch, own, depth=depth + 1)
        found.parts = own.parts
        texts.append((content_type(branch) != "text/plain", own.texts))
    for _not_plain, said in sorted(texts, key=lambda pair: pair[0]):
        if any(one.strip() for one in said):
            found.texts.extend(said)
            return


def _collect_leaf(part: Message, found: _Found, kind: str) -> None:
    content = _content(part)
    name = _file_name(part)
    disposition = header_reading.first(part, "Content-Disposition").split(";")[0].strip().lower()
    if kind in {"text/plain", "text/html"} and disposition != "attachment" and not name:
        text = charsets.decode(content, header_reading.parameter(part, "Content-Type", "charset"))
        found.texts.append(_html_to_text(text) if kind == "text/html" else text)
    elif content or name:
        content_id = charsets.printable(header_reading.first(part, "Content-ID")).strip("<> ")[:250]
        found.files.append(
            MailFile(
                name=name or f"file-{len(found.files) + 1}.{_SUFFIXES.get(kind, 'bin')}",
                content_type=kind,
                content=content,
                is_inline=disposition == "inline" or (bool(content_id) and disposition != "attachment"),
                content_id=content_id,
            )
        )


def _content(part: Message) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AssertionError):
        content = _as_written(part)
    return content if isinstance(content, bytes) else b""


def _nested_mail(part: Message, mails: list[Message]) -> MailFile:
    content = _decoded(part, b"\r\n".join(_serialised(inner) for inner in mails))
    if content_type(part) == "message/delivery-status":
        return MailFile("delivery-status.txt", "text/plain", content)
    subject = header_reading.text(mails[0], "Subject")
    name = _file_name(part) or clean_name(f"{subject[:80] or 'mail'}.eml")
    return MailFile(name, "message/rfc822", content)


def _as_written(part: Message) -> bytes:
    """Not decoded; `get_payload` itself fails on impossible charsets."""
    return str(vars(part).get("_payload") or "").encode("utf-8", "surrogateescape")


def _decoded(part: Message, content: bytes) -> bytes:
    """Some programs encode a whole mail; RFC 2046 5.2.1 forbids it, and nothing has decoded it yet."""
    encoding = header_reading.first(part, "Content-Transfer-Encoding").strip().lower()
    try:
        if encoding == "base64":
            return binascii.a2b_base64(content)
    except ValueError:
        return content
    return binascii.a2b_qp(content) if encoding == "quoted-printable" else content


def _serialised(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, MessageError):
        lines = (f"{name}: {header_reading.first(message, name)}" for name in message)
        return "\r\n".join(lines).encode("utf-8", "replace")


def _file_name(part: Message) -> str:
    name = header_reading.parameter(part, "Content-Disposition", "filename")
    return clean_name(name or header_reading.parameter(part, "Content-Type", "name"))


def clean_name(name: str) -> str:
    """The last piece of a path, at most 200 characters with its suffix kept.

    >>> clean_name("../../etc/a.txt")
    'a.txt'
    """
    base = re.split(r"[/\\]", name)[-1].strip(" .")
    if len(base) <= 200:
        return base
    stem, dot, suffix = base.rpartition(".")
    return f"{stem[:180]}{dot}{suffix[:19]}" if dot else base[:200]


def _html_to_text(html: str) -> str:
    """What a reader sees of a page; mere tags off when the page is too odd for a layout."""
    try:
        text = get_text(html[:MAX_HTML])
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, LxmlError):
        text = ""
    return text if text.strip() else re.sub(r"<[^>]{0,2000}>", " ", html[:MAX_HTML])
