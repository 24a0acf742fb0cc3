"""What a request sends: who, from which form, with which contents."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

FIELD = "once"
# Named anew for each page, so they say nothing about what was typed.
AGAIN = "once_again"  # the person was asked, and means it
LEFT_OUT = {FIELD, AGAIN, "csrfmiddlewaretoken"}
# Written by the page, anew each time it is loaded; not by the person.
BY_THE_PAGE = {"audience", "seen", "revision", "asked", "next", "from", "show"}


def new_key() -> str:
    """A name for one form on one page."""
    return uuid.uuid4().hex


def name(request: HttpRequest) -> str:
    """The name of the sent form, or '' if it brought no key. A key counts for its person and address only."""
    key = request.POST.get(FIELD, "")
    return _digest([str(request.user.pk), request.get_full_path(), key]) if key else ""


def content(request: HttpRequest) -> str:
    """The same for the same fields and the same files."""
    return _digest(_parts(request, LEFT_OUT))


def words(request: HttpRequest) -> str:
    """The same for the same words to the same address by the same person, from whichever page; '' if none.

    A press of a button alone has no words: it is pressed as often as somebody likes.
    """
    left_out = LEFT_OUT | BY_THE_PAGE
    is_empty = not any(value.strip() for field, value in _values(request) if field not in left_out)
    if is_empty and not request.FILES:
        return ""
    return _digest([str(request.user.pk), request.get_full_path(), *_parts(request, left_out)])


def _values(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for field in request.POST:
        yield from ((field, value) for value in request.POST.getlist(field))


def _parts(request: HttpRequest, left_out: set[str]) -> Iterator[str]:
    for field in sorted(set(request.POST) - left_out):
        yield from (field, *request.POST.getlist(field), "")
    for field in sorted(request.FILES):
        for file in request.FILES.getlist(field):
            assert isinstance(file, UploadedFile)
            yield from (field, file.name or "", _digest_of_file(file))


def _digest(parts: list[str] | Iterator[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8", "backslashreplace")
        digest.update(f"{len(raw)}:".encode() + raw)
    return digest.hexdigest()


def _digest_of_file(file: UploadedFile[Any]) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
