"""Jobs of the clocks; the schedule is in the settings."""

import structlog
from celery import shared_task
from django.utils import timezone

from sla import clocks

logger = structlog.get_logger(__name__)


@shared_task(name="sla.tasks.sweep", ignore_result=True)
def sweep() -> None:
    """Every minute: announce what is at risk or broken; may run twice at once."""
    if announced := clocks.sweep(timezone.now()):
        logger.info("sla_breaches_announced", count=announced)
