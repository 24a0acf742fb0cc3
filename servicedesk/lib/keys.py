"""Keys of rows that come in an address or a form: the one reading of them."""

from __future__ import annotations

from collections.abc import Iterable

LARGEST = 2**63 - 1  # what a column holds, with either database


def read(text: object) -> int | None:
    """The key, if this is one; None for everything else, a number too large for a column among it.

    >>> read("17"), read("-1"), read("1e3"), read("²"), read(str(2**63)), read("")
    (17, None, None, None, None, None)
    """
    written = str(text)
    if not (written.isascii() and written.isdigit()) or len(written) > 19:
        return None
    key = int(written)
    return key if key <= LARGEST else None


def read_all(texts: Iterable[object]) -> list[int]:
    """Those of them that are keys, in their order."""
    return [key for text in texts if (key := read(text)) is not None]
