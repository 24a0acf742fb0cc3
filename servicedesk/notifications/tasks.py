"""Jobs of the notifications; the schedule is in the settings."""

import structlog
from celery import shared_task
from django.utils import timezone

from servicedesk.notifications import escalations

logger = structlog.get_logger(__name__)


@shared_task(name="servicedesk.notifications.tasks.tell_of_escalations", ignore_result=True)
def tell_of_escalations() -> None:
    """Every minute: send the escalation notices whose time has come; may run twice at once."""
    if sent := escalations.send_waiting(timezone.now()):
        logger.info("escalations_told", mails=sent)
