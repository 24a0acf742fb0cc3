"""Signs of life: written by real worker and schedule processes, and by what Celery tells of runs."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as ours
from django.db import OperationalError
from django.utils import timezone

from servicedesk.health import recording
from servicedesk.health.models import Heartbeat, ScheduleRun
from tests import databases

ROOT = Path(__file__).resolve().parents[2]


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
    monkeypatch.setattr(recording.connections, "close_all", lambda: None)  # that of the tests stays

    def fail() -> None:
        raise OperationalError("gone")

    recording.surely(fail, close=False)


def test_every_entry_of_the_schedule_has_a_task_of_its_own() -> None:
    assert len(recording.entries()) == len(ours.CELERY_BEAT_SCHEDULE)


@pytest.fixture
def place(tmp_path: Path) -> dict[str, str]:
    """The environment of a desk of its own: a migrated file, a folder as broker, a quick schedule."""
    file = tmp_path / "desk.sqlite3"
    if databases.connections["default"].vendor != "sqlite":
        pytest.skip("processes of their own, on a file of their own")
    with databases._one_at_a_time():
        file.write_bytes(databases._file().read_bytes())
    (tmp_path / "quick.py").write_text(
        "from servicedesk.settings import *\n"
        "CELERY_BEAT_SCHEDULE = {'send-waiting-mail': {"
        "'task': 'servicedesk.mail.tasks.sweep_outbox', 'schedule': 1.0}}\n"
    )
    return os.environ | {
        "DATABASE_URL": f"sqlite:///{file}",
        "VAR_DIR": str(tmp_path / "var"),
        "BROKER_URL": "filesystem://",
        "PYTHONPATH": f"{tmp_path}:{ROOT}",
        "DJANGO_SETTINGS_MODULE": "quick",
        "ALLOWED_HOSTS": "localhost",
        "DESK": str(file),
    }


@contextmanager
def running(program: str, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy.programs", program], cwd=ROOT, env=environment, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=60)


def told(environment: dict[str, str], question: str) -> Any:
    with closing(sqlite3.connect(environment["DESK"], timeout=20)) as database:
        row = database.execute(question).fetchone()
    return row[0] if row else None


def until(condition: Callable[[], Any]) -> Any:
    """Wait until it is so, for as long as a busy machine may take."""
    deadline = time.monotonic() + 120
    while not (found := condition()):
        assert time.monotonic() < deadline, "it never came to be so"
        time.sleep(0.1)
    return found


LIVES = "SELECT count(*) FROM health_heartbeat WHERE kind = '{}'"
DONE = "SELECT finished_at FROM health_schedulerun WHERE entry = 'send-waiting-mail'"


def test_real_processes_show_life_run_the_schedule_and_leave_in_order(place: dict[str, str]) -> None:
    with running("worker", place), running("beat", place) as beat:
        until(lambda: told(place, LIVES.format("worker")) == 1)
        until(lambda: told(place, LIVES.format("beat")) == 1)
        first = until(lambda: told(place, DONE))
        until(lambda: told(place, DONE) != first)
        # Killed, it leaves its row behind, and nothing is done any more.
        beat.send_signal(signal.SIGKILL)
        beat.wait(timeout=60)
        assert told(place, LIVES.format("beat")) == 1
        with running("beat", place):
            last = told(place, DONE)
            until(lambda: told(place, DONE) != last)
            assert told(place, LIVES.format("beat")) == 1
    assert told(place, LIVES.format("beat")) == 0
    assert told(place, LIVES.format("worker")) == 0
