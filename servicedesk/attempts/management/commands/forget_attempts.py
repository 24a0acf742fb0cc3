"""Let everybody try again at once."""

from typing import Any

from django.core.management.base import BaseCommand

from servicedesk.attempts.models import Tries


class Command(BaseCommand):
    help = "Forget all failed sign-ins and other attempts: whoever has to wait can try again at once."

    def handle(self, *args: Any, **options: Any) -> None:
        forgotten, _by_model = Tries.objects.all().delete()
        self.stdout.write(f"Forgotten: {forgotten}")
