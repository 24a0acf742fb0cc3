"""Text on its way into a table program, which would run a text that begins like a formula."""

from __future__ import annotations

import re

# Also the wide forms of = + - @, which some programs take for the narrow ones.
_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MOST_CHARACTERS = 32_000  # a cell of Excel holds 32,767


def harmless(text: str) -> str:
    """Return `text` that no table program takes for a formula: an apostrophe goes before it."""
    clean = _UNPRINTABLE.sub("", text)[:_MOST_CHARACTERS]
    return f"'{clean}" if clean.startswith(_LIKE_A_FORMULA) else clean
