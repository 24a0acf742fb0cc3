"""`manage.py receive_mail FILE…` – raw mails from files or from standard input (“-”)."""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from servicedesk.intake.email import mail_processing
from servicedesk.mail.incoming import parsing

# A Received header older than this is a mail from an archive, not one that was on its way.
_OLDEST = timedelta(days=3)


class Command(BaseCommand):
    help = "Takes raw mails and prints one line of JSON for each. Exit code 2: a file could not be read."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "files", nargs="*", metavar="FILE", help="A raw mail; - or nothing: standard input."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        results = [self._take(name) for name in options["files"] or ["-"]]
        if not all(results):
            sys.exit(2)

    def _take(self, name: str) -> bool:
        """Print what became of one mail; False when it could not even be read or stored."""
        try:
            raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
            taken = mail_processing.take(raw, received_at=_received_at(raw, timezone.now()))
        except (OSError, DatabaseError) as error:
            self.stderr.write(f"{name}: {error}")
            return False
        line = {
            "file": name,
            "result": taken.result,
            "ticket": taken.ticket.reference if taken.ticket else None,
            "reason": taken.reason,
        }
        self.stdout.write(json.dumps(line))
        return True


def _received_at(raw: bytes, now: datetime) -> datetime:
    """When the last server got it, if that is believable; the clocks count from there (R11)."""
    arrived = parsing.arrival(raw)
    return arrived if arrived and now - _OLDEST < arrived <= now else now
