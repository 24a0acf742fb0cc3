"""Reckon all clocks anew from their facts, and say which of their columns were wrong."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from servicedesk.tickets.models import Ticket
from sla import caches
from sla.book import Book
from sla.models import Clock


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="change nothing, only say what differs")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        keys = list(Clock.objects.order_by("ticket").values_list("ticket", flat=True).distinct())
        wrong, now = 0, timezone.now()
        for done, key in enumerate(keys, 1):
            for line in rebuild(key, now, dry_run=dry_run):
                wrong += 1
                self.stdout.write(line)
            if done % 500 == 0 or done == len(keys):
                self.stderr.write(f"{done}/{len(keys)} tickets, {wrong} differences", ending="\r")
        self.stdout.write(f"{wrong} differences {'found' if dry_run else 'mended'} in {len(keys)} tickets")


@transaction.atomic
def rebuild(ticket_pk: int, now: datetime, *, dry_run: bool) -> Iterator[str]:
    """Yield one line for every column that differs, and store the right values."""
    ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket_pk)
    book = Book.load(ticket)
    lines = []
    for kind, clock in book.clocks.items():
        stored = {name: getattr(clock, name) for name in caches.COLUMNS}
        caches.refresh(clock, book.reckon(kind, now))
        for name, value in stored.items():
            if getattr(clock, name) != value:
                lines.append(f"{ticket.reference} {kind} {name}: {value} -> {getattr(clock, name)}")
    stored_ticket = _deadline(ticket)
    caches.refresh_ticket(ticket, book.clocks.values())
    if _deadline(ticket) != stored_ticket:
        lines.append(f"{ticket.reference} deadline: {stored_ticket} -> {_deadline(ticket)}")
    if not dry_run and lines:
        for clock in book.clocks.values():
            clock.save(update_fields=caches.COLUMNS)
    transaction.set_rollback(dry_run)
    return iter(lines)


def _deadline(ticket: Ticket) -> tuple[str, str, bool]:
    return str(ticket.due_at), ticket.due_kind, ticket.is_overdue
