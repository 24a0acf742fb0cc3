"""Whether the database has connections for all threads and processes that the settings start."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import DatabaseError, connection

# Beside web threads and workers' processes: each worker's main process, the schedule, a command or two.
OTHERS = 4
_ROOM = """
SELECT sum(setting::int) FILTER (WHERE name = 'max_connections'),
       sum(setting::int) FILTER (WHERE name <> 'max_connections')
  FROM pg_settings
 WHERE name IN ('max_connections', 'superuser_reserved_connections', 'reserved_connections')
"""


def wanted() -> int:
    """How many connections may be open at once, when everything is busy."""
    return settings.WEB_PROCESSES * settings.WEB_THREADS + settings.WORKER_PROCESSES + OTHERS


@register(deploy=True)
def connections_suffice(**_kwargs: Any) -> Iterable[CheckMessage]:
    """PostgreSQL refuses the first connection too many, in the middle of somebody's request."""
    if connection.vendor != "postgresql":
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute(_ROOM)
            most, reserved = cursor.fetchone()
    except DatabaseError as error:
        reason = str(error).strip().partition("\n")[0]
        yield Warning(f"PostgreSQL does not say how many connections it has: {reason}", id="health.W001")
        return
    if wanted() > most - reserved:
        yield Error(
            f"Up to {wanted()} connections may be wanted (WEB_PROCESSES × WEB_THREADS = "
            f"{settings.WEB_PROCESSES} × {settings.WEB_THREADS}, WORKER_PROCESSES = "
            f"{settings.WORKER_PROCESSES}, {OTHERS} others), but PostgreSQL has {most - reserved} for us.",
            hint="Lower WEB_THREADS, or raise max_connections.",
            id="health.E001",
        )
