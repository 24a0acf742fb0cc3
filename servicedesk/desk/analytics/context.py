"""What the desk's shell needs: whether to offer insight."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from workflows.analytics import access


def insight(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `sees_insight`, asked only by pages that offer it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.is_staff:
        return {}
    return {"sees_insight": SimpleLazyObject(lambda: access.may_look(user))}
