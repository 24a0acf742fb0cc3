"""The card of a client: health, people, contracts, the newest tickets."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contracts.access import keeps
from contracts.clients import health
from contracts.models import Contract
from servicedesk.people.access import for_staff
from servicedesk.people.http import UserRequest
from servicedesk.people.models import Client
from servicedesk.tickets.models import Ticket

RECENT = 10


@require_safe
@for_staff
def client(request: UserRequest, pk: int) -> HttpResponse:
    clients = Client.objects.visible_to(request.user).select_related("account_manager")
    one = get_object_or_404(clients, pk=pk)
    contracts = (
        Contract.objects.visible_to(request.user).filter(client=one).select_related("policy", "calendar")
    )
    tickets = Ticket.objects.visible_to(request.user).filter(client=one).for_list()
    context = {
        "client": one,
        "health": health.of_clients([one], timezone.now(), reader=request.user)[0],
        "people": one.memberships.select_related("user")
        .prefetch_related("user__addresses")
        .order_by("-is_active", "role", "user__full_name"),
        "contracts": contracts.order_by("is_archived", "-starts_on"),
        "tickets": tickets.order_by("-opened_at")[:RECENT],
        "today": timezone.localdate(),
        "may_keep": keeps(request.user, one),
    }
    return render(request, "contracts/clients/card/client.html", context)
