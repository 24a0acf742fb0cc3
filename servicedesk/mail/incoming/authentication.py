"""What our own receiving server found out about the sender (RFC 8601). Pure.

Anybody may write `Authentication-Results` into a mail. What counts is the one on top, and only if it names
our server: the server puts its own above whatever came along. A further one of that name is believed only
when it says something worse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_PIECE = re.compile(r'"((?:[^"\\]|\\.)*)"|(;)|([^\s;"]+)')
_LEXEMES = re.compile(r'\\.|["()]|[^\\"()]+', re.DOTALL)
_RESULT = re.compile(r"([a-z0-9_-]+)(?:/\d+)?=([a-z]+)")
MOST = 20  # headers that are looked at


@dataclass(frozen=True)
class _Result:
    """One method's: “dkim”, “pass”, {“header.d”: …}."""

    method: str
    verdict: str
    properties: dict[str, str]


def passes(results: Sequence[str], domain: str, trusted: Sequence[str]) -> bool:
    """Whether our server says that the mail is from this domain.

    DMARC decides when the server asked it; else a DKIM signature or an SPF result of the same domain, or of
    one above or below it.

    Args:
        results: the values of all Authentication-Results headers, the topmost first.
        domain: of the address in From.
        trusted: in small letters, the names of our servers.
    """
    domain = domain.lower().rstrip(".")
    read = [_read(value) for value in results[:MOST]]
    if not domain or not read or read[0][0] not in trusted:
        return False
    ours = [found for name, found in read if name in trusted]
    if any(one.method == "dmarc" and one.verdict != "pass" for found in ours for one in found):
        return False
    dmarc = [one for one in ours[0] if one.method == "dmarc"]
    if dmarc:
        return all(one.properties.get("header.from", domain).lower() == domain for one in dmarc)
    return any(_is_aligned(one, domain) for one in ours[0])


def contradicts(results: Sequence[str], trusted: Sequence[str]) -> bool:
    """Whether our server says in so many words that the domain of From disowns the mail."""
    read = [_read(value) for value in results[:MOST]]
    return any(
        one.method == "dmarc" and one.verdict == "fail"
        for name, found in read
        if name in trusted
        for one in found
    )


def _is_aligned(result: _Result, domain: str) -> bool:
    if result.verdict != "pass":
        return False
    names = {"dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom",)}.get(result.method, ())
    signed = {_domain(result.properties[name]) for name in names if name in result.properties}
    return bool(signed) and all(_is_related(one, domain) for one in signed)


def _is_related(one: str, other: str) -> bool:
    if "." not in one or "." not in other:
        return False
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _domain(value: str) -> str:
    return value.rpartition("@")[2].lower().rstrip(".")


def _read(value: str) -> tuple[str, list[_Result]]:
    """The server's name and its results; comments, and quoted words that look like results, say nothing."""
    first, *others = _clauses(_without_comments(value))
    name = first[0][0].lower() if first else ""
    return name, [found for words in others if (found := _result(words))]


def _result(words: list[tuple[str, bool]]) -> _Result | None:
    if not words or words[0][1]:
        return None
    found = _RESULT.fullmatch(words[0][0].lower())
    if not found:
        return None
    return _Result(found[1], found[2], dict(_properties(words[1:])))


def _properties(words: list[tuple[str, bool]]) -> Iterator[tuple[str, str]]:
    name = ""
    for word, is_quoted in words:
        if name and is_quoted:  # name="value"
            yield name, word
        name = ""
        if is_quoted:
            continue
        key, equals, value = word.partition("=")
        if equals and value:
            yield key.lower(), value
        elif equals:
            name = key.lower()


def _clauses(value: str) -> list[list[tuple[str, bool]]]:
    """The words between semicolons, each with whether it was quoted."""
    clauses: list[list[tuple[str, bool]]] = [[]]
    for found in _PIECE.finditer(value):
        if found[2]:
            clauses.append([])
        else:
            clauses[-1].append((found[3], False) if found[3] else (re.sub(r"\\(.)", r"\1", found[1]), True))
    return clauses


def _without_comments(value: str) -> str:
    kept, depth, is_quoted = [], 0, False
    for piece in _LEXEMES.findall(value):
        if piece == '"' and not depth:
            is_quoted = not is_quoted
        elif piece == "(" and not is_quoted:
            depth += 1
        elif piece == ")" and depth:
            depth -= 1
            piece = " "
        if not depth:
            kept.append(piece)
    if is_quoted or depth:  # cut, or made to be misread
        return ""
    return re.sub(r"\s*=\s*", "=", "".join(kept))
