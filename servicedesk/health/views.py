"""Whether this installation is alive, and whether it is ready for work."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from servicedesk.health import lateness
from servicedesk.health.lateness import Late, State
from servicedesk.health.models import Heartbeat, ScheduleRun

MAX_AGE = 5  # seconds; whoever asks more often hears the same


@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """200 when the process answers and its database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when nothing is late, else 503; either way JSON that says what, naming neither people nor hosts."""
    try:
        state = lateness.state(MAX_AGE)
    except (DatabaseError, InterfaceError):
        return _answer({"status": "late", "database": "unreachable"}, 503)
    return _answer(_told(state), 503 if state.late else 200)


def _answer(told: dict[str, Any], status: int) -> JsonResponse:
    answer = JsonResponse(told, status=status)
    answer._has_been_logged = True  # type: ignore[attr-defined]  # an answer, no failure of this request
    return answer


def _told(state: State) -> dict[str, Any]:
    return {
        "status": "late" if state.late else "ready",
        "at": _iso(state.at),
        "database": "ok",
        "broker": "ok" if state.has_broker else "unreachable",
        "late": [_late(each) for each in state.late],
        "workers": state.living(Heartbeat.Kind.WORKER),
        "beats": state.living(Heartbeat.Kind.BEAT),
        "schedule": {run.entry: _run(run) for run in state.runs},
    }


def _late(late: Late) -> dict[str, Any]:
    return {"kind": late.kind, "name": late.name, "since": _iso(late.since)}


def _run(run: ScheduleRun) -> dict[str, Any]:
    """The error itself is for administrators: it may quote somebody."""
    return {
        "last_started": _iso(run.started_at),
        "last_finished": _iso(run.finished_at),
        "last_failed": _iso(run.failed_at),
        "is_failing": run.is_failing,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
