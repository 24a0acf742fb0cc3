"""Reckon all clocks anew from their facts, and say which of their columns were wrong."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from servicedesk.tickets.models import Ticket
from sla.clocks import cached_columns, former_cycles
from sla.clocks.many_tickets import ManyTickets
from sla.clocks.ticket_clocks import TicketClocks
from sla.models import Clock
from sla.time_zones import moved_deadlines

BATCH = 500


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="change nothing, only say what differs")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        keys = list(Clock.objects.order_by("ticket").values_list("ticket", flat=True).distinct())
        wrong, now = 0, timezone.now()
        for start in range(0, len(keys), BATCH):
            batch = keys[start : start + BATCH]
            for line in rebuild(batch, now, dry_run=dry_run):
                wrong += 1
                self.stdout.write(line)
            self.stderr.write(f"{start + len(batch)}/{len(keys)} tickets, {wrong} differences", ending="\r")
        if not (wrong and dry_run):
            moved_deadlines.agree(now)  # all columns are those of our edition of the time zones now
        self.stdout.write(f"{wrong} differences {'found' if dry_run else 'corrected'} in {len(keys)} tickets")


@transaction.atomic
def rebuild(keys: Sequence[int], now: datetime, *, dry_run: bool) -> list[str]:
    """Return one line for every column that differs, and store the right values."""
    tickets = Ticket.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    many_tickets = ManyTickets()
    all_clocks = many_tickets.load(list(tickets))
    lines = [line for ticket_clocks in all_clocks for line in _mend(ticket_clocks, now)]
    if not dry_run:
        many_tickets.write(all_clocks)
        former_cycles.store_all(
            [clock for ticket_clocks in all_clocks for clock in ticket_clocks.clocks.values()]
        )
    return lines


def _mend(ticket_clocks: TicketClocks, now: datetime) -> Iterator[str]:
    """Reckon the clocks of a ticket and its deadline anew, in memory."""
    ticket, stored_ticket = ticket_clocks.ticket, _deadline(ticket_clocks.ticket)
    for kind, clock in ticket_clocks.clocks.items():
        stored = {name: getattr(clock, name) for name in cached_columns.COLUMNS}
        ticket_clocks.refresh(kind, now)
        for name, value in stored.items():
            if getattr(clock, name) != value:
                yield f"{ticket.reference} {kind} {name}: {value} -> {getattr(clock, name)}"
    cached_columns.set_deadline(ticket, ticket_clocks.clocks.values())
    if _deadline(ticket) != stored_ticket:
        yield f"{ticket.reference} deadline: {stored_ticket} -> {_deadline(ticket)}"


def _deadline(ticket: Ticket) -> tuple[str, str, bool]:
    return str(ticket.due_at), ticket.due_kind, ticket.is_overdue
