"""What the worker does for reports; see `delivery`."""

from __future__ import annotations

from functools import partial

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from reports.delivery import sending as delivery


@shared_task(name="reports.tasks.sweep_schedules", ignore_result=True)
def sweep_schedules() -> None:
    """Every minute: hand the runs that are due to the workers."""
    for run_id in delivery.runs_to_carry_out(timezone.now()):
        hand_over(run_id)


@shared_task(name="reports.tasks.run", ignore_result=True)
def run(run_id: int) -> None:
    delivery.carry_out(run_id, timezone.now())


def hand_over(run_id: int) -> None:
    """Tell a worker, after the commit. A broker that is down fails nothing: the sweeper asks again."""
    transaction.on_commit(partial(run.delay, run_id), robust=True)
