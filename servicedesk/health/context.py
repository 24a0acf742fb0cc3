"""The red line of administrators."""

from __future__ import annotations

from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest

from servicedesk.health import lateness, words

log = structlog.get_logger(__name__)
MAX_AGE = 15  # seconds


def faults(request: HttpRequest) -> dict[str, Any]:
    """Context processor. `late_work`: sentences for administrators, asked for only where they are shown."""
    user = getattr(request, "user", None)

    def late_work() -> list[str]:
        if not (settings.HEALTH_ON_PAGES and user and user.is_superuser):
            return []
        try:
            return words.for_administrators(lateness.state(MAX_AGE))
        except DatabaseError:  # a lock of a request that is judged already
            log.warning("late_work_unknown")
            return []

    return {"late_work": late_work}
