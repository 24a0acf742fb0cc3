"""Add working time to a moment, or measure it between two, by a calendar file."""

from __future__ import annotations

import json
import sys
from argparse import REMAINDER, ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sla.engine import durations
from sla.engine.calendar_definition import YEARS
from sla.engine.worktime import NoWorkingTime, WorkTime, compiled, require_working_time


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []  # plain arithmetic answers at once

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--calendar", required=True, metavar="FILE.json", help="“-” reads standard input")
        actions = parser.add_subparsers(dest="action", required=True)
        add = actions.add_parser("add", help="print the moment, in the calendar's zone")
        add.add_argument("start", metavar="START", help="a moment with its offset")
        # all that follows, so that a duration such as “-2h” is refused by its own sentence
        add.add_argument("duration", nargs=REMAINDER, metavar="DURATION", help="30m, 4h, 1d 4h, eod+1")
        between = actions.add_parser("between", help="print the seconds of working time")
        between.add_argument("start", metavar="START")
        between.add_argument("end", metavar="END")

    def handle(self, *, calendar: str, action: str, start: str, **options: Any) -> None:
        begin = _moment(start)
        try:
            worktime = _read(calendar, begin)
            if action == "add":
                amount = durations.read(" ".join(options["duration"])).working_time(worktime, begin)
                due = worktime.add(begin, amount)
                self.stdout.write(due.astimezone(worktime.hours.tz).isoformat())
            else:
                seconds = worktime.between(begin, _moment(options["end"])).total_seconds()
                self.stdout.write(str(int(seconds) if seconds.is_integer() else seconds))
        except (ValueError, NoWorkingTime) as error:
            raise CommandError(str(error), returncode=2) from error


def _read(path: str, at: datetime) -> WorkTime:
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
        definition = json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise CommandError(f"{path}: {error}", returncode=2) from error
    worktime = compiled(definition)
    require_working_time(worktime, at)
    return worktime


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        sentence = f"“{text}” is no moment with an offset. Example: 2026-03-02T10:00:00+03:00"
        raise CommandError(sentence, returncode=2)
    if not YEARS[0] < moment.year < YEARS[-1] - 10:
        sentence = f"“{text}”: working time is known from {YEARS[0]} to {YEARS[-1]} only."
        raise CommandError(sentence, returncode=2)
    return moment
