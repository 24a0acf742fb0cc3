"""`make run`: what it asks before it fills a database, and that interrupting it stops everything."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from deploy import prepare
from servicedesk.people.models import User
from tests.own_desk import ROOT, below, environment, is_running, told, until


@pytest.mark.django_db
def test_interrupting_make_run_alone_stops_web_worker_and_schedule(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (tmp_path / "Makefile").write_text(f"run:\n\t@{sys.executable} -m deploy.run\n")
    desk = environment(tmp_path) | {"PORT": str(port), "HOST": "127.0.0.1", "DEMO": "no"}
    make = subprocess.Popen(
        ["make", "-f", str(tmp_path / "Makefile"), "run"], cwd=ROOT, env=desk, text=True,
        start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL) and None,
    )  # fmt: skip
    said: list[str] = []
    assert make.stdout is not None
    while not any("Ctrl-C stops it." in line for line in said):
        line = make.stdout.readline()
        assert line, "".join(said)
        said.append(line)
    until(lambda: told(desk, "SELECT count(*) FROM health_heartbeat") == 2)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=60) as answer:
        assert answer.read() == b"ok"
    everybody = below(make.pid)
    assert len(everybody) >= 5  # run, web and its worker, worker, schedule
    os.kill(make.pid, signal.SIGINT)
    until(lambda: not any(is_running(pid) for pid in everybody))
    rest, _ = make.communicate(timeout=60)
    assert "superuser privileges" not in "".join(said) + rest
    assert "Traceback" not in "".join(said) + rest
    assert told(desk, "SELECT count(*) FROM health_heartbeat") == 0
    assert told(desk, "SELECT count(*) FROM people_user") == 0


@pytest.fixture
def empty(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An empty desk of a developer, on a server, and nobody at the terminal."""
    settings.DEBUG, settings.EMAIL_HOST = True, ""
    there = SimpleNamespace(vendor="postgresql", settings_dict={"NAME": "desk", "HOST": "db"})
    monkeypatch.setattr(prepare, "connection", there)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: False))
    monkeypatch.delenv("DEMO", raising=False)
    settings.there = there
    return settings


def test_a_developers_own_file_is_filled_unasked(empty: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(empty.there, "vendor", "sqlite")
    assert prepare.why_no_demonstration(False) == ""


def test_a_server_is_filled_only_when_somebody_says_so(empty: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "make run DEMO=yes" in prepare.why_no_demonstration(False)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
    for answer, refused in (("", True), ("n", True), ("y", False), ("Yes", False)):
        monkeypatch.setattr("builtins.input", lambda _question, answer=answer: answer)
        assert bool(prepare.why_no_demonstration(False)) is refused
    monkeypatch.setenv("DEMO", "no")
    assert "DEMO says" in prepare.why_no_demonstration(False)


@pytest.mark.parametrize("said", ["", "yes"])
def test_nothing_is_filled_without_debug_or_beside_others_or_with_a_mail_server(
    empty: Any, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setenv("DEMO", said)
    assert "tables of others" in prepare.why_no_demonstration(True)
    empty.EMAIL_HOST = "mail.example.com"
    assert "EMAIL_HOST" in prepare.why_no_demonstration(False)
    empty.DEBUG = False
    assert "DEBUG" in prepare.why_no_demonstration(False)


@pytest.mark.django_db
def test_a_database_that_is_not_filled_says_how_to_begin(
    empty: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare.fill(is_shared=False)
    assert "manage.py createsuperuser" in capsys.readouterr().out
    assert not User.objects.exists()


@pytest.mark.django_db
def test_tables_of_others_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert prepare.foreign_tables() == []
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE invoices (id integer)")
    assert prepare.foreign_tables() == ["invoices"]
    monkeypatch.setattr(
        connection.introspection, "table_names", lambda: ["invoices", "auth_user", "accounts"]
    )
    with pytest.raises(prepare.Unprepared, match=r"tables of others \(accounts, auth_user, invoices\)"):
        prepare.foreign_tables()
