"""The rule of the house for views that take a POST.

Each says which of two it is. `acts_once`: it adds something, or does the opposite when it is done twice;
the key of its form (`{% once %}`) is used up in the transaction of the deed, and whoever sends the form
again gets the first answer. `repeatable`: done twice it is as done once, for the reason that is given.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirect

from servicedesk.once import sending
from servicedesk.once.models import SentForm
from servicedesk.once.stale import sent_with_other_contents

View = TypeVar("View", bound=Callable[..., Any])
ONCE, REPEATABLE = "once", "repeatable"
# What tells htmx where to go; a part of a page is no end of a deed.
LEADS_ON = ("HX-Redirect", "HX-Location")


def acts_once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view whose POST is done once for each filled-in form.

    The whole view is one transaction. A form counts as done when the answer leads on (a redirect); a refusal
    or a part of the page leaves its key free. A second sending meanwhile waits for the first. Without a key
    (a program, a test) the view acts each time.
    """

    @wraps(view)
    def acting(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        name = sending.name(request) if request.method == "POST" else ""
        if not name:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            if former := _former(name, content := sending.content(request)):
                return _answer_again(request, former, content)
            response = view(request, *args, **kwargs)
            _keep(request, name, response)
            return response

    acting.posting = ONCE  # type: ignore[attr-defined]
    return acting


def repeatable(why: str) -> Callable[[View], View]:
    """A view whose POST may come twice; `why` that does no harm, for whoever reads the code."""
    assert why

    def declared(view: View) -> View:
        view.posting = REPEATABLE  # type: ignore[attr-defined]
        return view

    return declared


def posting(view: Any) -> str:
    """What a view declares, through the decorators around it; '' if nothing."""
    return str(getattr(view, "posting", ""))


def _former(name: str, content: str) -> SentForm | None:
    """The form as it was done before. If it was not, its key is taken: others wait for our commit here."""
    if former := SentForm.objects.filter(pk=name).first():
        return former
    try:
        with transaction.atomic():
            SentForm.objects.create(name=name, content=content)
    except IntegrityError:
        return SentForm.objects.get(pk=name)
    return None


def _keep(request: HttpRequest, name: str, response: HttpResponse) -> None:
    headers = {header: response[header] for header in LEADS_ON if header in response}
    is_redirect = isinstance(response, HttpResponseRedirect)
    if not is_redirect and not headers:
        SentForm.objects.filter(pk=name).delete()
        return
    answer = {
        "location": response["Location"] if is_redirect else "",
        "headers": headers,
        "messages": _said(request),
    }
    SentForm.objects.filter(pk=name).update(answer=answer)


def _said(request: HttpRequest) -> list[list[Any]]:
    queued = getattr(messages.get_messages(request), "_queued_messages", [])
    return [[one.level, str(one.message), one.extra_tags] for one in queued]


def _answer_again(request: HttpRequest, former: SentForm, content: str) -> HttpResponse:
    if former.content != content:
        return sent_with_other_contents(request, former)
    for level, sentence, tags in former.answer["messages"]:
        messages.add_message(request, level, sentence, extra_tags=tags)
    location = former.answer["location"]
    response = HttpResponseRedirect(location) if location else HttpResponse()
    for header, value in former.answer["headers"].items():
        response[header] = value
    return response
