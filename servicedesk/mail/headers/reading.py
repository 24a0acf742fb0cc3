"""Headers of a mail, decoded with patience: nothing here fails, whatever stands in them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import quopri
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message
from email.utils import collapse_rfc2231_value, getaddresses, parsedate_to_datetime
from itertools import groupby

from servicedesk.mail import charsets

MAX_LENGTH = 60_000  # characters of one header that are looked at
MAX_ID_LENGTH = 250

_WORD = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?)")
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,200}@[^\s@<>()\[\],;:\"\\]{1,200}")
_ID = re.compile(r"<([^<>\s]+)>")


def raw(part: Message, name: str) -> list[str]:
    """All values of a header as text: unfolded, 8-bit bytes decoded, encoded words left."""
    wanted = name.lower()
    return [_unfold(str(value)) for key, value in part.raw_items() if key.lower() == wanted]


def first(part: Message, name: str) -> str:
    values = raw(part, name)
    return values[0].strip() if values else ""


def text(part: Message, name: str) -> str:
    """The value as people read it, on one line."""
    return charsets.printable(decode_words(first(part, name)))


def decode_words(value: str) -> str:
    """Decode RFC 2047 words, also torn and unpadded ones.

    >>> decode_words("=?utf-8?B?0J/RgNC4?= =?utf-8?B?0LLQtdGC?=!")
    'Привет!'
    """
    pieces: list[tuple[str, bytes | str]] = []
    end = 0
    value = _BETWEEN_WORDS.sub(r"\1", value)
    for match in _WORD.finditer(value):
        charset, encoding, data = match.groups()
        pieces.append(("", value[end : match.start()]))
        pieces.append((charset.split("*")[0].lower(), _word_bytes(encoding, data)))
        end = match.end()
    pieces.append(("", value[end:]))
    return "".join(_joined(piece for piece in pieces if piece[1]))


def addresses(part: Message, name: str) -> list[tuple[str, str]]:
    """(name, address) pairs; what is no address is left out."""
    value = ", ".join(raw(part, name))[:MAX_LENGTH]
    if "@" not in value and "=?" in value:  # the whole header in encoded words
        value = decode_words(value)
    try:
        pairs = getaddresses([value])
    except (RecursionError, IndexError, ValueError):
        pairs = [("", address) for address in _ADDRESS.findall(value)]
    return [
        (charsets.printable(decode_words(person))[:150], address)
        for person, address in pairs
        if _ADDRESS.fullmatch(address)
    ]


def message_ids(part: Message, name: str) -> list[str]:
    """Message-IDs in their order, with their brackets; overlong ones as their checksum."""
    value = " ".join(raw(part, name))
    found = _ID.findall(value) or [word for word in value.split() if "@" in word and "<" not in word]
    return [_bounded(charsets.printable(one)) for one in found]


def moment(value: str) -> datetime | None:
    """A date of a header, aware and in UTC."""
    try:
        parsed = parsedate_to_datetime(value.strip())
        if parsed.tzinfo is None:
            parsed = parsed.replace(tzinfo=UTC)
        return parsed.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def parameter(part: Message, header: str, name: str) -> str:
    """A parameter such as `filename`, by RFC 2231 or RFC 2047 or with plain 8-bit bytes."""
    holder = Message()
    holder[header] = first(part, header)
    try:
        value = holder.get_param(name, None, header)
    except (ValueError, IndexError, TypeError, AttributeError):
        return ""
    if isinstance(value, tuple):
        charset, _language, encoded = value
        if not charset:
            return charsets.printable(charsets.decode(encoded.encode("latin-1", "replace")))
        try:
            return charsets.printable(collapse_rfc2231_value(value))
        except ValueError:
            value = encoded
    return charsets.printable(decode_words(value or ""))


def _unfold(value: str) -> str:
    line = re.sub(r"\r?\n[ \t]*|\r", " ", value[:MAX_LENGTH])
    try:
        return charsets.decode(line.encode("ascii", "surrogateescape"))
    except UnicodeEncodeError:  # text that was never bytes
        return charsets.storable(line)


def _word_bytes(encoding: str, data: str) -> bytes:
    octets = data.encode("utf-8", "replace")
    if encoding in "qQ":
        return quopri.decodestring(octets, header=True)
    try:
        cleaned = re.sub(rb"[^A-Za-z0-9+/]", b"", octets)
        return base64.b64decode(cleaned[: len(cleaned) - (len(cleaned) % 4 == 1)] + b"===")
    except binascii.Error:
        return octets


def _joined(pieces: Iterator[tuple[str, bytes | str]]) -> Iterator[str]:
    """Neighbouring words of one charset are joined first: a letter may be torn between them."""
    for charset, group in groupby(pieces, key=lambda piece: piece[0]):
        values = [value for _charset, value in group]
        if charset:
            yield charsets.decode(b"".join(v for v in values if isinstance(v, bytes)), charset)
        else:
            yield "".join(v for v in values if isinstance(v, str))


def _bounded(identifier: str) -> str:
    if len(identifier) > MAX_ID_LENGTH:
        return f"<{hashlib.sha256(identifier.encode()).hexdigest()}@too-long.invalid>"
    return f"<{identifier}>"
