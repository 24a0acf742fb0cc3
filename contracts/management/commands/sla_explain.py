"""Say why the deadline of a ticket is when it is; exit code 1 if the proof does not add up."""

from __future__ import annotations

import json
import re
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from contracts.deadlines import calculation as deadline_calculation
from contracts.deadlines import calculation_text
from contracts.deadlines.calculation import DeadlineCalculation
from servicedesk.tickets.models import DueKind, Ticket

_REFERENCE = re.compile(r"(?:SD-)?(\d{1,18})", re.IGNORECASE)


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ticket", metavar="TICKET", help="SD-12, or 12")
        parser.add_argument("--kind", choices=DueKind.values, default=DueKind.RESOLUTION.value)
        parser.add_argument("--format", choices=["text", "json"], default="text")
        parser.add_argument(
            "--at", metavar="ISO", help="as things stood at this moment, given with its offset"
        )

    def handle(self, *, ticket: str, kind: str, format: str, at: str | None, **options: Any) -> None:
        explanation = _explained(_ticket(ticket), kind, _moment(at) if at else timezone.now())
        if format == "json":
            self.stdout.write(json.dumps(explanation.record(), indent=2, ensure_ascii=False))
        else:
            for line in calculation_text.lines(explanation):
                self.stdout.write(line)
        if not explanation.adds_up():
            stored = ", ".join(sorted(explanation.proof.stored))
            why = f" Stored otherwise: {stored}; manage.py sla_rebuild mends it." if stored else ""
            raise CommandError(f"The proof does not add up.{why}", returncode=1)


def _ticket(text: str) -> Ticket:
    match = _REFERENCE.fullmatch(text.strip())
    tickets = Ticket.objects.for_list()
    found = tickets.filter(pk=int(match[1])).first() if match else None
    if found is None:
        raise CommandError(f"There is no ticket “{text}”. Example: SD-12", returncode=2)
    return found


def _explained(ticket: Ticket, kind: str, at: datetime) -> DeadlineCalculation:
    explanation = deadline_calculation.explain(ticket, kind, at)
    if explanation is None:
        label = DueKind(kind).label.lower()
        raise CommandError(f"{ticket.reference} has no clock for {label} at that time.", returncode=2)
    return explanation


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        sentence = f"“{text}” is no moment with an offset. Example: 2026-03-02T10:00:00+03:00"
        raise CommandError(sentence, returncode=2)
    return moment
