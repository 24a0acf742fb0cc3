"""Two people who change the same time entry, with two real connections."""

from __future__ import annotations

from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connections

from contracts.errors import TimeRefused
from contracts.hours import prepaid
from contracts.ledger_check.differences import differences
from contracts.models import AtZero, TimeEntry
from contracts.time.entries import Told, change_time, log_time
from servicedesk.people.models import User
from tests.contracts.conftest import covered_ticket, make_contract
from tests.factories import ClientFactory, agent_of
from tests.profiles import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_who_change_an_entry_exactly_one_does() -> None:
    contract = make_contract(ClientFactory(), at_zero=AtZero.REFUSE)
    prepaid.purchase(contract, Decimal(4), by=None, note="Invoice 1")
    ticket = covered_ticket(contract)
    agent, leader = agent_of(ticket.group), agent_of(ticket.group, is_leader=True)
    entry = log_time(ticket, by=agent, minutes=240, work_kind="remote")
    together, refused = Barrier(2), list[str]()

    def one(by: User) -> None:
        mine = TimeEntry.objects.select_related("ticket", "person").get(pk=entry.pk)
        told = Told(120, "remote", spent_on=entry.spent_on)
        try:
            together.wait(timeout=PATIENCE)
            change_time(mine, by=by, reason="Half of it", told=told)
        except TimeRefused as refusal:
            refused.append(str(refusal))
        finally:
            connections.close_all()

    threads = [Thread(target=one, args=[person]) for person in (agent, leader)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE)
    assert refused == ["This time entry is already voided."]
    assert TimeEntry.objects.standing().get().minutes == 120
    assert prepaid.balance(contract) == 2
    assert list(differences()) == []
