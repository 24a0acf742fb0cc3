"""Where a form leads on: the page that asked, if it is ours."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme


def ours(request: HttpRequest, wanted: str, otherwise: str) -> str:
    """The address, if it is a whole path of this site or a whole address of this host."""
    whole = wanted.startswith(("/", "http://", "https://"))
    is_ours = whole and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else otherwise


def lead_on(request: HttpRequest) -> HttpResponseRedirect:
    """To the page that a form names in `next`. An address is never taken for the name of a view."""
    return HttpResponseRedirect(ours(request, request.POST.get("next", ""), "/"))
