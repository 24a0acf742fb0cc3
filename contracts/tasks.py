"""Jobs of the contracts; the schedule is in the settings."""

import structlog
from celery import shared_task
from django.utils import timezone

from contracts.hours import alerts, expiry
from contracts.terms import versions

logger = structlog.get_logger(__name__)


@shared_task(name="contracts.tasks.expire_hours", ignore_result=True)
def expire_hours() -> None:
    """Each hour, because midnight is not everywhere at once; may run twice at once."""
    if written := expiry.sweep(timezone.now()):
        logger.info("hours_expired", entries=written)


@shared_task(name="contracts.tasks.alert_about_hours", ignore_result=True)
def alert_about_hours() -> None:
    """Every ten minutes: tell both sides when much of the hours is used; may run twice at once."""
    if told := alerts.sweep(timezone.now()):
        logger.info("hours_alerts", told=told)


@shared_task(name="contracts.tasks.apply_planned_terms", ignore_result=True)
def apply_planned_terms() -> None:
    """Each minute: terms whose day has come where the client is; may run twice at once."""
    if applied := versions.sweep(timezone.now()):
        logger.info("terms_swept", contracts=applied)
