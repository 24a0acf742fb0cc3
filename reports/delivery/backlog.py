"""Since when reports wait, for the question whether the background work is late."""

from __future__ import annotations

from datetime import datetime

from reports.models import ReportRun, ReportSchedule


def oldest(at: datetime) -> datetime | None:
    """Since when the longest waiting report could have been made or tried again; None when none waits."""
    due = ReportSchedule.objects.due(at).order_by("next_run_at").values_list("next_run_at", flat=True).first()
    stuck = ReportRun.objects.stuck(at).order_by("retry_at").values_list("retry_at", flat=True).first()
    return min((moment for moment in (due, stuck) if moment), default=None)
