"""Write one report to a file or to standard output."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports import datasets
from reports.formats import Format
from reports.periods import Period
from reports.render import render
from reports.report import ReportKind
from reports.scope import Scope
from servicedesk.people.models import Client

_WRONG_QUESTION = 2


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("report", choices=ReportKind.values)
        parser.add_argument("--client", help="name or number of the client; all clients if left out")
        parser.add_argument("--from", dest="first", required=True, metavar="YYYY-MM-DD", help="the first day")
        parser.add_argument(
            "--to", dest="last", required=True, metavar="YYYY-MM-DD", help="the last day, included"
        )
        parser.add_argument("--format", default=Format.JSON.value, choices=Format.values)
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            help="the client's if left out",
        )
        parser.add_argument(
            "--time-zone", help="whose days; the client's if left out, else that of the settings"
        )
        parser.add_argument("--out", default="-", metavar="FILE", help="- is standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        scope = _scope(options)
        content = render(datasets.build(options["report"], scope), Format(options["format"]))
        self._write(content, options["out"])

    def _write(self, content: bytes, out: str) -> None:
        if out == "-":
            sys.stdout.buffer.write(content)
            sys.stdout.flush()
            return
        try:
            Path(out).write_bytes(content)
        except OSError as error:
            raise _wrong(f"{out} cannot be written: {error.strerror}.") from error
        self.stderr.write(f"{out}: {len(content)} bytes")


def _scope(options: dict[str, Any]) -> Scope:
    client = _client(options["client"]) if options["client"] is not None else None
    first, last = _day("--from", options["first"]), _day("--to", options["last"])
    if first > last:
        raise _wrong(f"--from {first} is after --to {last}.")
    zone = options["time_zone"] or (client.time_zone if client else settings.TIME_ZONE)
    if zone not in available_timezones():
        raise _wrong(f"“{zone}” is not a time zone. Example: Europe/Madrid.")
    language = options["language"] or (client.language if client else settings.LANGUAGE_CODE)
    return Scope(Period(first, last, zone), language, client)


def _client(asked: str) -> Client:
    """Return the client of that name (capitals do not matter) or number."""
    clients = Client.objects.select_related("account_manager")
    found = clients.filter(name=asked).first() or clients.filter(name__iexact=asked).first()
    if found is None and asked.isdecimal():
        found = clients.filter(pk=int(asked)).first()
    if found is None:
        raise _wrong(f"There is no client “{asked}”.")
    return found


def _day(option: str, text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError as error:
        raise _wrong(f"{option} {text}: write a day as YYYY-MM-DD, for example 2025-11-30.") from error


def _wrong(sentence: str) -> CommandError:
    return CommandError(sentence, returncode=_WRONG_QUESTION)
