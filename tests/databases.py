"""Test databases copied from a migrated template, so that a process starts at once.

The template is made by the real migrations, once for each state of them, by whichever process comes first.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections

FOLDER = Path(tempfile.gettempdir()) / f"servicedesk-test-templates-{os.getuid()}"


def provide_template() -> None:
    """Let the test database be a copy of a migrated one; `migrate` then finds nothing left to do."""
    with _one_at_a_time():
        if connections["default"].vendor == "sqlite":
            shutil.copyfile(_file(), settings.DATABASES["default"]["TEST"]["NAME"])
        else:
            settings.DATABASES["default"]["TEST"]["TEMPLATE"] = _database()


@contextmanager
def copied(folder: Path) -> Iterator[str]:
    """Lend a migrated database of its own, by its DATABASE_URL."""
    if connections["default"].vendor == "sqlite":
        shutil.copyfile(_file(), folder / "copy.sqlite3")
        yield f"sqlite:///{folder / 'copy.sqlite3'}"
        return
    with _lent(f' TEMPLATE "{_database()}"') as url:
        yield url


@contextmanager
def empty(folder: Path) -> Iterator[str]:
    """Lend a database without any table, by its DATABASE_URL."""
    if connections["default"].vendor == "sqlite":
        yield f"sqlite:///{folder / 'empty.sqlite3'}"
        return
    with _lent() as url:
        yield url


@contextmanager
def _lent(made_from: str = "") -> Iterator[str]:
    name = f"servicedesk_copy_{os.getpid()}"
    _order(f'CREATE DATABASE "{name}"{made_from}')
    try:
        yield _url_of(name)
    finally:
        _order(f'DROP DATABASE "{name}" WITH (FORCE)')


def _order(statement: str) -> None:
    with closing(_maintenance()) as connection, connection.cursor() as cursor:
        cursor.execute(statement)


def _url_of(name: str) -> str:
    return f"{settings.DATABASE_URL.rpartition('/')[0]}/{name}"


def _state() -> str:
    """A name for what the migrations build: the same files, the same name."""
    digest = hashlib.sha256()
    for config in sorted(apps.get_app_configs(), key=lambda config: config.name):
        for path in sorted((Path(config.path) / "migrations").glob("*.py")):
            digest.update(f"{config.name}/{path.name}".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _file() -> Path:
    template = FOLDER / f"{_state()}.sqlite3"
    if not template.exists():
        fresh = template.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        _migrate(f"sqlite:///{fresh}")
        fresh.rename(template)
    return template


def _database() -> str:
    template = f"servicedesk_template_{_state()}"
    with closing(_maintenance()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template])
        if cursor.fetchone() is None:
            cursor.execute(f'DROP DATABASE IF EXISTS "{template}_new"')
            cursor.execute(f'CREATE DATABASE "{template}_new"')
            _migrate(_url_of(f"{template}_new"))
            cursor.execute(f'ALTER DATABASE "{template}_new" RENAME TO "{template}"')
    return template


def _maintenance() -> Any:
    """A connection of its own to the server's own database."""
    connection = connections["default"].copy()
    connection.settings_dict = {**connection.settings_dict, "NAME": "postgres"}
    return connection


def _migrate(database_url: str) -> None:
    command = [sys.executable, "-m", "django", "migrate", "--verbosity=0"]
    values = {"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    subprocess.run(command, env=os.environ | values, cwd=settings.BASE_DIR, check=True)
