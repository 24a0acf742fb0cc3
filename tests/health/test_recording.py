"""Signs of life: written by real worker and schedule processes, and by what Celery tells of runs."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as ours
from django.db import OperationalError, connections
from django.utils import timezone

from servicedesk.health import recording
from servicedesk.health.models import Heartbeat, ScheduleRun
from tests.own_desk import ROOT, environment, told, until


def run_of(name: str, *, is_eager: bool = False) -> Any:
    return SimpleNamespace(name=name, request=SimpleNamespace(is_eager=is_eager))


@pytest.mark.django_db
def test_a_run_is_one_statement(django_assert_num_queries: Any) -> None:
    recording.take_up_schedule()
    task = run_of("sla.tasks.sweep")
    with django_assert_num_queries(1):
        recording._run_begins("1", task)
        recording._run_ends("1", task, retval=None, state="SUCCESS")
    run = ScheduleRun.objects.get(entry="sweep-sla-clocks")
    assert run.started_at is not None
    assert run.finished_at is not None
    assert run.started_at <= run.finished_at
    assert not run.is_failing


@pytest.mark.django_db
def test_a_run_that_raised_keeps_its_error_and_the_last_good_end() -> None:
    recording.take_up_schedule()
    good = timezone.now() - timedelta(hours=1)
    ScheduleRun.objects.update(finished_at=good)
    task = run_of("sla.tasks.sweep")
    recording._run_begins("1", task)
    recording._run_ends("1", task, retval=KeyError("x"), state="FAILURE")
    run = ScheduleRun.objects.get(entry="sweep-sla-clocks")
    assert (run.finished_at, run.error, run.is_failing) == (good, "KeyError: 'x'", True)


@pytest.mark.django_db
def test_other_work_and_work_inside_a_request_write_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        for task in (run_of("servicedesk.mail.tasks.send"), run_of("sla.tasks.sweep", is_eager=True)):
            recording._run_begins("1", task)
            recording._run_ends("1", task, retval=None, state="SUCCESS")


@pytest.mark.django_db
def test_entries_taken_out_of_the_schedule_lose_their_rows(settings: Any) -> None:
    recording.take_up_schedule()
    settings.CELERY_BEAT_SCHEDULE = {"new": {"task": "sla.tasks.sweep", "schedule": 60.0}}
    recording.take_up_schedule()
    assert [run.entry for run in ScheduleRun.objects.all()] == ["new"]


@pytest.mark.django_db
def test_the_long_dead_are_forgotten_and_a_restart_keeps_its_row() -> None:
    now = timezone.now()
    for name, age in (("celery@dead", 11), ("celery@silent", 9), ("celery@here", 30)):
        moment = now - timedelta(minutes=age)
        Heartbeat.objects.create(name=name, kind="worker", started_at=moment, seen_at=moment)
    recording.born("worker", "celery@here")
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {"celery@silent", "celery@here"}
    assert Heartbeat.objects.get(name="celery@here").started_at >= now


def test_a_database_that_fails_stops_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "close_all", lambda: None)  # that of the tests stays

    tried = []

    def fail() -> None:
        tried.append(True)
        raise OperationalError("gone")

    recording.surely(fail, close=False)
    assert tried


def test_every_entry_of_the_schedule_has_a_task_of_its_own() -> None:
    assert len(recording.entries()) == len(ours.CELERY_BEAT_SCHEDULE)


@pytest.fixture
def desk(tmp_path: Path, db: None) -> dict[str, str]:
    """A desk with a quick schedule."""
    (tmp_path / "quick.py").write_text(
        "from servicedesk.settings import *\n"
        "CELERY_BEAT_SCHEDULE = {'send-waiting-mail': {"
        "'task': 'servicedesk.mail.tasks.sweep_outbox', 'schedule': 1.0}}\n"
    )
    return environment(tmp_path) | {"DJANGO_SETTINGS_MODULE": "quick"}


@contextmanager
def running(program: str, desk: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy.programs", program], cwd=ROOT, env=desk, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=60)


LIVES = "SELECT count(*) FROM health_heartbeat WHERE kind = '{}'"
DONE = "SELECT finished_at FROM health_schedulerun WHERE entry = 'send-waiting-mail'"


def test_real_processes_show_life_run_the_schedule_and_leave_in_order(desk: dict[str, str]) -> None:
    with running("worker", desk), running("beat", desk) as beat:
        until(lambda: told(desk, LIVES.format("worker")) == 1)
        until(lambda: told(desk, LIVES.format("beat")) == 1)
        first = until(lambda: told(desk, DONE))
        until(lambda: told(desk, DONE) != first)
        # Killed, it leaves its row behind, and nothing is done any more.
        beat.send_signal(signal.SIGKILL)
        beat.wait(timeout=60)
        assert told(desk, LIVES.format("beat")) == 1
        with running("beat", desk):
            last = told(desk, DONE)
            until(lambda: told(desk, DONE) != last)
            assert told(desk, LIVES.format("beat")) == 1
    assert told(desk, LIVES.format("beat")) == 0
    assert told(desk, LIVES.format("worker")) == 0
