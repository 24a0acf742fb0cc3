"""The demonstration: believable, whole, and the same each time."""

from __future__ import annotations

from contextlib import suppress
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from catalog.models import RequestType, Service
from contracts.ledger_check import differences
from contracts.models import Contract, HoursOffer, TimeEntry
from reports.models import ReportRun, ReportSchedule
from servicedesk.demo import world
from servicedesk.people.models import Address, Client, Group, Membership, User
from servicedesk.tickets.models import Ticket, TicketEvent, TicketLink
from sla.models import Policy
from workflows.maintenance.status_check import disagreements
from workflows.models import RunSummary

pytestmark = pytest.mark.django_db
UNTIL = "2026-06-30T12:00:00+00:00"


def play(tickets: int, seed: int = 1) -> str:
    out = StringIO()
    call_command("demo", seed=seed, tickets=tickets, until=UNTIL, stdout=out, stderr=StringIO())
    return out.getvalue()


def history() -> list[Any]:
    events = TicketEvent.objects.order_by("pk").values_list(
        "ticket__subject", "kind", "happened_at", "actor__email"
    )
    return list(events)


def test_without_tickets_there_are_people_catalog_and_contracts():
    printed = play(0)
    assert Client.objects.count() == 8
    assert Membership.objects.values("user").distinct().count() == 40
    assert (User.objects.agents().count(), Group.objects.count()) == (12, 4)
    assert User.objects.filter(is_account_manager=True).count() == 3
    assert (Service.objects.count(), RequestType.objects.count()) == (10, 25)
    assert (Policy.objects.count(), Contract.objects.count()) == (3, 8)
    assert set(Client.objects.values_list("language", flat=True)) == {"en", "ru", "es"}
    assert Client.objects.values("time_zone").distinct().count() == 4
    assert not Client.objects.filter(logo="").exists()
    assert not Ticket.objects.exists()
    for _role, email in world.SIGN_INS:
        assert email in printed
        assert User.objects.get(email=email).check_password(world.PASSWORD)


def test_lives_leave_true_history_clocks_and_ledgers():
    play(14)
    assert Ticket.objects.count() == 14 + 5  # the lives, and an outage that five people tell
    assert TicketLink.objects.filter(kind=TicketLink.Kind.CHILD_OF).count() == 3
    assert Ticket.objects.exclude(merged_into=None).count() == 1
    assert set(HoursOffer.objects.values_list("state", flat=True)) == {"asked", "offered"}
    assert RunSummary.objects.exists()
    assert list(disagreements()) == []
    assert not list(differences.differences())
    assert TimeEntry.objects.exists()
    assert Ticket.objects.exclude(rating=None).exists()
    assert ReportSchedule.objects.count() == 8
    assert Service.objects.get(is_restricted=True).contracts.count() == 1
    assert Contract.objects.exclude(next_version_on=None).count() == 1
    assert Contract.objects.filter(version=2).count() == 1
    assert set(Address.objects.values_list("is_active", flat=True)) == {True, False}
    assert ReportRun.objects.get().state == ReportRun.State.WAITING  # for the worker


def test_the_same_seed_gives_the_same_desk():
    class Undo(Exception):
        pass

    seen = []
    for _ in range(2):
        with suppress(Undo), transaction.atomic():
            play(6)
            seen.append(history())
            raise Undo
    assert seen[0] == seen[1]
    assert len(seen[0]) > 30


def test_a_desk_with_people_is_left_alone():
    User.objects.create_user("somebody@example.com", full_name="Somebody")
    with pytest.raises(CommandError, match="has people already"):
        play(0)


def test_nothing_is_written_to_invented_people_over_a_real_server(settings):
    settings.EMAIL_HOST = "smtp.example.com"
    with pytest.raises(CommandError, match="invented people"):
        play(0)


def test_a_moment_without_an_offset_is_refused():
    with pytest.raises(CommandError, match="offset"):
        call_command("demo", until="2026-06-30T12:00:00")
