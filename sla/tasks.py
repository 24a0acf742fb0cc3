"""Jobs of the clocks; the schedule is in the settings."""

import structlog
from celery import shared_task
from django.utils import timezone

from sla.changes import rollout
from sla.sweep import clock_sweep

logger = structlog.get_logger(__name__)


@shared_task(name="sla.tasks.sweep", ignore_result=True)
def sweep() -> None:
    """Every minute: announce what is at risk or broken; may run twice at once."""
    if announced := clock_sweep.sweep(timezone.now()):
        logger.info("sla_breaches_announced", count=announced)


@shared_task(name="sla.tasks.apply_change", ignore_result=True)
def apply_change(change_pk: int) -> None:
    """Bring a new version to open tickets, or take it back; may run twice at once."""
    rollout.run(change_pk)


@shared_task(name="sla.tasks.sweep_changes", ignore_result=True)
def sweep_changes() -> None:
    """Every minute: changes of terms whose time has come, or whose worker died."""
    for change in rollout.to_hand_over(timezone.now()):
        apply_change.delay(change.pk)
