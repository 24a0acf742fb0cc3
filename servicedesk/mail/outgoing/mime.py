"""The parts of a mail we send as bytes. Pure; every header passes `headers.writing.line`."""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from collections.abc import Sequence

from servicedesk.mail import charsets
from servicedesk.mail.headers import writing as header_writing
from servicedesk.mail.headers.writing import with_parameters

_TYPE = re.compile(r"[a-zA-Z0-9!#$&^_.+-]{1,60}/[a-zA-Z0-9!#$&^_.+-]{1,60}")
_BYTES = "application/octet-stream"


def text(words: str, subtype: str = "plain") -> bytes:
    """Words in UTF-8, with 7 bits: no server on the way has to be asked what it can carry."""
    plain = re.sub(r"\r\n?", "\n", charsets.storable(words)).rstrip("\n") + "\n"
    octets = plain.encode("utf-8")
    if sum(octet > 127 for octet in octets) * 6 > len(octets):
        encoding, body = "base64", base64.encodebytes(octets)
    else:
        encoding, body = "quoted-printable", binascii.b2a_qp(octets)
    head = _head(with_parameters(f"text/{subtype}", charset="utf-8"), encoding)
    return head + b"\r\n" + body.replace(b"\n", b"\r\n")


def file(name: str, content_type: str, content: bytes) -> bytes:
    """A file to save; a type that would have to be a mail, or is none, is mere bytes."""
    is_plain = _TYPE.fullmatch(content_type) and not content_type.startswith(("message/", "multipart/"))
    disposition = with_parameters("attachment", filename=charsets.printable(name) or "file")
    head = _head(content_type if is_plain else _BYTES, "base64")
    head += header_writing.line("Content-Disposition", disposition)
    return head + b"\r\n" + base64.encodebytes(content).replace(b"\n", b"\r\n")


def together(subtype: str, parts: Sequence[bytes]) -> bytes:
    """Several parts as one; a single one stays alone."""
    if len(parts) == 1:
        return parts[0]
    cut = f"cut-{secrets.token_hex(16)}"
    head = header_writing.line("Content-Type", with_parameters(f"multipart/{subtype}", boundary=cut))
    opening, closing = f"--{cut}\r\n".encode(), f"--{cut}--\r\n".encode()
    return head + b"\r\n" + b"".join(opening + part + b"\r\n" for part in parts) + closing


def _head(content_type: str, encoding: str) -> bytes:
    head = header_writing.line("Content-Type", content_type)
    return head + header_writing.line("Content-Transfer-Encoding", encoding)
