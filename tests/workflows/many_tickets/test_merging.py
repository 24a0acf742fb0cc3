"""One ticket goes into another, and comes back: process, clocks, people, hours."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from catalog.models import Kind, RequestType
from contracts.hours import prepaid, reservations
from servicedesk.tickets import merged
from servicedesk.tickets.models import EventKind, Participant, Ticket
from servicedesk.tickets.statuses import Status
from tests.factories import RequestTypeFactory, agent_of, contact_of, opened_by_door
from tests.sla.life import clock_of
from tests.workflows.flows.test_incident import open_nodes
from tests.workflows.many_tickets.conftest import MONDAY_9
from tests.workflows.many_tickets.settled import held, settled
from workflows import advance
from workflows.many_tickets import merging
from workflows.models import Approval, TicketRun

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_a_merged_ticket_is_finished_and_names_its_target(pair, agent):
    ticket, target = pair
    merging.merge(ticket, target, by=agent)
    ticket = settled(ticket)
    assert (ticket.status, ticket.merged_into, ticket.is_open) == (Status.CANCELLED, target, False)
    assert open_nodes(ticket) == []
    assert ticket.events.get(kind=EventKind.MERGED).details["into"] == target.pk
    assert target.events.get(kind=EventKind.TOOK_IN).details["other"] == ticket.pk
    assert settled(target).status == Status.NEW


def test_its_clocks_are_cancelled_neither_kept_nor_missed(pair, agent, clock):
    ticket, target = pair
    clock.shift(HOUR / 2)
    merging.merge(ticket, target, by=agent)
    assert set(ticket.clocks.values_list("state", flat=True)) == {"cancelled"}
    assert not ticket.clocks.exclude(breached_at=None).exists()
    assert settled(ticket).due_at is None
    assert clock_of(target).state == "running"


def test_after_the_merge_is_undone_the_clocks_go_on_as_if_it_had_not_been(pair, agent, clock):
    ticket, target = pair
    due = clock_of(ticket).due_at
    clock.shift(HOUR / 4)
    merging.merge(ticket, target, by=agent)
    clock.shift(HOUR / 4)
    merging.unmerge(Ticket.objects.get(pk=ticket.pk), by=agent)
    resolution = clock_of(ticket)
    assert (resolution.state, resolution.due_at) == ("running", due)
    assert settled(ticket).due_at == clock_of(ticket, "first_response").due_at
    assert ticket.clocks.get(kind="first_response").state == "running"


def test_what_ran_out_while_it_was_merged_is_missed_once_it_is_back(pair, agent, clock):
    ticket, target = pair
    merging.merge(ticket, target, by=agent)
    clock.shift(2 * HOUR)
    merging.unmerge(ticket, by=agent)
    assert clock_of(ticket, "first_response").breached_at == MONDAY_9 + HOUR


def test_a_clock_that_stood_still_runs_again(pair, agent, clock):
    ticket, target = pair
    held(ticket, agent)
    advance.act(ticket, "ask_client", by=agent, question="Which phone?")
    assert clock_of(ticket).state == "paused"
    clock.shift(HOUR)
    merging.merge(ticket, target, by=agent)
    clock.shift(HOUR)
    merging.unmerge(ticket, by=agent)
    resolution = clock_of(ticket)
    assert (resolution.state, resolution.elapsed) == ("running", timedelta(0))
    assert resolution.due_at == MONDAY_9 + 25 * HOUR  # 7 of 8 hours until 18:00, one the next morning


def test_whoever_held_the_ticket_gets_it_back_in_work(pair, agent):
    ticket, target = pair
    held(ticket, agent)
    merging.merge(ticket, target, by=agent)
    merging.unmerge(ticket, by=agent)
    ticket = settled(ticket)
    assert (ticket.status, ticket.assignee, ticket.merged_into) == (Status.IN_PROGRESS, agent, None)
    assert open_nodes(ticket) == ["work"]
    assert list(ticket.runs.values_list("reason", flat=True)) == ["opened", TicketRun.Reason.UNMERGED]
    advance.act(ticket, "resolve", by=agent, solution="Done after all")
    assert settled(ticket).status == Status.RESOLVED


def test_a_ticket_that_nobody_held_is_looked_at_anew(pair, agent):
    ticket, target = pair
    merging.merge(ticket, target, by=agent)
    merging.unmerge(ticket, by=agent)
    ticket = settled(ticket)
    assert (ticket.status, ticket.closed_at, open_nodes(ticket)) == (Status.UNDER_REVIEW, None, ["classify"])
    held(ticket, agent)
    assert settled(ticket).status == Status.IN_PROGRESS


def test_a_resolved_ticket_comes_back_unresolved(pair, agent):
    ticket, target = pair
    advance.act(held(ticket, agent), "resolve", by=agent, solution="Restarted")
    merging.merge(ticket, target, by=agent)
    merging.unmerge(ticket, by=agent)
    ticket = settled(ticket)
    assert (ticket.status, ticket.resolved_at) == (Status.IN_PROGRESS, None)
    assert clock_of(ticket).state == "running"


def test_everybody_who_followed_it_follows_the_target(pair, agent):
    ticket, target = pair
    copied = contact_of(ticket.client)
    Participant.objects.create(ticket=ticket, user=copied)
    Participant.objects.create(ticket=ticket, email="her.boss@example.com")
    assert not Ticket.objects.visible_to(ticket.requester).filter(pk=target.pk).exists()
    merging.merge(ticket, target, by=agent)
    assert set(target.participants.values_list("user", "email")) == {
        (ticket.requester.pk, ""), (copied.pk, ""), (None, "her.boss@example.com"),
    }  # fmt: skip
    for person in (ticket.requester, copied):
        assert Ticket.objects.visible_to(person).filter(pk=target.pk).exists()


def test_undoing_takes_away_those_whom_the_merge_brought_and_nobody_else(pair, agent):
    ticket, target = pair
    invited = contact_of(ticket.client)
    Participant.objects.create(ticket=target, user=invited)
    merging.merge(ticket, target, by=agent)
    merging.unmerge(ticket, by=agent)
    assert [one.user for one in target.participants.all()] == [invited]


def test_a_person_of_two_merged_tickets_stays_while_one_is_merged(pair, agent, item):
    first, target = pair
    second = opened_by_door(request_type=item, client=first.client, requester=first.requester)
    merging.merge(first, target, by=agent)
    merging.merge(second, target, by=agent)
    merging.unmerge(first, by=agent)
    assert target.participants.get().user == first.requester
    merging.unmerge(second, by=agent)
    assert not target.participants.exists()


def test_through_a_chain_of_merges_the_last_one_goes_on(pair, agent, item):
    first, second = pair
    last = opened_by_door(request_type=item, client=first.client)
    merging.merge(first, second, by=agent)
    merging.merge(second, last, by=agent)
    assert merged.standing_for(Ticket.objects.get(pk=first.pk)) == last
    assert Ticket.objects.visible_to(first.requester).filter(pk=last.pk).exists()
    merging.unmerge(first, by=agent)
    assert not Ticket.objects.visible_to(first.requester).filter(pk=last.pk).exists()
    assert Ticket.objects.visible_to(second.requester).filter(pk=last.pk).exists()


def approvals_item(**fields: Any) -> RequestType:
    return RequestTypeFactory(
        kind=Kind.SERVICE_REQUEST, approvals=[{"who": "client_manager"}, {"who": "group_leader"}], **fields
    )


def test_open_approvals_are_dropped_and_asked_again_after_the_merge_is_undone(client):
    item = approvals_item()
    leader = agent_of(item.service.group, is_leader=True)
    manager = contact_of(client, is_manager=True)
    ticket, target = (opened_by_door(request_type=item, client=client) for _one in range(2))
    advance.act(ticket, "approve", by=manager)
    merging.merge(ticket, target, by=leader)
    decisions = ticket.approvals.values_list("approver", "decision")
    assert set(decisions) == {
        (manager.pk, Approval.Decision.APPROVED), (leader.pk, Approval.Decision.DROPPED),
    }  # fmt: skip
    merging.unmerge(ticket, by=leader)
    assert settled(ticket).status == Status.WAITING_APPROVAL
    assert [one.approver for one in ticket.approvals.open()] == [leader]  # the first level has approved


def test_what_was_approved_stays_approved(client):
    item = approvals_item()
    leader = agent_of(item.service.group, is_leader=True)
    manager = contact_of(client, is_manager=True)
    ticket, target = (opened_by_door(request_type=item, client=client) for _one in range(2))
    advance.act(ticket, "approve", by=manager)
    advance.act(ticket, "approve", by=leader)
    merging.merge(ticket, target, by=leader)
    merging.unmerge(ticket, by=leader)
    assert open_nodes(settled(ticket)) == ["accept"]
    assert not ticket.approvals.open().exists()


def test_hours_that_were_set_aside_are_free_again(pair, agent, contract):
    ticket, target = pair
    prepaid.purchase(contract, Decimal(10), by=agent, note="Invoice 1")
    reservations.reserve(contract, Decimal(4), ticket=ticket, by=agent)
    assert prepaid.balance(contract) == Decimal(6)
    merging.merge(ticket, target, by=agent)
    assert prepaid.balance(contract) == Decimal(10)
