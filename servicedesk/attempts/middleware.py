"""Notices a proxy that nobody told us of."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from servicedesk.attempts import visitor

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def unknown_proxy(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        visitor.warn_of_unknown_proxy(request)
        return get_response(request)

    return middleware
