"""A form that was sent before and changed since, by way of the back button mostly.

Whether it is meant in place of the first or beside it, only its writer knows: so they are asked, and all
that was typed is at hand.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from servicedesk.once import sending
from servicedesk.once.models import SentForm


def sent_with_other_contents(request: HttpRequest, former: SentForm) -> HttpResponse:
    """409: it was done before, with other contents. A button sends what is there now as a new form."""
    if getattr(request, "htmx", False):
        sentence = _("This form was sent before, with other contents. Reload the page to send another one.")
        response = render(request, "components/refusal.html", {"message": sentence}, status=409)
        response["HX-Retarget"] = "#refusal"
        response["HX-Reswap"] = "innerHTML"
        return response
    context = {
        "sent_at": former.sent_at,
        "location": former.answer["location"],
        "action": request.get_full_path(),
        "fields": _typed(request),
        "has_files": bool(request.FILES),
    }
    response = render(request, "once/sent_before.html", context, status=409)
    add_never_cache_headers(response)  # what was typed may be secret
    return response


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    fields = [field for field in request.POST if field not in sending.LEFT_OUT]
    return [(field, value) for field in fields for value in request.POST.getlist(field)]
