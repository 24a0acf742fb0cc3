"""Play a ticket's life from a scenario file and print its clocks as JSON; touches no database."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sla.engine.worktime import NoWorkingTime
from sla.simulation import scenario as scenarios
from sla.simulation import simulate


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []  # plain arithmetic answers at once

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("scenario", metavar="SCENARIO.json", help="“-” reads standard input")

    def handle(self, *, scenario: str, **options: Any) -> None:
        data = _read(scenario)
        try:
            outcome = simulate.play(scenarios.read(data))
        except (ValueError, NoWorkingTime) as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(json.dumps(outcome, indent=2))


def _read(path: str) -> Any:
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
        return json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise CommandError(f"{path}: {error}", returncode=2) from error
