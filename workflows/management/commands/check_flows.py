"""Say which tickets' status and open steps disagree, and which steps point nowhere; exit 1 if any."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflows.consistency import disagreements


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options: Any) -> None:
        count = 0
        for found in disagreements():
            count += 1
            self.stdout.write(f"{found.ticket}: {found.text}")
        if count:
            raise CommandError(f"{count} disagreements between tickets and their processes.", returncode=1)
        self.stdout.write("Every open ticket is explained by its open steps.")
