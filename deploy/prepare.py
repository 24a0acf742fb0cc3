"""Bring a local installation up to date: settings, folders, translations, tables, demo data.

Usage: python -m deploy.prepare

Safe to run again; the second time there is nothing to do.
"""

import os
import secrets
from io import StringIO
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connections

ROOT = Path(__file__).resolve().parent.parent
NOT_SERVED = ["viewflow"]  # 49 MB for pages that we do not mount


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


def prepare() -> str:
    """Do all of it; return who can sign in to the demonstration, or "" where there is none."""
    write_settings(ROOT / ".env")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")
    django.setup()
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    if not settings.DEBUG:
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=NOT_SERVED)
    call_command("compile_translations", verbosity=0)
    call_command("migrate", interactive=False, verbosity=0)
    from servicedesk.people.models import User  # only once Django is set up

    if not User.objects.exists():
        print("The database is empty: loading the demonstration …", flush=True)
        call_command("demo", seed=1, stdout=StringIO())  # it would greet as well
    sign_ins = StringIO()
    call_command("demo", sign_ins=True, stdout=sign_ins)
    connections.close_all()
    return sign_ins.getvalue().strip()


if __name__ == "__main__":
    print(prepare())
