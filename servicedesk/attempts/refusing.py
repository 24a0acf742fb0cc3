"""Telling who tried too often when they may try again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from servicedesk.attempts import counting, limits, visitor
from servicedesk.attempts.counting import TooManyTries

View = Callable[..., HttpResponseBase]


def told(response: HttpResponse, refused: TooManyTries) -> HttpResponse:
    """Make a page that says so a 429 which programs understand too."""
    response.status_code = 429
    response["Retry-After"] = str(refused.seconds)
    return response


def page(request: HttpRequest, refused: TooManyTries) -> HttpResponse:
    """A page that says nothing else."""
    return told(render(request, "attempts/too_many.html", {"message": str(refused)}), refused)


class GuessedLinks:
    """Links that nobody was sent, by address: each broken one counts; after many the address has to wait.

    A link that is not broken writes nothing, however often it is opened.
    """

    def __init__(self, request: HttpRequest) -> None:
        is_proxy = visitor.is_unknown_proxy(request)
        limit = limits.LINK_FROM_PROXY if is_proxy else limits.LINK_FROM_ADDRESS
        self.counted = [(limit, visitor.address(request))]

    def require_patience(self) -> None:
        """Raises: TooManyTries."""
        counting.require_patience(self.counted)

    def was_broken(self) -> None:
        """Raises: TooManyTries: others from here were faster."""
        counting.take(self.counted)


def slows_guessing(is_broken: Callable[[HttpResponseBase], bool]) -> Callable[[View], View]:
    """A view whose address holds a token: what `is_broken` says of its answer counts as a guess."""

    def decorator(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            guesses = GuessedLinks(request)
            try:
                guesses.require_patience()
                response = view(request, *args, **kwargs)
                if is_broken(response):
                    guesses.was_broken()
            except TooManyTries as refused:
                return page(request, refused)
            return response

        return guarded

    return decorator
