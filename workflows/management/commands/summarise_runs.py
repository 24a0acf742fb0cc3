"""Summarise finished runs for insight, as the worker does each minute; with --rebuild all of them anew."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from workflows.analytics import summaries


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--rebuild", action="store_true", help="write also those anew that have their row"
        )

    def handle(self, *, rebuild: bool, **options: Any) -> None:
        total, done = summaries.waiting(rebuild=rebuild), 0
        for count in summaries.batches(rebuild=rebuild):
            done += count
            self.stderr.write(f"{done}/{max(done, total)} runs", ending="\r")
        self.stdout.write(f"{done} runs summarised.")
