"""Names of clients that fit what somebody types."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from servicedesk.lib.folding import contains
from servicedesk.people.access import for_staff
from servicedesk.people.http import UserRequest
from servicedesk.people.models import Client

SHOWN = 12


@require_safe
@for_staff
def client_choices(request: UserRequest) -> HttpResponse:
    """`of` names the field whose text stands beside it; two statements, however many clients."""
    text = request.GET.get(request.GET.get("of", ""), "").replace("\0", "").strip()[:150]
    clients = Client.objects.visible_to(request.user).active()
    found = clients.filter(contains("name", text)) if text else clients
    names = found.order_by("name").values_list("name", flat=True)[:SHOWN]
    return render(request, "people/_client_choices.html", {"names": names})
