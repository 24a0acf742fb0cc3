"""Compile translations without the gettext programs."""

import os
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Compile each changed .po file to .mo."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        sources = [
            path for folder in settings.LOCALE_PATHS for path in Path(folder).glob("*/LC_MESSAGES/*.po")
        ]
        for source in sources:
            if compile_if_newer(source) and options["verbosity"] > 0:
                self.stdout.write(f"Compiled {source}")


def compile_if_newer(source: Path) -> bool:
    """Write the `.mo` beside `source` unless it is already as new. A reader never sees half a file."""
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
        return False
    written = source.with_suffix(f".mo.{os.getpid()}")
    polib.pofile(str(source)).save_as_mofile(str(written))
    written.chmod(0o644)  # words for everybody, whichever user installs them
    written.replace(target)
    return True
