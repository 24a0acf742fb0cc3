"""Where the reply ends and the quotation begins. Careful: when in doubt, nothing is cut."""

from __future__ import annotations

import re

# The line above which people write. The signs around it are the same in every language.
MARKER_OPENS, MARKER_CLOSES = "##-", "-##"

MAX_LINES, MAX_LINE = 5000, 600  # what is searched; a longer text is kept whole

_MARKER = re.compile(r"##- .{1,120} -##")
_FORWARDED = re.compile(r"^\s*(fwd?|fw|пересл|переслано|rv|reenv|tr|wg)\s*:", re.IGNORECASE)
_RULE = re.compile(
    r"^\s*[-_*]{2,}\s*(original message|исходное сообщение|оригинальное сообщение|пересылаемое сообщение"
    r"|mensaje original|mensaje reenviado)\s*[-_*]{2,}\s*$",
    re.IGNORECASE,
)
_VERBS = r"(?:wrote|escribi[óo]|пишет|писала?|написала?|написал\(а\))"
_SAID = re.compile(rf"\b{_VERBS}.{{0,200}}:\s*$", re.IGNORECASE)
_OPENED = re.compile(rf"^(?:on|el)\b.{{6,300}}\b{_VERBS}\s*:$", re.IGNORECASE)
# Without a word that opens it, there must be a time, a year or an address.
_UNOPENED = re.compile(
    rf"^.{{0,300}}(?:\d{{1,2}}[.:]\d{{2}}|\d{{4}}|<\S+@\S+>).{{0,200}}\b{_VERBS}\s*:$"
    rf"|^.{{0,300}}\b{_VERBS}\b.{{0,200}}<\S+@\S+>\)?\s*:$",
    re.IGNORECASE,
)
_FROM = re.compile(r"^\s*\*?(from|от|от кого|de)\s*:\*?\s*\S", re.IGNORECASE)
_HEADER = re.compile(
    r"^\s*\*?(sent|date|to|cc|subject|отправлено|дата|кому|копия|тема"
    r"|enviado(?: el)?|fecha|para|asunto)\s*:\*?",
    re.IGNORECASE,
)


def split(text: str, subject: str = "") -> tuple[str, str]:
    """Return (what was written now, what was quoted).

    A forwarded mail is kept whole, and so are answers written between the quoted lines and
    mails that would be empty after the cut.

    >>> split("Works now.\\n\\nOn Mon, 2 Mar 2026 at 10:00, Desk <d@q.example> wrote:\\n> Try again.")
    ('Works now.', 'On Mon, 2 Mar 2026 at 10:00, Desk <d@q.example> wrote:\\n> Try again.')
    """
    if _FORWARDED.match(subject):
        return text.strip(), ""
    lines = text.split("\n")
    start = _quotation_start(lines)
    if start is None:
        return _without_trailing_quotation(lines)
    above, below = lines[:start], lines[start:]
    if not _said(above):
        return _bottom_posted(lines, start)
    if _is_interleaved(below):
        return text.strip(), ""
    return _written(above), "\n".join(below).strip()


def _quotation_start(lines: list[str]) -> int | None:
    for number, line in enumerate(lines[:MAX_LINES]):
        if len(line) > MAX_LINE:
            continue
        if _MARKER.search(line) or _RULE.match(line) or _is_header_block(lines, number):
            return number
        if (start := _attribution_start(lines, number)) is not None:
            return start
    return None


def _attribution_start(lines: list[str], last: int) -> int | None:
    """Where “On … wrote:” that ends in line `last` begins; it may be folded over three lines."""
    if not _SAID.search(lines[last]):
        return None
    unopened = None
    folded = ""
    for start in range(last, max(last - 3, -1), -1):
        line = lines[start].strip()
        if not line or _is_quoted(line) or len(line) + len(folded) > MAX_LINE:
            break
        folded = f"{line} {folded}".strip()
        if _OPENED.match(folded):
            return start
        if unopened is None and _UNOPENED.match(folded):
            unopened = start
    return unopened


def _is_header_block(lines: list[str], number: int) -> bool:
    """“From:” and at least two more header lines right below it."""
    if not _FROM.match(lines[number]):
        return False
    return sum(bool(_HEADER.match(line)) for line in lines[number + 1 : number + 6]) >= 2


def _said(lines: list[str]) -> bool:
    return any(line.strip() and not _is_quoted(line) and not _MARKER.search(line) for line in lines)


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def _is_interleaved(below: list[str]) -> bool:
    """Somebody wrote between or under the lines marked with “>”."""
    if not any(_is_quoted(line) for line in below):
        return False
    last = max(number for number, line in enumerate(below) if _is_quoted(line))
    first = min(number for number, line in enumerate(below) if _is_quoted(line))
    written_between = any(line.strip() and not _is_quoted(line) for line in below[first:last])
    return written_between or _said(below[last + 1 :])


def _bottom_posted(lines: list[str], start: int) -> tuple[str, str]:
    """The quotation stands first and the answer below it, or there is no answer at all."""
    quoted = [number for number, line in enumerate(lines) if _is_quoted(line) and number >= start]
    if quoted and _said(lines[quoted[-1] + 1 :]):
        between = lines[quoted[0] : quoted[-1] + 1]
        if all(_is_quoted(line) or not line.strip() for line in between):
            end = quoted[-1] + 1
            return _written(lines[end:]), "\n".join(lines[:end]).strip()
    return "\n".join(lines).strip(), ""


def _without_trailing_quotation(lines: list[str]) -> tuple[str, str]:
    """No introducing line: cut one block of “>” lines at the very end."""
    end = len(lines)
    while end and (_is_quoted(lines[end - 1]) or not lines[end - 1].strip()):
        end -= 1
    above, below = lines[:end], lines[end:]
    if not any(_is_quoted(line) for line in below) or not _said(above):
        return "\n".join(lines).strip(), ""
    if any(_is_quoted(line) for line in above):
        return "\n".join(lines).strip(), ""
    return _written(above), "\n".join(below).strip()


def _written(lines: list[str]) -> str:
    """Without the rule of underscores that some programs put above the quotation."""
    kept = list(lines)
    while kept and (not kept[-1].strip() or re.fullmatch(r"\s*[_-]{10,}\s*", kept[-1])):
        kept.pop()
    return "\n".join(kept).strip()
