"""A desk of its own for tests that start real processes: a migrated file, a folder as broker."""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[1]


def environment(folder: Path) -> dict[str, str]:
    """For its processes. Needs the tests' database, which is copied; skips where that is no file."""
    if connection.vendor != "sqlite":
        pytest.skip("processes of their own, on a file of their own")
    file = folder / "desk.sqlite3"
    name = str(connection.settings_dict["NAME"])
    with closing(sqlite3.connect(name)) as source, closing(sqlite3.connect(file)) as target:
        source.backup(target)
    return os.environ | {
        "DATABASE_URL": f"sqlite:///{file}",
        "DESK_FILE": str(file),
        "VAR_DIR": str(folder / "var"),
        "STATIC_ROOT": str(folder / "static"),
        "BROKER_URL": "filesystem://",
        "PYTHONPATH": f"{folder}:{ROOT}",
        "DJANGO_SETTINGS_MODULE": "servicedesk.settings",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }


def told(desk: dict[str, str], question: str) -> Any:
    """The first value of the first row; None without rows."""
    with closing(sqlite3.connect(desk["DESK_FILE"], timeout=20)) as database:
        row = database.execute(question).fetchone()
    return row[0] if row else None


def until(condition: Callable[[], Any]) -> Any:
    """Wait until it is so, for as long as a busy machine may take."""
    deadline = time.monotonic() + 180
    while not (found := condition()):
        assert time.monotonic() < deadline, "it never came to be so"
        time.sleep(0.1)
    return found


def is_running(pid: int) -> bool:
    try:
        # Dead, but not yet collected by whoever adopted it: “Z”.
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def below(pid: int) -> list[int]:
    """All processes that this one started, and those they started."""
    parents = {int(path.name): _parent(path) for path in Path("/proc").iterdir() if path.name.isdigit()}
    found, fresh = [], [pid]
    while fresh:
        fresh = [child for child, parent in parents.items() if parent in fresh]
        found += fresh
    return found


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0
