"""The rule of the house for views that take a POST.

Each says which of two it is. `acts_once`: it adds something, or does the opposite when it is done twice;
the key of its form (`{% once %}`) is used up in the transaction of the deed, and whoever sends the form
again gets the first answer. A browser that goes back may load the page anew, with another key and the words
still typed in: the same words to the same place within ten minutes are asked about. `repeatable`: done twice
it is as done once, for the reason that is given.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirect
from django.utils import timezone

from servicedesk.lib.middleware import is_about_one_of_a_kind
from servicedesk.once import asking, sending
from servicedesk.once.models import SentForm

View = TypeVar("View", bound=Callable[..., Any])
ONCE, REPEATABLE = "once", "repeatable"
# What tells htmx where to go; a part of a page is no end of a deed.
LEADS_ON = ("HX-Redirect", "HX-Location")
# After a lost answer one goes back and tries again at once; later the same words are a new thought.
ASKED_ABOUT = timedelta(minutes=10)


def acts_once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view whose POST is done once for each filled-in form.

    The whole view is one transaction. A form counts as done when the answer leads on (a redirect); a refusal
    or a part of the page leaves its key free. A second sending meanwhile waits for the first. Whoever gave a
    name a moment after somebody else is judged again, so that the form says so beside the field. Without a
    key (a program, a test) the view acts each time.
    """

    @wraps(view)
    def acting(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        name = sending.name(request) if request.method == "POST" else ""
        if not name:
            return view(request, *args, **kwargs)
        words = "" if hasattr(acting, "often") else sending.words(request)

        def whole() -> HttpResponse:
            with transaction.atomic():
                return _done(request, name, words, lambda: view(request, *args, **kwargs))

        try:
            return whole()
        except IntegrityError as error:
            if not is_about_one_of_a_kind(error):
                raise
        _rewind(request)  # nothing is written, and what the other one wrote can be seen now
        return whole()

    acting.posting = ONCE  # type: ignore[attr-defined]
    return acting


def _done(request: HttpRequest, name: str, words: str, view: Callable[[], HttpResponse]) -> HttpResponse:
    content = sending.content(request)
    if former := SentForm.objects.filter(pk=name).first():
        return _answer_again(request, former, content)
    if (alike := _alike(words)) and sending.AGAIN not in request.POST:
        return asking.about_the_same(request, alike)
    if former := _begun_meanwhile(name, content=content, words=words):
        return _answer_again(request, former, content)
    response = view()
    _keep(request, name, response)
    return response


def _rewind(request: HttpRequest) -> None:
    for _field, files in request.FILES.lists():
        for file in files:
            file.seek(0)


def often(why: str) -> Callable[[View], View]:
    """Above `acts_once`: sent anew from a new page it is meant again, for the reason that is given."""
    assert why

    def declared(view: View) -> View:
        view.often = why  # type: ignore[attr-defined]
        return view

    return declared


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


def _alike(words: str) -> SentForm | None:
    """The latest form with the same words that was sent a moment ago from another page."""
    since = timezone.now() - ASKED_ABOUT
    return (
        SentForm.objects.filter(words=words, sent_at__gte=since).order_by("sent_at").last() if words else None
    )


def _begun_meanwhile(name: str, **digests: str) -> SentForm | None:
    """Take the key: others wait for our commit here. If another was faster: its form, as it was done."""
    try:
        with transaction.atomic():
            SentForm.objects.create(name=name, **digests)
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
        return asking.about_a_change(request, former)
    for level, sentence, tags in former.answer["messages"]:
        messages.add_message(request, level, sentence, extra_tags=tags)
    location = former.answer["location"]
    response = HttpResponseRedirect(location) if location else HttpResponse()
    for header, value in former.answer["headers"].items():
        response[header] = value
    return response
