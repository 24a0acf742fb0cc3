"""The minute's work of processes."""

import structlog
from celery import shared_task
from django.utils import timezone

from workflows import timers

log = structlog.get_logger(__name__)


@shared_task(ignore_result=True)
def fire_timers() -> None:
    """Every minute: see `timers.fire_due`."""
    if fired := timers.fire_due(timezone.now()):
        log.info("process timers fired", count=fired)
