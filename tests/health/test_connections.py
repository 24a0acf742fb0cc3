"""Connections of PostgreSQL: kept open between requests, and enough of them for what the settings start."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.conf import settings as ours
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError, connection, connections
from django.test import RequestFactory

from deploy import programs
from servicedesk.health import checks

on_postgresql = pytest.mark.skipif("postgres" not in ours.DATABASE_URL, reason="a server is needed")


def test_threads_and_processes_are_those_of_the_settings(settings: Any) -> None:
    settings.WEB_PROCESSES, settings.WEB_THREADS, settings.WORKER_PROCESSES = 3, 5, 7
    web = programs.web("127.0.0.1", 8000).command
    assert web[web.index("--workers") + 1] == "3"
    assert web[web.index("--blocking-threads") + 1] == "5"
    worker = programs.worker().command
    assert worker[worker.index("--concurrency") + 1] == "7"
    assert checks.wanted() == 3 * 5 + 7 + checks.OTHERS


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "80.5"])
def test_a_wrong_port_is_a_sentence(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(SystemExit, match=f"PORT is “{port}”, which is not a number from 1 to 65535"):
        programs.place()


def test_a_file_has_no_such_bound() -> None:
    if connection.vendor == "sqlite":
        assert list(checks.connections_suffice()) == []


@on_postgresql
@pytest.mark.django_db
def test_more_threads_than_the_server_has_connections_are_named(settings: Any) -> None:
    settings.WEB_PROCESSES, settings.WEB_THREADS = 1, 4
    assert list(checks.connections_suffice()) == []
    settings.WEB_THREADS = 1000
    [message] = checks.connections_suffice()
    assert message.id == "health.E001"
    assert "WEB_PROCESSES × WEB_THREADS = 1 × 1000" in message.msg


@on_postgresql
@pytest.mark.django_db
def test_a_server_that_does_not_answer_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OperationalError("connection refused\nmore")

    monkeypatch.setattr(type(connection._connections["default"]), "cursor", lambda _self: fail())  # type: ignore[attr-defined]
    assert [message.id for message in checks.connections_suffice()] == ["health.W001"]


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_the_next_request_finds_the_connection_of_the_last() -> None:
    """In a thread of its own, as granian's are; a request as a server makes it, with its signals."""
    backends: list[int] = []

    def started(*_args: Any) -> Any:
        return None

    def requests() -> None:
        handler = WSGIHandler()
        for _ in range(3):
            environ = RequestFactory().get("/health/").environ
            handler(environ, started).close()
            backends.append(connections["default"].connection.info.backend_pid)
        connections.close_all()

    thread = threading.Thread(target=requests)
    thread.start()
    thread.join()
    assert len(backends) == 3
    assert len(set(backends)) == 1
