"""How many tickets are over: noted when one ends or comes back, put together, counted anew."""

from __future__ import annotations

from typing import Any

import pytest

from servicedesk.people.models import User
from servicedesk.tickets import classification, lifecycle, tally
from servicedesk.tickets.models import EventKind, FinishedTally, Ticket
from servicedesk.tickets.statuses import Status
from tests.factories import ClientFactory, GroupFactory, TicketFactory, UserFactory, agent_of

pytestmark = pytest.mark.django_db


def told(user: User) -> int:
    return FinishedTally.objects.visible_to(user).total()


def counted(user: User) -> int:
    return Ticket.objects.visible_to(user).over().count()


@pytest.fixture
def admin() -> User:
    return UserFactory(is_superuser=True)


def closed(**fields: Any) -> Ticket:
    ticket = TicketFactory(status=Status.RESOLVED, **fields)
    lifecycle.move(ticket, EventKind.CLOSED, by=None)
    return ticket


def test_what_ends_and_what_comes_back_is_noted(admin: User) -> None:
    first, _second = closed(), closed()
    lifecycle.move(TicketFactory(), EventKind.CANCELLED, by=None)
    assert told(admin) == counted(admin) == 3
    lifecycle.move(first, EventKind.REOPENED, by=None)
    assert told(admin) == counted(admin) == 2


def test_a_step_between_open_statuses_notes_nothing() -> None:
    lifecycle.move(TicketFactory(status=Status.NEW), EventKind.ACCEPTED, by=None)
    assert not FinishedTally.objects.exists()


def test_each_sees_the_number_of_what_they_see() -> None:
    secret, manager = GroupFactory(is_private=True), UserFactory(is_account_manager=True)
    closed(), closed(group=secret), closed(client=ClientFactory(account_manager=manager))
    for person in (agent_of(GroupFactory()), agent_of(secret), manager):
        assert told(person) == counted(person)
    assert [told(agent_of(secret)), told(manager)] == [3, 1]
    assert told(UserFactory()) == 0


def test_a_ticket_that_is_over_and_changes_its_group_is_counted_there() -> None:
    secret = GroupFactory(is_private=True)
    ticket, outsider = closed(), agent_of(GroupFactory())
    assert told(outsider) == 1
    classification.change(ticket, {"group": secret})
    assert told(outsider) == counted(outsider) == 0
    lifecycle.assign(ticket, None, group=GroupFactory())
    assert told(outsider) == counted(outsider) == 1


def test_a_fold_leaves_one_row_for_each_client_and_group_and_the_same_sums(admin: User) -> None:
    client, group = ClientFactory(), GroupFactory()
    tickets = [closed(client=client, group=group) for _ in range(4)]
    lifecycle.move(tickets[0], EventKind.REOPENED, by=None)
    closed()
    assert tally.fold() == 4
    assert sorted(FinishedTally.objects.values_list("number", flat=True)) == [1, 3]
    assert told(admin) == 4
    assert tally.fold() == 0


def test_a_recount_mends_what_was_written_past_the_pen(admin: User) -> None:
    TicketFactory(status=Status.CLOSED)
    FinishedTally.objects.create(client=ClientFactory(), group=None, number=7)
    tally.recount()
    assert told(admin) == counted(admin) == 1
