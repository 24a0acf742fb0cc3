"""Who may open a page; whoever may not finds nothing there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse

from servicedesk.people.http import UserRequest

P = ParamSpec("P")
View = Callable[Concatenate[UserRequest, P], HttpResponse]


def for_staff(view: View[P]) -> View[P]:
    """People of the desk; a client who guesses an address finds nothing there."""

    @login_required
    @wraps(view)
    def checked(request: UserRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_staff:
            raise Http404
        return view(request, *args, **kwargs)

    return checked  # type: ignore[return-value]


def for_administrators(view: View[P]) -> View[P]:
    @login_required
    @wraps(view)
    def checked(request: UserRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_superuser:
            raise Http404
        return view(request, *args, **kwargs)

    return checked  # type: ignore[return-value]


def for_terms(view: View[P]) -> View[P]:
    """Administrators and account managers: those who keep agreements."""

    @login_required
    @wraps(view)
    def checked(request: UserRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not (request.user.is_superuser or request.user.is_account_manager):
            raise Http404
        return view(request, *args, **kwargs)

    return checked  # type: ignore[return-value]
