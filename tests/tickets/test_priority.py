"""Priority from urgency and impact, by the usual table or the one that was set."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from servicedesk.people.models import User
from servicedesk.tickets import priority
from servicedesk.tickets.models import Priority, PriorityRule
from servicedesk.tickets.priority import USUAL, priority_of
from tests.factories import UserFactory, agent_of, opened_by_door
from workflows import advance

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db: None) -> User:
    return UserFactory(is_superuser=True)


def test_without_rules_the_usual_table_holds() -> None:
    assert {cell: priority_of(*cell) for cell in USUAL} == USUAL


def test_a_rule_beats_the_usual_and_the_other_cells_keep_it(admin: User) -> None:
    priority.change({(3, 3): Priority.P1}, by=admin)
    assert priority_of(3, 3) == Priority.P1
    assert priority.table() == USUAL | {(3, 3): Priority.P1}


def test_a_level_out_of_range_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        priority_of(0, 4)


def test_a_cell_that_is_usual_again_is_not_stored(admin: User) -> None:
    priority.change({(3, 3): Priority.P1, (1, 1): Priority.P2}, by=admin)
    assert priority.change(USUAL, by=admin) == {
        (3, 3): (Priority.P1, Priority.P4),
        (1, 1): (Priority.P2, Priority.P1),
    }
    assert not PriorityRule.objects.exists()


def test_a_rule_can_be_changed_again(admin: User) -> None:
    priority.change({(3, 3): Priority.P1}, by=admin)
    priority.change({(3, 3): Priority.P2}, by=admin)
    assert PriorityRule.objects.get().priority == Priority.P2


def test_nothing_changed_says_nothing(admin: User) -> None:
    with capture_logs() as lines:
        assert priority.change(USUAL, by=admin) == {}
    assert lines == []


def test_the_log_says_who_changed_what(admin: User) -> None:
    with capture_logs() as lines:
        priority.change({(3, 3): Priority.P1}, by=admin)
    assert lines[0]["by"] == admin.pk
    assert lines[0]["changes"] == {"urgency 3 impact 3": "P4 to P1"}


def test_one_priority_is_one_statement(admin: User, django_assert_num_queries: Any) -> None:
    priority.change({(3, 3): Priority.P1}, by=admin)
    with django_assert_num_queries(1):
        priority_of(3, 3)
    with django_assert_num_queries(1):
        priority.table()


def test_a_new_ticket_gets_its_priority_from_the_table(admin: User) -> None:
    priority.change({(1, 3): Priority.P1}, by=admin)
    assert opened_by_door(urgency=1, impact=3).priority == Priority.P1


def test_a_classification_reads_the_table_and_an_open_ticket_keeps_what_it_has(admin: User) -> None:
    ticket = opened_by_door(urgency=1, impact=3)
    priority.change({(1, 3): Priority.P1}, by=admin)
    ticket.refresh_from_db()
    assert ticket.priority == Priority.P3
    assert ticket.group
    advance.act(ticket, "classify", by=agent_of(ticket.group), urgency=1, impact=3)
    assert ticket.priority == Priority.P1
