"""Asking about a form that was sent before: changed since, or the very same words on a page loaded anew.

Both come by way of the back button mostly. Whether it is meant in place of the first or beside it, only its
writer knows: so they are asked, and all that was typed is at hand.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from servicedesk.once import sending
from servicedesk.once.models import SentForm

# What is shown of what was typed. A field that is not named here may be secret, or say nothing to people.
WORDS = {
    "subject": gettext_lazy("Subject"),
    "body": gettext_lazy("Text"),
    "solution": gettext_lazy("Solution"),
    "comment": gettext_lazy("Comment"),
    "reason": gettext_lazy("Reason"),
    "wish": gettext_lazy("Message"),
    "minutes": gettext_lazy("Time spent"),
    "hours": gettext_lazy("Hours"),
    "note": gettext_lazy("Note"),
    "internal_note": gettext_lazy("Internal note"),
    "full_name": gettext_lazy("Full name"),
}


def about_a_change(request: HttpRequest, former: SentForm) -> HttpResponse:
    """409: this form of this page was done before, with other contents."""
    title = _("This form was sent before")
    what = _(
        "It was processed at the time shown. What you send now is different and has not been processed yet."
    )
    return _ask(request, former, title=title, what=what, button=_("Send as a new one"))


def about_the_same(request: HttpRequest, former: SentForm) -> HttpResponse:
    """409: the same person sent the same contents to the same place a moment ago."""
    what = _(
        "What you send now is the same, word for word. It was processed once and has not been sent again."
    )
    return _ask(request, former, title=_ago(former), what=what, button=_("Send again"))


def _ago(former: SentForm) -> str:
    seconds = max(int((timezone.now() - former.sent_at).total_seconds()), 1)
    if seconds < 60:
        return ngettext(
            "This was sent %(count)d second ago. Send it again?",
            "This was sent %(count)d seconds ago. Send it again?",
            seconds,
        ) % {"count": seconds}
    minutes = seconds // 60
    return ngettext(
        "This was sent %(count)d minute ago. Send it again?",
        "This was sent %(count)d minutes ago. Send it again?",
        minutes,
    ) % {"count": minutes}


def _ask(request: HttpRequest, former: SentForm, **texts: str) -> HttpResponse:
    context = texts | {
        "sent_at": former.sent_at,
        "done": [sentence for _level, sentence, _tags in former.answer["messages"]],
        "location": former.answer["location"],
        "action": request.get_full_path(),
        "again": sending.AGAIN,
        "fields": _typed(request),
        "words": [(WORDS[name], value) for name, value in _typed(request) if name in WORDS and value.strip()],
        "files": [file.name for field in request.FILES for file in request.FILES.getlist(field)],
        "shell": _shell(request),
    }
    is_htmx = getattr(request, "htmx", False)
    template = "once/_sent_before.html" if is_htmx else "once/sent_before.html"
    response = render(request, template, context, status=409)
    if is_htmx:
        response["HX-Retarget"] = "#refusal"
        response["HX-Reswap"] = "innerHTML"
    add_never_cache_headers(response)  # what was typed may be secret
    return response


def _shell(request: HttpRequest) -> str:
    if not request.user.is_authenticated:
        return "people/door.html"
    return "desk/base.html" if request.user.is_staff else "portal/base.html"


def _typed(request: HttpRequest) -> list[tuple[str, Any]]:
    fields = [field for field in request.POST if field not in sending.LEFT_OUT]
    return [(field, value) for field in fields for value in request.POST.getlist(field)]
