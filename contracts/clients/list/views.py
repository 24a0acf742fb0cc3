"""All clients with their health."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from contracts.clients import health
from servicedesk.lib.folding import contains
from servicedesk.people import addresses
from servicedesk.people.access import for_staff
from servicedesk.people.http import UserRequest
from servicedesk.people.models import Client, Membership

PER_PAGE = 50


@require_safe
@vary_on_headers("HX-Request")
@for_staff
def clients(request: UserRequest) -> HttpResponse:
    """Active ones by name; “worries” narrows the page to those that need somebody."""
    asked = request.GET.get("q", "").strip()[:100]
    found = Client.objects.visible_to(request.user).select_related("account_manager").order_by("name")
    found = found.filter(is_active="former" not in request.GET)
    if asked:
        people = Membership.objects.filter(user__in=addresses.holders([asked]))
        found = found.filter(contains("name", asked) | Q(pk__in=people.values("client")))
    if "mine" in request.GET:
        found = found.filter(account_manager=request.user)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = health.of_clients(page.object_list, timezone.now(), reader=request.user)
    if "worries" in request.GET:
        rows = [row for row in rows if row.worries]
    narrowed = bool(asked) or any(name in request.GET for name in ("mine", "worries", "former"))
    context = {"page": page, "rows": rows, "q": asked, "asked": request.GET, "is_narrowed": narrowed}
    is_part = request.htmx and not request.htmx.boosted
    return render(
        request,
        "contracts/clients/list/_clients.html" if is_part else "contracts/clients/list/clients.html",
        context,
    )
