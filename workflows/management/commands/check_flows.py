"""Say which tickets' status and open steps disagree, and which steps point nowhere; exit 1 if any.

Steps that failed are counted, but do not hold up a deploy: it may be what mends them.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflows.maintenance import faults, status_check


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options: Any) -> None:
        count = 0
        for found in status_check.disagreements():
            count += 1
            self.stdout.write(f"{found.ticket}: {found.text}")
        if failed := faults.count():
            self.stdout.write(f"{failed} steps failed and can be tried again on the desk: /desk/faults/.")
        if count:
            raise CommandError(f"{count} disagreements between tickets and their processes.", returncode=1)
        self.stdout.write("Every open ticket is explained by its open steps.")
