"""What the desk's shell needs: the timer that runs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from contracts.models import RunningTimer
from contracts.time import timers
from servicedesk.people.models import User
from servicedesk.tickets import visible_name


def timer(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `running_timer`, two statements, asked only by pages that show it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.is_staff:
        return {}
    return {"running_timer": SimpleLazyObject(lambda: _running(user))}


def _running(user: User) -> RunningTimer | None:
    """With `elapsed` and `named`, for the page: the ticket may have moved to a private group meanwhile."""
    found = timers.running(user)
    if found:
        found.named = visible_name.to(user, found.ticket)
        elapsed = timezone.now() - found.started_at
        found.elapsed = max(elapsed, timedelta(minutes=1))  # type: ignore[attr-defined]
    return found
