"""Which state of a draft the page showed from which a form comes."""

from __future__ import annotations

from servicedesk.people.http import UserRequest


def revision(request: UserRequest) -> int:
    """0, which no draft has, for anything that is no number."""
    return number(request.POST.get("revision", ""))


def number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
