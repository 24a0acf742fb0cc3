"""Decisions: words kept, words refused, and two at the same instant."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from servicedesk.people.models import User
from servicedesk.tickets.errors import TicketError
from servicedesk.tickets.models import EventKind, Ticket
from servicedesk.tickets.statuses import Status
from tests.profiles import PATIENCE
from tests.workflows.approvals.approving import Firm, asked, away, decisions, details, firm, row
from tests.workflows.flows.test_incident import open_nodes
from workflows import advance
from workflows.approvals import DecidedMeanwhile, NotAsked, ReasonMissing

pytestmark = pytest.mark.django_db
MANAGERS = {"who": "client_manager"}
ALL_MANAGERS = MANAGERS | {"needs": "all"}
ACCOUNT = {"who": "account_manager"}


@pytest.fixture
def us() -> Firm:
    return firm()


def test_a_yes_may_carry_a_comment(us):
    ticket = us.asks(MANAGERS)
    advance.act(ticket, "approve", by=us.boss, comment="Only one, please")
    assert row(ticket, approver=us.boss).reason == "Only one, please"
    assert details(ticket, EventKind.APPROVED)["reason"] == "Only one, please"


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_no_needs_a_reason(us, reason):
    ticket = us.asks(MANAGERS)
    with pytest.raises(TicketError):
        advance.act(ticket, "reject", by=us.boss, reason=reason)
    assert asked(ticket) == [us.boss, us.second_boss]


def test_the_rule_itself_refuses_a_no_without_reason(us):
    from django.db import transaction

    from workflows import approvals

    ticket = us.asks(MANAGERS)
    with pytest.raises(ReasonMissing), transaction.atomic():
        approvals.decide(ticket, by=us.boss, is_approved=False, reason=" ")


def test_a_second_word_of_the_same_person_is_refused(us):
    ticket = us.asks(ALL_MANAGERS)
    advance.act(ticket, "approve", by=us.boss)
    with pytest.raises(DecidedMeanwhile, match="You have approved this already"):
        advance.act(ticket, "reject", by=us.boss, reason="No")
    assert decisions(ticket) == ["approved", ""]


def test_the_late_one_is_told_who_decided(us):
    ticket = us.asks(MANAGERS)
    advance.act(ticket, "reject", by=us.boss, reason="No budget")
    with pytest.raises(DecidedMeanwhile, match="Victor Kim has rejected it in the meantime"):
        advance.act(ticket, "approve", by=us.second_boss)
    assert ticket.status == Status.CANCELLED


def test_the_absent_one_is_told_what_the_deputy_decided(us):
    away(us.account_manager, us.leader)
    ticket = us.asks(ACCOUNT)
    ticket.approvals.update(on_behalf_of=us.account_manager, approver=us.leader)
    advance.act(ticket, "approve", by=us.leader)
    with pytest.raises(DecidedMeanwhile, match="Lena Lead has approved it in the meantime"):
        advance.act(ticket, "approve", by=us.account_manager)


def test_whoever_was_not_asked_is_refused(us):
    ticket = us.asks(MANAGERS)
    for person in (us.anna, us.leader, us.account_manager):
        with pytest.raises(NotAsked):
            advance.act(ticket, "approve", by=person)
    assert asked(ticket) == [us.boss, us.second_boss]


def test_a_stale_page_does_not_answer_the_next_question(us):
    ticket = us.asks(MANAGERS, {"who": "person", "people": [us.boss.pk]})
    first = row(ticket, approver=us.boss)
    advance.act(ticket, "approve", by=us.boss, asked=first.pk)
    with pytest.raises(DecidedMeanwhile):
        advance.act(ticket, "approve", by=us.boss, asked=first.pk)
    assert (ticket.status, asked(ticket)) == (Status.WAITING_APPROVAL, [us.boss])


def test_a_word_on_a_withdrawn_request_is_refused(us):
    ticket = us.asks(MANAGERS)
    advance.withdraw(ticket, by=us.anna)
    with pytest.raises(TicketError, match="no longer open"):
        advance.act(ticket, "approve", by=us.boss)


def say(pk: int, word: str, person: User, start: Barrier) -> str:
    """Decide in a connection of its own; return what came of it."""
    try:
        ticket = Ticket.objects.get(pk=pk)
        start.wait(timeout=PATIENCE)
        advance.act(ticket, word, by=person, reason="Said at once")
    except DecidedMeanwhile as error:
        return str(error)
    finally:
        connections.close_all()
    return "kept"


def at_once(ticket: Ticket, *words: tuple[str, User]) -> list[str]:
    start = Barrier(len(words))
    with ThreadPoolExecutor(len(words)) as pool:
        said = list(pool.map(lambda one: say(ticket.pk, one[0], one[1], start), words))
    ticket.refresh_from_db()
    return said


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_on_an_any_of_level_one_decides():
    us = firm()
    ticket = us.asks(MANAGERS)
    said = at_once(ticket, ("approve", us.boss), ("reject", us.second_boss))
    assert said.count("kept") == 1
    is_yes = said[0] == "kept"
    first = "Victor Kim has approved" if is_yes else "Omar Reyes has rejected"
    assert said[is_yes] == f"{first} it in the meantime."
    assert sorted(decisions(ticket)) == sorted(["approved" if is_yes else "rejected", "dropped"])
    assert ticket.status == (Status.UNDER_REVIEW if is_yes else Status.CANCELLED)
    assert open_nodes(ticket) == (["accept"] if is_yes else [])


@pytest.mark.django_db(transaction=True)
def test_two_at_once_on_an_all_of_level_are_both_counted():
    us = firm()
    ticket = us.asks(ALL_MANAGERS, ACCOUNT)
    assert at_once(ticket, ("approve", us.boss), ("approve", us.second_boss)) == ["kept", "kept"]
    assert decisions(ticket) == ["approved", "approved", ""]
    assert asked(ticket) == [us.account_manager]
    assert ticket.events.filter(kind=EventKind.APPROVAL_GIVEN).count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_same_person_twice_at_once_is_one_word():
    us = firm()
    ticket = us.asks(ALL_MANAGERS)
    said = at_once(ticket, ("approve", us.boss), ("approve", us.boss))
    assert sorted(said) == ["You have approved this already.", "kept"]
    assert (decisions(ticket), ticket.status) == (["approved", ""], Status.WAITING_APPROVAL)
