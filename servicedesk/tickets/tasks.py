"""Jobs of the tickets; the schedule is in the settings."""

import structlog
from celery import shared_task
from django.utils import timezone

from servicedesk.tickets import secrets, tally

log = structlog.get_logger(__name__)


@shared_task(ignore_result=True)
def wipe_secrets() -> None:
    """Each hour: what is kept longest after the end of a ticket is wiped. Safe to run twice."""
    if wiped := secrets.wipe_due(timezone.now()):
        log.info("secrets wiped", count=wiped)


@shared_task(ignore_result=True)
def fold_tally() -> None:
    """Every five minutes: see `tally.fold`. Safe to run twice."""
    tally.fold()


@shared_task(ignore_result=True)
def recount_tally() -> None:
    """Once a day: see `tally.recount`; it mends what was written past the pen."""
    tally.recount()
