"""The first page: start a request, what waits for me, my open requests, the contract's hours."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from contracts.hours import prepaid
from contracts.models import Contract
from servicedesk.people.http import UserRequest
from servicedesk.people.models import Client, User
from servicedesk.portal.access import for_clients, own_requests
from servicedesk.portal.home import todo
from servicedesk.portal.new_request import service_choice

SHOWN = 5
SHOWN_CONTRACTS = 3


@dataclass(frozen=True)
class HoursLeft:
    """Prepaid hours of one contract; `percent` of them are used."""

    contract: Contract
    bought: Decimal
    left: Decimal
    reserved: Decimal
    percent: int

    @property
    def state(self) -> str:
        return "bad" if self.percent >= 100 else "warn" if self.percent >= 80 else "ok"


@require_GET
@for_clients
def home(request: UserRequest) -> HttpResponse:
    recent = own_requests(request.user).open().for_list().order_by("-updated_at", "-pk")
    page = {
        "services": service_choice.services(list(Client.objects.visible_to(request.user).active())),
        "todos": todo.of(request.user),
        "recent": recent[:SHOWN],
        "hours_left": _hours_left(request.user),
        "is_manager": bool(request.user.managed_client_ids()),
    }
    return render(request, "portal/home/page.html", page)


def _hours_left(user: User) -> list[HoursLeft]:
    """For managers only; contracts without prepaid hours say nothing."""
    if not user.managed_client_ids():
        return []
    today = timezone.localdate()
    valid = Contract.objects.visible_to(user).in_use().valid_on(today).order_by("name")
    found = [(contract, prepaid.totals(contract)) for contract in valid[:SHOWN_CONTRACTS]]
    return [
        HoursLeft(contract, sums.total, sums.left, sums.reserved, sums.percent_used)
        for contract, sums in found
        if sums.total > 0
    ]
