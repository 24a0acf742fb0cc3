"""Bring the stored secrets over to the newest of SEALING_KEYS, after which older ones can be removed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from servicedesk.lib.sealing import SealBroken
from servicedesk.tickets import secrets


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options: Any) -> None:
        try:
            done = secrets.reseal_all()
        except SealBroken as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{done} secrets sealed with the newest key")
