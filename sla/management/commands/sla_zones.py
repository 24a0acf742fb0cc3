"""Name the open clocks whose deadlines an edition of the time zones moves: our own, or that of a folder.

Exit code 0: none; 1: some; 2: the folder holds no time zones.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from servicedesk.lib import zones
from sla.time_zones import moved_deadlines
from sla.time_zones.moved_deadlines import Moved

_EPILOG = """Before an upgrade: pip download tzdata --no-deps -d new && unzip new/*.whl -d new
and then: manage.py sla_zones --tzdata new/tzdata/zoneinfo"""


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.epilog = _EPILOG
        parser.add_argument(
            "--tzdata", type=Path, metavar="DIR", help="compiled zones, such as /usr/share/zoneinfo"
        )

    def handle(self, *, tzdata: Path | None, **options: Any) -> None:
        if tzdata and not (tzdata / "Europe" / "London").is_file():
            raise CommandError(f"{tzdata} holds no compiled time zones.", returncode=2)
        self.stderr.write(_about(tzdata))
        count = 0
        for count, each in enumerate(moved_deadlines.moved(tzdata), start=1):  # noqa: B007 (counted)
            self.stdout.write(_line(each))
        self.stdout.write(f"{count} open clocks moved")
        if count:
            if not tzdata:
                self.stderr.write("To store the new deadlines: manage.py sla_rebuild")
            sys.exit(1)
        if not tzdata:
            moved_deadlines.agree(timezone.now())


def _about(folder: Path | None) -> str:
    if folder:
        return f"Stored deadlines beside edition {zones.edition_of(folder) or 'unnamed'} of {folder}"
    known = moved_deadlines.agreed()
    since = f"; they were last found to agree with {known}" if known else ""
    return f"Stored deadlines beside edition {zones.locked_edition()} of the product{since}"


def _line(moved: Moved) -> str:
    return "  ".join(
        (moved.ticket.reference, moved.clock, _iso(moved.before), "->", _iso(moved.after), moved.zone)
    )


def _iso(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else "none"
