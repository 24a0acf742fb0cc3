"""Measure past tickets by other terms: targets met as it was and as it would be, and what flips.

Exit code 1: there was nothing to compare; 2: the question is wrong.
"""

from __future__ import annotations

import csv
import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from catalog.models import Kind
from servicedesk.lib.formatting import exact_duration
from servicedesk.lib.spreadsheet_cells import harmless
from servicedesk.people.models import Client
from servicedesk.tickets.models import DueKind, Ticket
from sla.replay import named_terms, new_targets, wording
from sla.replay.other_terms import OtherTerms
from sla.replay.outcome import Line, Outcome, replay
from sla.replay.period import Preset, Selection, preset_days

_EXAMPLES = """
examples:
  manage.py sla_replay --policy "Gold@draft"
  manage.py sla_replay --client "Brightwater" --from 2026-01-01 --to 2026-03-31 --policy "Platinum@2"
  manage.py sla_replay --calendar "Round the clock" --target resolution:P1=4h --target next_response=75%
"""


class Command(BaseCommand):
    help = __doc__

    def create_parser(self, *args: Any, **options: Any) -> Any:
        return super().create_parser(
            *args, **options, epilog=_EXAMPLES, formatter_class=RawDescriptionHelpFormatter
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--client", action="append", default=[], metavar="NAME", help="may be repeated; all"
        )
        parser.add_argument("--from", dest="first", metavar="DAY", help="2026-01-01; the last whole month")
        parser.add_argument("--to", dest="last", metavar="DAY", help="included; needed with --from")
        parser.add_argument("--zone", default=settings.TIME_ZONE, help="of the days (%(default)s)")
        parser.add_argument("--type", dest="kind", default="", choices=Kind.values)
        parser.add_argument("--with-open", action="store_true", help="open tickets too, as of now")
        parser.add_argument("--policy", default="", metavar="NAME[@N|@draft]", help="each ticket’s own")
        parser.add_argument("--calendar", default="", metavar="NAME[@N|@draft]", help="each ticket’s own")
        parser.add_argument(
            "--target", action="append", default=[], metavar="TARGET[:P1]=4h|75%%", help="may be repeated"
        )
        parser.add_argument(
            "--format", default="text", choices=("text", "json", "csv"), help="csv: the changed results"
        )

    def handle(self, **options: Any) -> None:
        try:
            other, selection = _terms(options), _selection(options)
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        tickets = selection.of(Ticket.objects.all())
        outcome = replay(tickets, other, timezone.now())
        if not outcome:
            raise CommandError("There are no such tickets; choose another period or client.", returncode=1)
        write = {"text": self._text, "json": self._json, "csv": self._csv}[options["format"]]
        write(outcome, selection)

    def _text(self, outcome: Outcome, selection: Selection) -> None:
        self.stdout.write(f"{len(outcome)} tickets opened from {selection.first} to {selection.last}")
        if outcome.unjudged:
            self.stdout.write(f"{outcome.unjudged} of them have no target under these terms")
        for line in [*outcome.totals(), *outcome.lines()]:
            self.stdout.write(_line(line))
        flips = outcome.flips()
        self.stdout.write(f"{len(flips)} targets would have had a different result")
        for flip in flips:
            way = "met → missed" if flip.is_missed else "missed → met"
            sums = f"{exact_duration(flip.used)} of {exact_duration(flip.target)}"
            self.stdout.write(f"  SD-{flip.ticket}  {flip.promise}  {way}  {sums}")

    def _json(self, outcome: Outcome, selection: Selection) -> None:
        report = {
            "from": selection.first.isoformat(),
            "to": selection.last.isoformat(),
            "zone": selection.zone,
            "tickets": len(outcome),
            "without_promise": outcome.unjudged,
            "totals": [wording.line_data(line) for line in outcome.totals()],
            "lines": [wording.line_data(line) for line in outcome.lines()],
            "flips": list(wording.flip_data(outcome.flips(), selection.of(Ticket.objects.all()))),
        }
        self.stdout.write(json.dumps(report, indent=2, ensure_ascii=False))

    def _csv(self, outcome: Outcome, selection: Selection) -> None:
        writer = csv.writer(self.stdout)
        writer.writerow(wording.FLIP_COLUMNS)
        for row in wording.flip_data(outcome.flips(), selection.of(Ticket.objects.all())):
            writer.writerow(harmless(value) if isinstance(value, str) else value for value in row.values())


def _terms(options: dict[str, Any]) -> OtherTerms:
    return OtherTerms(
        rows=named_terms.policy_rows(options["policy"]) if options["policy"] else None,
        calendar=named_terms.tried_calendar(options["calendar"]) if options["calendar"] else None,
        targets=[new_targets.read(order, DueKind.values) for order in options["target"]],
    )


def _selection(options: dict[str, Any]) -> Selection:
    zone = _zone(options["zone"])
    first, last = _days(options, zone)
    return Selection(
        first=first,
        last=last,
        zone=zone.key,
        clients=tuple(_client(name) for name in options["client"]),
        kind=options["kind"],
        with_open=options["with_open"],
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        raise ValueError(f"“{name}” is no time zone. Example: “Europe/Madrid”.") from None


def _days(options: dict[str, Any], zone: ZoneInfo) -> tuple[date, date]:
    given = [_day(options[name]) for name in ("first", "last") if options[name]]
    if not given:
        return preset_days(Preset.LAST_MONTH, timezone.now().astimezone(zone).date())
    if len(given) == 1:
        raise ValueError("Say both days, --from and --to, or neither for the last month.")
    first, last = given
    if first > last:
        raise ValueError("The period ends before it begins.")
    return first, last


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"“{text}” is no day. Example: “2026-01-31”.") from None


def _client(name: str) -> int:
    found = Client.objects.filter(name__iexact=name).values_list("pk", flat=True).first()
    if found is None:
        raise ValueError(f"There is no client “{name}”.")
    return found


def _line(line: Line) -> str:
    kind, priority = wording.kind_and_priority(line)
    head = "  ".join(word for word in (wording.promise(line.promise), kind, priority) if word)
    before, after = wording.percent(line.actual), wording.percent(line.predicted)
    return (
        f"{head}: {before} of {line.actual.judged} → {after} of {line.predicted.judged}"
        f" ({wording.points(line.difference)}; {line.to_missed} newly missed, {line.to_met} newly met)"
    )
