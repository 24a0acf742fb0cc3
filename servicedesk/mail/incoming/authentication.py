"""What our own receiving server found out about the sender (RFC 8601). Pure.

Anybody may write `Authentication-Results` into a mail. What counts is the one on top, and only if it names
our server: the server puts its own above whatever came along. A further one of that name is believed only
when it says something worse.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_PIECE = re.compile(r'"((?:[^"\\]|\\.)*)"|(;)|([^\s;"]+)')
_LEXEMES = re.compile(r'\\.|["()]|[^\\"()]+', re.DOTALL)
_RESULT = re.compile(r"([a-z0-9_-]+)(?:/\d+)?=([a-z]+)")
_DOMAIN = re.compile(r"[^\s\"<>@,()]+")
MOST = 20  # headers that are looked at


_Word = list[tuple[str, bool]]  # its parts, each with whether it was quoted


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
    domain = value.rpartition("@")[2].lower().rstrip(".")
    return domain if _DOMAIN.fullmatch(domain) else ""


def _read(value: str) -> tuple[str, list[_Result]]:
    """The server's name and its results; comments, and quoted words that look like results, say nothing."""
    first, *others = _clauses(_without_comments(value))
    name = first[0][0][0].lower() if first else ""
    return name, [found for words in others if (found := _result(words))]


def _result(words: list[_Word]) -> _Result | None:
    """A pass with words that fit nowhere, or one property said in two ways, counts as none."""
    if not words or any(is_quoted for _text, is_quoted in words[0]):
        return None
    found = _RESULT.fullmatch("".join(text for text, _quoted in words[0]).lower())
    if not found:
        return None
    said = [_property(word) for word in words[1:]]
    properties = dict(said)
    is_clear = "" not in properties and all(properties[name] == value for name, value in said)
    verdict = found[2] if is_clear or found[2] != "pass" else "permerror"
    return _Result(found[1], verdict, properties)


def _property(word: _Word) -> tuple[str, str]:
    """Its name and value, which runs to the next blank; without a name it is none of RFC 8601.

    A value may be quoted as a whole. A part of it that is quoted, as in `"a.example"@b.example`, is the local
    part of an address and never a domain: it becomes a mere quotation mark.
    """
    (first, is_quoted), *rest = word
    name, equals, start = first.partition("=")
    if is_quoted or not equals:
        return "", ""
    if not start and len(rest) == 1 and rest[0][1]:
        return name.lower(), rest[0][0]
    return name.lower(), start + "".join('"' if quoted else text for text, quoted in rest)


def _clauses(value: str) -> list[list[_Word]]:
    """The words between semicolons; words run to the next blank, with what of them was quoted."""
    clauses: list[list[_Word]] = [[]]
    end = -1
    for found in _PIECE.finditer(value):
        if found[2]:
            clauses.append([])
            continue
        piece = (found[3], False) if found[3] else (re.sub(r"\\(.)", r"\1", found[1]), True)
        if found.start() == end and clauses[-1]:
            clauses[-1][-1].append(piece)
        else:
            clauses[-1].append([piece])
        end = found.end()
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
