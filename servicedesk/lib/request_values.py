"""Addresses that can be meant at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase

from servicedesk.lib.keys import LARGEST


def possible(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Middleware: a key that no column holds is not found; NUL, which no text column holds, is left out.

    One place for every view, so that none has to think of it.
    """
    return _Possible(get_response)


class _Possible:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, arguments: Any, named: dict[str, Any]
    ) -> HttpResponseBase | None:
        for value in (*arguments, *named.values()):
            if isinstance(value, int) and value > LARGEST:
                raise Http404
            if isinstance(value, str) and "\0" in value:
                raise Http404
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.GET = _without_nul(request.GET)  # type: ignore[assignment]
        return None


def _without_nul(given: QueryDict) -> QueryDict:
    kept = QueryDict(mutable=True)
    for name, values in given.lists():
        kept.setlist(name.replace("\0", ""), [one.replace("\0", "") for one in values])
    kept._mutable = False
    return kept
