"""Move running processes to another flow class or to new node names: docs/processes.md, “Deploys”.

    manage.py migrate_runs workflows/flows.old.OldFlow workflows/flows.incident.IncidentFlow \\
        --node checking=verification --dry-run
"""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflows.maintenance import migrate_runs


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("old", help="the flow as the tables name it: app/module.Class")
        parser.add_argument("new", help="where to; may be the same when only nodes were renamed")
        parser.add_argument("--node", action="append", default=[], type=_pair, metavar="OLD=NEW")
        parser.add_argument("--finished", action="store_true", help="also processes that are over")
        parser.add_argument("--dry-run", action="store_true", help="change nothing, only say what would be")

    def handle(
        self,
        *,
        old: str,
        new: str,
        node: list[tuple[str, str]],
        finished: bool,
        dry_run: bool,
        **options: Any,
    ) -> None:
        try:
            moved = migrate_runs.migrate(old, new, dict(node), finished=finished, dry_run=dry_run)
        except migrate_runs.CannotMove as error:
            raise CommandError(f"{error} Nothing was changed.") from error
        what = f"{moved.processes} processes, {moved.tasks} tasks, {moved.timers} timers set"
        self.stdout.write(f"{'Would move' if dry_run else 'Moved'} {what}.")


def _pair(given: str) -> tuple[str, str]:
    old, found, new = given.partition("=")
    if not (old and found and new):
        raise ArgumentTypeError("write it as OLD=NEW")
    return old, new
