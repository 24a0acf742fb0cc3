"""The same desk before and after: `python -m benchmarks.side_by_side FORMER [--tickets N]`.

FORMER is a worktree of the former state, with its environment. On the PostgreSQL server of DATABASE_URL the
former state's migrations make a database, which `benchmarks.world` fills; a copy of it is migrated to this
state. Then `benchmarks.scale` measures both in turn, former and new, former and new, and what is told at the
end is the medians and how the new one relates to the former. The databases are dropped; `--keep` leaves them.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

HERE = Path(__file__).resolve().parent.parent
FORMER_NAME, NEW_NAME = "desk_former", "desk_new"
Figures = dict[str, list[tuple[float, float, int]]]


@contextmanager
def with_our_benchmarks(former: Path) -> Iterator[Path]:
    """A folder that has everything of the former state but its benchmarks, which are ours."""
    with tempfile.TemporaryDirectory(prefix="servicedesk-former-") as name:
        for one in former.iterdir():
            if one.name not in {"benchmarks", "var"}:
                (Path(name) / one.name).symlink_to(one)
        (Path(name) / "benchmarks").symlink_to(HERE / "benchmarks")
        yield Path(name)


def call(folder: Path, url: str, *command: str) -> str:
    with tempfile.TemporaryDirectory(prefix="servicedesk-side-") as var:
        more = {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "servicedesk.settings",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "DEBUG": "False",
            "BASE_URL": "http://testserver",
            "VAR_DIR": var,
            "EMAIL_HOST": "",
            "LOG_LEVEL": "ERROR",
        }
        run = [sys.executable, *command]
        return subprocess.run(
            run, cwd=folder, env=os.environ | more, check=True, stdout=subprocess.PIPE, text=True
        ).stdout


def prepare(former: Path, server: str, *, tickets: int, clients: int) -> None:
    """Both databases, the second a copy of the first that was migrated since."""
    with psycopg.connect(server, autocommit=True) as connection:
        for name in (NEW_NAME, FORMER_NAME):
            connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"CREATE DATABASE {FORMER_NAME}")
    url = named(server, FORMER_NAME)
    call(former, url, "manage.py", "migrate", "-v0")
    print(call(former, url, "-m", "benchmarks.world", f"--tickets={tickets}", f"--clients={clients}"), end="")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {NEW_NAME} TEMPLATE {FORMER_NAME}")
    call(HERE, named(server, NEW_NAME), "manage.py", "migrate", "-v0")
    with psycopg.connect(named(server, NEW_NAME), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def measure(folder: Path, url: str, only: str, into: Figures) -> None:
    for line in call(folder, url, "-m", "benchmarks.scale", f"--only={only}").splitlines():
        one = json.loads(line)
        into[one["name"]].append((one["process"], one["database"], one["statements"]))


def tell(former: Figures, new: Figures) -> None:
    """One JSON line for each: milliseconds of the processor, here and in the database, and the share."""
    for name in new:
        before, after = _middle(former[name]), _middle(new[name])
        share = round(sum(after[:2]) / sum(before[:2]), 2)
        print(json.dumps({"name": name, "unit": "ms cpu", "before": before, "after": after, "share": share}))


def _middle(figures: list[tuple[float, float, int]]) -> list[float]:
    return [round(statistics.median(column), 1) for column in zip(*figures, strict=True)]


def named(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.side_by_side")
    parser.add_argument("former", type=Path)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--clients", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="part of the names of what is measured")
    parser.add_argument("--keep", action="store_true", help="use databases that are there, and leave them")
    asked = parser.parse_args()
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        sys.exit("Start it by `python3.11 -m deploy.with_postgres`, or name a server by DATABASE_URL.")
    before: Figures = defaultdict(list)
    after: Figures = defaultdict(list)
    with with_our_benchmarks(asked.former.resolve()) as former:
        if not (asked.keep and _are_there(server)):
            prepare(former, server, tickets=asked.tickets, clients=asked.clients)
        for _ in range(asked.rounds):
            measure(former, named(server, FORMER_NAME), asked.only, before)
            measure(HERE, named(server, NEW_NAME), asked.only, after)
    tell(before, after)
    if not asked.keep:
        with psycopg.connect(server, autocommit=True) as connection:
            for name in (NEW_NAME, FORMER_NAME):
                connection.execute(f"DROP DATABASE {name}")


def _are_there(server: str) -> bool:
    with psycopg.connect(server) as connection:
        asked = connection.execute(
            "SELECT count(*) FROM pg_database WHERE datname IN (%s, %s)", [FORMER_NAME, NEW_NAME]
        )
        return asked.fetchone() == (2,)


if __name__ == "__main__":
    main()
