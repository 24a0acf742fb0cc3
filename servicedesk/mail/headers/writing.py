"""The one place that writes headers of mails we send. Pure.

The standard library decodes RFC 2047 words in a text that it is to write as a header, so that a subject of
`=?utf-8?q?x=0AReply-To:…?=` becomes two headers. Here a text is data: it is cleaned to one line, and what a
reader could take for an encoded word is itself written as encoded words, which decode to just that text.
What each kind of header may hold is `_WRITERS`; a header that is not named there cannot be written at all.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable
from email.utils import parseaddr
from urllib.parse import quote

from servicedesk.mail import charsets

LONGEST_ADDRESS = 254  # RFC 5321 4.5.3.1.3
MOST_IDS = 50
WIDTH = 76
_LONGEST_LINE = 900  # RFC 5322 2.1.1 forbids more than 998
_WORD_BYTES = 42  # 68 characters as an encoded word: fits beside “Subject: ”
_LONGEST_NAME = 150
_CHUNK = 60  # characters of a parameter on one line

_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]{1,64}")
_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")
_ID = re.compile(r"<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.:-]{1,200}@[A-Za-z0-9!#$%&'*+/=?^_`{|}~.:\[\]-]{1,200}>")
_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_TOKEN = re.compile(r"[A-Za-z0-9!#$&^_.:+/-]{1,250}")
_PARAMETERS = re.compile(r"(?:;\r\n [a-z]+(?:\*|\*\d{1,3}\*)?=(?:\"[^\"\\\r\n]*\"|[A-Za-z0-9'%_.~-]+))+")


def address(value: str) -> str:
    """The bare address, its domain in ASCII.

    Raises:
        ValueError: it is no address of a mailbox, or longer than one may be.
    """
    bare = value.strip()
    local, _at, domain = bare.rpartition("@")
    if not _LOCAL.fullmatch(local) or "=?" in bare or len(bare) > LONGEST_ADDRESS or not local.isprintable():
        raise ValueError(f"not an address: {value[:300]!r}")
    try:
        host = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise ValueError(f"not an address: {value[:300]!r}") from error
    if not all(_LABEL.fullmatch(label) for label in host.split(".")):
        raise ValueError(f"not an address: {value[:300]!r}")
    return f"{local}@{host}"


def mailbox(value: str) -> str:
    """“Name <address>”, or the address alone.

    Raises:
        ValueError: there is no address in it.
    """
    name, bare = parseaddr(charsets.printable(value))
    written, name = address(bare), name[:_LONGEST_NAME].rstrip()
    if not name:
        return written
    if "=?" in name or not name.isascii():
        return f"{_words(name)}\r\n <{written}>"
    if _PHRASE.fullmatch(name):
        return _folded([*name.split(), f"<{written}>"])
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return _folded([*f'"{escaped}"'.split(" "), f"<{written}>"])


def text(value: str) -> str:
    """Words for people, on as many lines as they need; decoded it is `charsets.printable(value)`."""
    line = charsets.printable(value)
    tokens = line.split(" ")
    if line.isascii() and "=?" not in line and all(len(token) < _LONGEST_LINE for token in tokens):
        return _folded(tokens)
    return _words(line)


def message_ids(value: str) -> str:
    """The last of the Message-IDs, each checked; what is none is left out, and there may be none left."""
    found = [one for one in _ID.findall(value) if "=?" not in one]
    return "\r\n ".join(found[-MOST_IDS:])


def _token(value: str) -> str:
    """A value of ours that is one word.

    Raises:
        ValueError: it is not.
    """
    if not _TOKEN.fullmatch(value):
        raise ValueError(f"not a plain word: {value[:300]!r}")
    return value


def _date(value: str) -> str:
    return _folded(charsets.printable(value).split(" "))


def _media(value: str) -> str:
    """A media type, a disposition or an encoding, with the parameters that `with_parameters` wrote.

    Raises:
        ValueError: it is none.
    """
    head, _separator, rest = value.partition(";")
    if not _TOKEN.fullmatch(head) or "=?" in value or (rest and not _PARAMETERS.fullmatch(";" + rest)):
        raise ValueError(f"not a media type: {value[:300]!r}")
    return value


def with_parameters(head: str, **parameters: str) -> str:
    """The value of a Content-… header; an empty parameter is left out."""
    pieces = [piece for name, given in parameters.items() if given for piece in parameter(name, given)]
    return ";\r\n ".join([head, *pieces])


def parameter(name: str, value: str) -> list[str]:
    """Pieces of one parameter (RFC 2231), each for a line of its own.

    >>> parameter("filename", "a b.txt"), parameter("filename", "ё")
    (['filename="a b.txt"'], ["filename*=utf-8''%D1%91"])
    """
    value = charsets.printable(value)
    if value.isascii() and "=?" not in value and not re.search(r'["\\%]', value) and len(value) <= _CHUNK:
        return [f'{name}="{value}"']
    coded = [""]
    for letter in value:
        octets = quote(letter, safe="")
        coded = [*coded[:-1], coded[-1] + octets] if len(coded[-1] + octets) <= _CHUNK else [*coded, octets]
    if len(coded) == 1:
        return [f"{name}*=utf-8''{coded[0]}"]
    starts = ["utf-8''", *[""] * (len(coded) - 1)]
    return [
        f"{name}*{number}*={start}{piece}"
        for number, (start, piece) in enumerate(zip(starts, coded, strict=True))
    ]


def _words(line: str) -> str:
    """RFC 2047 words of whole characters; between words a reader drops the blank."""
    pieces: list[bytes] = []
    for letter in line:
        octets = letter.encode("utf-8")
        if pieces and len(pieces[-1]) + len(octets) <= _WORD_BYTES:
            pieces[-1] += octets
        else:
            pieces.append(octets)
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(piece).decode('ascii')}?=" for piece in pieces)


def _folded(tokens: Iterable[str]) -> str:
    """Joined by single blanks, a new line before what would stand beyond the width."""
    lines = [""]
    room = WIDTH - len("Subject: ")
    for token in tokens:
        if lines[-1] and len(lines[-1]) + 1 + len(token) > room:
            lines.append(token)
            room = WIDTH - 1
        else:
            lines[-1] = f"{lines[-1]} {token}" if lines[-1] else token
    return "\r\n ".join(lines)


_WRITERS: dict[str, Callable[[str], str]] = {
    "from": mailbox,
    "to": address,
    "reply-to": mailbox,
    "subject": text,
    "date": _date,
    "message-id": message_ids,
    "in-reply-to": message_ids,
    "references": message_ids,
    "auto-submitted": _token,
    "x-auto-response-suppress": _token,
    "x-service-desk": _token,
    "content-language": _token,
    "mime-version": _token,
    "content-transfer-encoding": _token,
    "content-type": _media,
    "content-disposition": _media,
}


def line(name: str, value: str) -> bytes:
    """A whole header, ready for the wire; nothing when there is nothing to say.

    Raises:
        ValueError: the header is none that we write, or its value cannot be one.
    """
    if name.lower() not in _WRITERS:
        raise ValueError(f"not a header of ours: {name[:80]!r}")
    said = _WRITERS[name.lower()](value)
    return f"{name}: {said}\r\n".encode() if said else b""
