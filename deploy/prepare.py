"""Bring a local installation up to date: settings, folders, translations, tables, demo data.

Usage: python -m deploy.prepare

Safe to run again; the second time there is nothing to do.
"""

import os
import secrets
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections
from environs import Env

from deploy.progress import Progress

ROOT = Path(__file__).resolve().parent.parent
NOT_SERVED = ["viewflow"]  # 49 MB for pages that we do not mount
FIRST_PERSON = f"Make the first administrator: {Path('.venv/bin/python')} manage.py createsuperuser"


class Unprepared(Exception):
    """Nothing can start; the sentence says why and what to do."""


def write_settings(target: Path) -> None:
    """Write a `.env` for this machine when there is none: its own secret, and DEBUG on."""
    if target.exists() or "SECRET_KEY" in os.environ:
        return
    lines = [
        "# Written by the first `make run`; .env.example explains every variable.",
        f"SECRET_KEY={secrets.token_urlsafe(50)}",
        "DEBUG=True",
    ]
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    target.chmod(0o600)


def read_settings(address: str = "") -> None:
    """Read the settings, written first where there are none; `address` is BASE_URL unless they name one."""
    write_settings(ROOT / ".env")
    values = Env()
    values.read_env(str(ROOT / ".env"), recurse=False)
    if address and values.str("BASE_URL", None) is None:
        os.environ["BASE_URL"] = address
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")
    django.setup()


def prepare() -> str:
    """Do all of it; return who can sign in to the demonstration, or "" where there is none.

    Raises:
        Unprepared: the database does not answer, or belongs to others.
    """
    if not settings.configured:
        read_settings()
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    if not settings.DEBUG:
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=NOT_SERVED)
    call_command("compile_translations", verbosity=0)
    try:
        is_shared = bool(foreign_tables())
        migrate()
        fill(is_shared)
    except DatabaseError as error:
        raise Unprepared(
            f"DATABASE_URL leads to a database that cannot be used: {_first_line(error)}"
        ) from error
    sign_ins = StringIO()
    call_command("demo", sign_ins=True, stdout=sign_ins)
    connections.close_all()
    return sign_ins.getvalue().strip()


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


def foreign_tables() -> list[str]:
    """Names of tables that are not ours.

    Raises:
        Unprepared: there are such and none of ours: a wrong address, most likely.
    """
    ours = {*connection.introspection.django_table_names(include_views=False), "django_migrations"}
    found = set(connection.introspection.table_names())
    foreign = sorted(found - ours)
    if foreign and "people_user" not in found:
        some = ", ".join(foreign[:3]) + (" …" if len(foreign) > 3 else "")
        raise Unprepared(
            f"The database of DATABASE_URL holds tables of others ({some}) and none of ours. "
            "Name an empty one, or prepare this one by hand: .venv/bin/python manage.py migrate"
        )
    return foreign


def migrate() -> None:
    """Bring the tables up to date, and say how far it is."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    total = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    connection.close()
    if not total:
        return
    print("Preparing the tables …", flush=True)
    call_command("migrate", interactive=False, verbosity=1, stdout=_Applied(Progress("  migrations"), total))


class _Applied(StringIO):
    """What `migrate` prints, as progress: “  Applying people.0001_initial...” begins each."""

    def __init__(self, progress: Progress, total: int) -> None:
        super().__init__()
        self.progress, self.total, self.done, self.name = progress, total, 0, ""

    def write(self, text: str) -> int:
        word, _, name = text.strip().partition(" ")
        if word == "Applying":
            self.name = name.rstrip(".")
        elif word == "OK":
            self.done += 1
            self.progress.at(self.done, self.total, self.name)
            if self.done == self.total:
                self.progress.end()
        return len(text)


def fill(is_shared: bool) -> None:
    """Load the demonstration into an empty database, where that is meant."""
    from servicedesk.people.models import User  # only once Django is set up

    if User.objects.exists():
        return
    if reason := why_no_demonstration(is_shared):
        print(f"{reason} {FIRST_PERSON}", flush=True)
        return
    print("The database is empty: loading the demonstration …", flush=True)
    progress = Progress("  tickets")
    try:
        call_command("demo", seed=1, stdout=StringIO(), progress=progress.at)  # it would greet as well
    except CommandError as error:
        raise Unprepared(str(error)) from error
    progress.end()


def why_no_demonstration(is_shared: bool) -> str:
    """The sentence that says why an empty database stays empty; "" when it may be filled.

    Its people are invented and share a known password: only a developer's own file gets them unasked.
    """
    said = os.environ.get("DEMO", "").strip().lower()
    if said in {"no", "n", "false", "0"}:
        return "The database is empty, and DEMO says that it stays so."
    if not settings.DEBUG:
        return "The database is empty. The demonstration is loaded only where DEBUG is on."
    if is_shared:
        return "The database holds tables of others, so the demonstration is not loaded."
    if settings.EMAIL_HOST:
        return "The database is empty. The demonstration writes to invented people: not with EMAIL_HOST."
    if connection.vendor == "sqlite" or said in {"yes", "y", "true", "1"} or _is_wanted():
        return ""
    return "The database is empty, and no demonstration was loaded; to load it: make run DEMO=yes."


def _is_wanted() -> bool:
    """Ask, where somebody can answer."""
    if not sys.stdin.isatty():
        return False
    place: Any = connection.settings_dict
    where = f"{place['NAME']} on {place['HOST'] or 'this machine'}"
    answer = input(f"Load the demonstration (invented people, a known password) into {where}? [y/N] ")
    return answer.strip().lower() in {"y", "yes"}


if __name__ == "__main__":
    try:
        print(prepare())
    except Unprepared as reason:
        sys.exit(str(reason))
