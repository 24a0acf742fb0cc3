"""My requests: three groups with counts, filters, and for managers the whole company."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from servicedesk.people.http import UserRequest
from servicedesk.portal.access import for_clients
from servicedesk.portal.requests import filter_form
from servicedesk.portal.requests.filter_form import RequestFilter
from servicedesk.portal.requests.status_groups import StatusGroup

PER_PAGE = 25


@require_GET
@vary_on_headers("HX-Request")
@for_clients
def requests(request: UserRequest) -> HttpResponse:
    narrowing = RequestFilter(request.GET, user=request.user)
    found = narrowing.requests()
    counts = filter_form.counts(found)
    group = narrowing.group_value
    rows = filter_form.of_group(found, group).for_list()
    context = {
        "form": narrowing,
        "group": group,
        "groups": [
            (one.value, one.label, counts[one.value])
            for one in StatusGroup
            if one is not StatusGroup.MERGED or counts[one.value] or group == one
        ],
        "open_count": counts[StatusGroup.ANSWERED] + counts[StatusGroup.IN_PROGRESS],
        "scope": narrowing.scope_value,
        "has_any": any(counts.values()),
        "is_manager": bool(request.user.managed_client_ids()),
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
    }
    template = "portal/requests/_requests.html" if request.htmx else "portal/requests/page.html"
    return render(request, template, context)
