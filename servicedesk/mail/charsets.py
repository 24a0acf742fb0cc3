"""Bytes to text when the mail's word about its charset is missing or wrong."""

from __future__ import annotations

import codecs
import re

import charset_normalizer

# Codecs that are no charsets, or take time that grows with the square of the input.
_NOT_CHARSETS = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"}
# What senders say and what they mean.
_WIDER = {"ascii": "", "iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932"}
_CYRILLIC = ("cp1251", "koi8-r", "cp866")
_FREQUENT = dict(zip("оеаинтсрвлкмдпу", range(15, 0, -1), strict=True))
REPLACEMENT = "\ufffd"
_ENOUGH_TO_ANALYSE = 64  # bytes
_FOREIGN_WORD = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
# Signs that turn the direction of what follows: a program’s name then reads as a PDF’s.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069]")


def decode(raw: bytes, declared: str | None = None) -> str:
    """Return the text, never failing: the declared charset if it fits, else the likeliest one.

    >>> decode("Не работает".encode("koi8-r"))
    'Не работает'
    >>> decode("Müller".encode("latin-1"), "us-ascii")
    'Müller'
    """
    codec = _codec(declared)
    for name in (codec, "utf-8"):
        if name:
            try:
                return storable(raw.decode(name))
            except ValueError:
                continue
    patched = raw.decode("utf-8", "replace")
    if 0 < patched.count(REPLACEMENT) * 4 <= sum(letter > "\x7f" for letter in patched):
        return storable(patched)  # UTF-8 that was cut
    return storable(raw.decode(_guess(raw), "replace"))


def storable(text: str) -> str:
    """Without what no database keeps: NUL and halves of surrogate pairs."""
    return _UNSTORABLE.sub(REPLACEMENT, text.replace("\x00", ""))


def printable(text: str) -> str:
    """One line of plain characters: for headers, subjects, addresses and file names."""
    return " ".join(_CONTROL.sub("", " ".join(storable(text).split())).split())


def _codec(declared: str | None) -> str:
    if not declared:
        return ""
    try:
        name = codecs.lookup(declared.strip(" \"'").encode("ascii", "ignore").decode()).name
    except (LookupError, ValueError):
        return ""
    try:
        b"a".decode(name)
    except LookupError:  # a codec that turns bytes into bytes, such as “hex”
        return ""
    except ValueError:
        pass  # wants more than one byte
    return "" if name.replace("-", "_") in _NOT_CHARSETS else _WIDER.get(name, name)


def _guess(raw: bytes) -> str:
    """Cyrillic when words are all high bytes, Western when few are, else by analysis."""
    sample = raw[:20_000]
    words = b"".join(_FOREIGN_WORD.findall(sample))
    high = sum(byte > 127 for byte in words)
    low = len(words) - high
    if high > low:
        best = max(_CYRILLIC, key=lambda name: _russian(sample.decode(name, "replace")))
        if _russian(sample.decode(best, "replace")) > 4 * high:
            return best
    if high * 3 > low and high >= _ENOUGH_TO_ANALYSE:
        found = charset_normalizer.from_bytes(sample).best()
        if found is not None:
            return found.encoding
    return "cp1252"


def _russian(text: str) -> int:
    """How much a text looks like Russian: frequent letters, no capitals inside words."""
    letters = sum(_FREQUENT.get(letter, 0) for letter in text.lower())
    return letters - 20 * len(re.findall(r"[а-яё][А-ЯЁ]|[─-╿]", text))
