"""Fill a throw-away database with the demo, measure, print one JSON line for each measure.

Usage: python -m benchmarks [--tickets N] [--world N [--clients N]]

With `--world` a desk of so many tickets is made instead of the demo (`benchmarks.world`), and the pages, acts
and minute's jobs of `benchmarks.scale` are measured on it.

The database is a file in a temporary folder, or the test database beside the one that
DATABASE_URL names; both are dropped at the end. Times are of this process only: on
PostgreSQL the work of its server comes on top. Nothing here is a threshold.
"""

from __future__ import annotations

import argparse
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django


def prepare_settings(folder: Path) -> None:
    """A production's settings, with all data in `folder`."""
    (folder / "static").mkdir()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "servicedesk.settings",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DEBUG": "False",
        "ALLOWED_HOSTS": "testserver",
        "BASE_URL": "http://testserver",
        "VAR_DIR": str(folder),
        "MEDIA_ROOT": str(folder / "media"),
        "STATIC_ROOT": str(folder / "static"),
        "BROKER_URL": "filesystem://",
        "EMAIL_HOST": "",
        "LOG_LEVEL": "ERROR",
    }
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder / 'bench.sqlite3'}")


@contextmanager
def throw_away_database(folder: Path) -> Iterator[None]:
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(folder / "test.sqlite3")
    old = setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
    try:
        yield
    finally:
        teardown_databases(old, verbosity=0)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--tickets", type=int, default=320, help="size of the demo")
    parser.add_argument("--world", type=int, help="tickets of a large desk, in place of the demo")
    parser.add_argument("--clients", type=int, default=300, help="clients of the large desk")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="servicedesk-bench-") as name:
        prepare_settings(Path(name))
        django.setup()
        from django.core.management import call_command

        # A manifest of static files, as production has it; viewflow's own pages are not served.
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["viewflow"])
        with throw_away_database(Path(name)):
            if asked.world:
                _measure_world(asked.world, asked.clients)
                return
            with open(os.devnull, "w", encoding="utf-8") as nowhere:
                call_command("demo", seed=1, tickets=asked.tickets, stdout=nowhere)
            from benchmarks import measures

            measures.run()


def _measure_world(tickets: int, clients: int) -> None:
    from benchmarks import scale, world

    world.fill(tickets=tickets, clients=clients)
    scale.run(scale.Meter(), "")


if __name__ == "__main__":
    main()
