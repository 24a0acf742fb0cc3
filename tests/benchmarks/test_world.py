"""The world that speed is measured in is a true one: small here, checked by the product's own commands."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db.models import F

from benchmarks import world
from contracts.models import Contract, Coverage, LedgerEntry
from servicedesk.people.models import Client, User
from servicedesk.tickets.models import FinishedTally, Message, Ticket, TicketEvent
from tests.factories import TicketFactory
from workflows.analytics import summaries

AT = datetime(2026, 3, 11, 12, tzinfo=UTC)
TICKETS, CLIENTS = 300, 24


@pytest.mark.django_db
def test_a_small_world_is_consistent() -> None:
    with time_machine.travel(AT, tick=False):
        world.fill(tickets=TICKETS, clients=CLIENTS, lives=24, until=AT)
        _is_as_ordered()
        _is_true()
    last = Ticket.objects.latest("pk").pk
    assert TicketFactory().pk > last  # keys go on after the copies


def _is_as_ordered() -> None:
    assert Ticket.objects.count() == TICKETS
    assert Ticket.objects.open().count() == TICKETS // world.OPEN_SHARE
    assert Client.objects.count() == Contract.objects.count() == CLIENTS
    assert Ticket.objects.order_by("client").values("client").distinct().count() > 8
    assert FinishedTally.objects.visible_to(User.objects.get(is_superuser=True)).total() == (
        Ticket.objects.over().count()
    )


def _is_true() -> None:
    assert "Every open ticket is explained" in _said("check_flows")
    assert "every balance is correct" in _said("ledger_check")
    assert f"0 differences found in {Ticket.objects.exclude(clocks=None).count()} tickets" in _said(
        "sla_rebuild", dry_run=True
    )
    assert summaries.waiting() == 0
    assert not Coverage.objects.exclude(contract=None).exclude(contract__client=F("ticket__client")).exists()
    assert LedgerEntry.objects.filter(time_entry__ticket__isnull=False).exists()
    for event in TicketEvent.objects.filter(kind="message_posted").order_by("-pk")[:20]:
        assert Message.objects.get(pk=event.details["message"]).ticket_id == event.ticket_id


def _said(command: str, **options: bool) -> str:
    out = StringIO()
    call_command(command, stdout=out, stderr=StringIO(), **options)
    return out.getvalue()
