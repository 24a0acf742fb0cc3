"""Tokens of answers by mail, taken out of whatever people other than their owner may read.

What a token is, `mail.guards.reply_tokens` knows; this knows what one looks like: `42-p-k3…`.
"""

from __future__ import annotations

import binascii
import html
import io
import re
import zipfile
from collections.abc import Iterator
from enum import Enum

# Found by their first hyphen, with a digit before it: files of digits alone cost nothing then.
_ANYWHERE = re.compile(r"(-(?<=\d-)[pix]-)[a-z2-7]{24}", re.IGNORECASE)
_IN_BYTES = re.compile(
    rb"(-(?:(?<=\d-)|(?<=\d\x00-))\x00?[pix]\x00?-\x00?)([a-z2-7](?:\x00?[a-z2-7]){23})", re.IGNORECASE
)
_SOFT_BREAK = re.compile(rb"=[ \t]*\r?\n")
_WRAPPED = re.compile(rb"=2[dD]")
_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{40,}[ \t]*\r?\n)+[A-Za-z0-9+/]*|[A-Za-z0-9+/]{60,}")
_DEEPEST = 6  # mails and archives in one another
_MOST = 50_000_000  # bytes that are unpacked from one file


class Held(Enum):
    """How a file holds tokens: not at all, so that they can be taken out, or where they cannot."""

    NONE = "none"
    OPENLY = "openly"
    WITHIN = "within"


def masked(text: str) -> str:
    """The text without what makes tokens count."""
    return _ANYWHERE.sub(r"\1…", text)


def without(content: bytes) -> bytes | None:
    """The bytes of a file, as many as before, without what makes tokens count.

    None when there is one that cannot be taken out: inside an archive, or encoded within a mail.
    """
    is_archive = zipfile.is_zipfile(io.BytesIO(content))
    clean = content if is_archive else _IN_BYTES.sub(_stars, content)
    return None if _holds(clean) else clean


def held_by(content: bytes) -> Held:
    clean = without(content)
    if clean is None:
        return Held.WITHIN
    return Held.NONE if clean == content else Held.OPENLY


def _stars(found: re.Match[bytes]) -> bytes:
    return found[1] + re.sub(rb"[^\x00]", b"*", found[2])


def _holds(content: bytes) -> bool:
    return any(_IN_BYTES.search(_readable(piece)) for piece in _pieces(content, _DEEPEST))


def _readable(piece: bytes) -> bytes:
    """As a program shows it: soft line breaks joined, signs of HTML written out."""
    joined = _WRAPPED.sub(b"-", _SOFT_BREAK.sub(b"", piece))
    return html.unescape(joined.decode("latin-1")).encode("latin-1", "ignore") if b"&" in joined else joined


def _pieces(content: bytes, depth: int) -> Iterator[bytes]:
    """The content, and what is inside it when it is a mail or an archive."""
    yield content
    if not depth:
        return
    inside = _members(content) if zipfile.is_zipfile(io.BytesIO(content)) else _parts(content)
    for piece in inside:
        yield from _pieces(piece, depth - 1)


def _members(content: bytes) -> Iterator[bytes]:
    left = _MOST
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.infolist():
                with archive.open(entry) as member:
                    piece = member.read(left)
                left -= len(piece)
                yield piece
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError, EOFError):
        return  # meant: a locked or broken archive cannot be judged, and people do send locked ones


def _parts(content: bytes) -> Iterator[bytes]:
    """What a mail, or the source of one, holds in the two encodings of mails, whatever its headers say."""
    for block in _BASE64.findall(content):
        joined = b"".join(block.split())
        yield binascii.a2b_base64(joined[: len(joined) // 4 * 4])
