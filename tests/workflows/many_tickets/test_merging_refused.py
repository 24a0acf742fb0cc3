"""What is not merged, and what is not taken apart again."""

from __future__ import annotations

import pytest

from servicedesk.people.models import User
from servicedesk.tickets.errors import NotPermitted, TakenByAnother, TicketError
from servicedesk.tickets.models import EventKind, Ticket
from tests.factories import GroupFactory, agent_of, opened_by_door
from tests.workflows.many_tickets.settled import held, settled
from workflows import advance
from workflows.diagram import picture
from workflows.many_tickets import merging

pytestmark = pytest.mark.django_db


def refused(ticket: Ticket, target: Ticket, by: User) -> str:
    before = Ticket.objects.get(pk=ticket.pk).status
    with pytest.raises(TicketError) as error:
        merging.merge(ticket, target, by=by)
    assert merging.refusal(Ticket.objects.get(pk=ticket.pk), Ticket.objects.get(pk=target.pk), by=by) == str(
        error.value
    )
    assert Ticket.objects.get(pk=ticket.pk).status == before
    return str(error.value)


def test_it_does_not_go_into_itself(pair, agent):
    assert "itself" in refused(pair[0], Ticket.objects.get(pk=pair[0].pk), agent)


def test_it_does_not_go_into_a_finished_one(pair, agent):
    ticket, target = pair
    advance.act(target, "cancel", by=agent, reason="Not wanted")
    assert f"{target.reference} is finished" in refused(ticket, target, agent)


def test_it_does_not_go_into_another_clients(pair, agent, item):
    assert "another client" in refused(pair[0], opened_by_door(request_type=item), agent)


def test_it_is_merged_once_and_never_in_a_circle(pair, agent, item):
    ticket, target = pair
    third = opened_by_door(request_type=item, client=ticket.client)
    merging.merge(ticket, target, by=agent)
    for other in (target, third):
        assert f"{ticket.reference} is merged into {target.reference} already" in refused(
            ticket, other, agent
        )
    assert f"{ticket.reference} is merged into {target.reference} already" in refused(target, ticket, agent)


def test_only_those_who_work_on_both_merge_them(pair):
    ticket, target = pair
    elsewhere = agent_of(GroupFactory())
    with pytest.raises(NotPermitted):
        merging.merge(ticket, target, by=elsewhere)
    merging.merge(ticket, target, by=agent_of(ticket.group))
    with pytest.raises(NotPermitted):
        merging.unmerge(ticket, by=elsewhere)


def test_what_another_holds_only_a_leader_merges(pair, agent, colleague):
    ticket, target = pair
    held(ticket, colleague)
    with pytest.raises(TakenByAnother):
        merging.merge(ticket, target, by=agent)
    merging.merge(ticket, target, by=agent_of(ticket.group, is_leader=True))
    assert settled(ticket).merged_into == target


def test_a_ticket_that_is_not_merged_cannot_be_taken_out(pair, agent):
    with pytest.raises(TicketError, match="no longer merged"):
        merging.unmerge(pair[0], by=agent)


def test_undoing_twice_happens_once(pair, agent):
    ticket, target = pair
    merging.merge(ticket, target, by=agent)
    stale = Ticket.objects.get(pk=ticket.pk)
    merging.unmerge(ticket, by=agent)
    with pytest.raises(TicketError, match="no longer merged"):
        merging.unmerge(stale, by=agent)
    assert ticket.events.filter(kind=EventKind.UNMERGED).count() == 1


def test_the_process_of_a_merged_ticket_says_merged_and_never_cancelled(pair, agent):
    ticket, target = pair
    merging.merge(ticket, target, by=agent)
    drawn = str(picture.draw(Ticket.objects.get(pk=ticket.pk)))
    assert f"Merged into {target.reference}" in drawn
    assert "Cancelled" not in drawn
