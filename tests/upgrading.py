"""Upgrade a desk of a former state in the empty database of DATABASE_URL, and ask what is wrong with it.

Usage: python -m tests.upgrading. Tells as JSON what each check of stored data said, and if it was content.
"""

from __future__ import annotations

import gzip
import io
import json
import sys
from contextlib import closing
from pathlib import Path

import time_machine

DUMPS = Path(__file__).with_name("former")
WRITTEN = "2026-11-30T12:00:00+00:00"
CHECKS = (("check_flows",), ("ledger_check",), ("sla_rebuild", "--dry-run"), ("check", "--database=default"))


def restore() -> None:
    """Run the statements of the dump, as `sqlite3` or `psql` would."""
    from django.db import connection

    script = gzip.decompress((DUMPS / f"{connection.vendor}.sql.gz").read_bytes()).decode()
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        connection.connection.executescript(f"PRAGMA foreign_keys = OFF; {script}")  # children come first
    else:
        statements = "\n".join(line for line in script.splitlines() if not line.startswith("\\"))
        with closing(connection.connection.cursor()) as cursor:
            cursor.execute(statements.encode())
    connection.close()  # the dump sets the search path of its own connection


def asked(*command: str) -> dict[str, object]:
    from django.core.management import call_command
    from django.core.management.base import CommandError

    said = io.StringIO()
    try:
        call_command(*command, stdout=said, stderr=io.StringIO())
    except CommandError as error:
        return {"content": False, "said": [*said.getvalue().splitlines(), str(error)]}
    return {"content": True, "said": said.getvalue().splitlines()}


def main() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from sla import tasks

    with time_machine.travel(WRITTEN, tick=False):
        restore()
        call_command("migrate", verbosity=0)
        tasks.sweep()  # what the dump's last minutes wait for
        sys.stdout.write(json.dumps({" ".join(command): asked(*command) for command in CHECKS}))


if __name__ == "__main__":
    main()
