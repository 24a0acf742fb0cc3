"""`manage.py ledger_check`: prove every balance of prepaid hours."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import ngettext

from contracts.ledger_check.differences import differences
from contracts.models import LedgerEntry


class Command(BaseCommand):
    help = "Prove that every balance of prepaid hours follows from its entries; exit code 1 if not."

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for difference in differences():
            found += 1
            self.stdout.write(difference)
        if found:
            raise CommandError(
                ngettext("%(count)d difference found.", "%(count)d differences found.", found)
                % {"count": found}
            )
        entries = LedgerEntry.objects.count()
        self.stdout.write(
            ngettext(
                "%(count)d ledger entry checked: every balance is correct.",
                "%(count)d ledger entries checked: every balance is correct.",
                entries,
            )
            % {"count": entries}
        )
