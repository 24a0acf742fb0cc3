"""Data that only the desk's own user may read: 0700 for folders, 0600 for files."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

FOLDER, FILE = 0o700, 0o600
UMASK = 0o077  # what processes that write data begin with
_OTHERS = 0o077


def begin(data: Path) -> None:
    """Let this process write for its own user alone, in a data folder that is closed to others."""
    os.umask(UMASK)
    folder(data)


def folder(path: Path) -> None:
    """Make the folder, or close one that stood open together with all that lies in it.

    What lies in a closed folder is out of reach already, so later starts look at the folder alone.
    What belongs to another user stays as it is; `check --deploy` names it.
    """
    path.mkdir(mode=FOLDER, parents=True, exist_ok=True)
    if is_open(path):
        for inside in sorted(path.rglob("*")):
            _close(inside)
        _close(path)


def elsewhere(path: Path) -> None:
    """Close a folder of data outside the data folder, if it is there, open, and ours to close."""
    with suppress(PermissionError):
        if path.is_dir() and path.stat().st_uid == os.geteuid():
            folder(path)


def database(name: str) -> None:
    """Make the file before SQLite does, which lets everybody read it; its journals are made like it."""
    path = Path(name)
    if ":memory:" in name or not path.parent.is_dir():
        return
    with suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, FILE))
    for one in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal"))):
        if one.exists() and is_open(one):
            _close(one)


def is_open(path: Path) -> bool:
    """Whether anybody but its owner may do anything with it."""
    return bool(path.stat().st_mode & _OTHERS)


def standing_open(paths: Iterable[Path]) -> list[Path]:
    """Those of the paths that are there and open to others."""
    return [path for path in paths if path.exists() and is_open(path)]


def _close(path: Path) -> None:
    with suppress(PermissionError, FileNotFoundError):
        if not path.is_symlink():
            path.chmod(FOLDER if stat.S_ISDIR(path.stat().st_mode) else FILE)
