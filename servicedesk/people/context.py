"""What the clients' shell needs: whose portal it is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from servicedesk.people.models import Client


def own_company(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `client`, the signed-in client's company; asked only by pages that show it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or user.is_staff:
        return {}

    def first() -> Client | None:
        return Client.objects.active().filter(pk__in=user.client_ids()).first()

    return {"client": SimpleLazyObject(first)}
