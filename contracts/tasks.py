"""Jobs of the contracts; the schedule is in the settings."""

import structlog
from celery import shared_task
from django.utils import timezone

from contracts import expiry

logger = structlog.get_logger(__name__)


@shared_task(name="contracts.tasks.expire_hours", ignore_result=True)
def expire_hours() -> None:
    """Each hour, because midnight is not everywhere at once; may run twice at once."""
    if written := expiry.sweep(timezone.now()):
        logger.info("hours_expired", entries=written)
