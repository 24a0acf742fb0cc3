"""The minute's work of processes."""

from itertools import islice

import structlog
from celery import shared_task
from django.utils import timezone

from workflows.analytics import summaries
from workflows.approvals import reminders as approval_reminders
from workflows.engine import timers

log = structlog.get_logger(__name__)

# Seconds. What a busy worker did not come to is sent again by the next minute; two of a kind serve nobody.
SENT_AGAIN_AFTER = 60
# What one minute summarises at most; the next minute goes on.
BATCHES_A_MINUTE = 20


@shared_task(ignore_result=True)
def fire_timers() -> None:
    """Every minute: share out what is due among the workers."""
    for keys in timers.chunks(timezone.now()):
        fire_some_timers.apply_async((keys,), expires=SENT_AGAIN_AFTER)


@shared_task(ignore_result=True)
def fire_some_timers(keys: list[int]) -> None:
    """See `timers.fire`; twice is harmless."""
    if fired := timers.fire(keys, timezone.now()):
        log.info("process_timers_fired", count=fired)


@shared_task(ignore_result=True)
def summarise_runs() -> None:
    """Every minute: see `insight.summaries`. Twice is harmless."""
    if count := sum(islice(summaries.batches(), BATCHES_A_MINUTE)):
        log.info("process_runs_summarised", count=count)


@shared_task(ignore_result=True)
def sweep_approvals() -> None:
    """Every minute: see `approvals.sweeping.sweep`."""
    if done := approval_reminders.sweep(timezone.now()):
        log.info("approvals_swept", tickets=done)
