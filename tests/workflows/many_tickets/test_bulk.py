"""One answer or one solution for many tickets: each by itself, none lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from catalog.models import Kind, RequestType
from contracts.models import Contract
from servicedesk.mail.models import OutgoingMail
from servicedesk.people.models import User
from servicedesk.tickets import linking
from servicedesk.tickets.errors import NotPermitted, TakenByAnother, TicketError
from servicedesk.tickets.models import EventKind, Message, Ticket, TicketLink
from servicedesk.tickets.statuses import Status
from tests.factories import (
    ClientFactory,
    GroupFactory,
    RequestTypeFactory,
    agent_of,
    contact_of,
    contract_for,
    opened_by_door,
)
from tests.workflows.flows.test_incident import open_nodes
from tests.workflows.many_tickets.settled import settled
from workflows import advance
from workflows.engine import execution
from workflows.many_tickets import bulk
from workflows.models import TicketRun

pytestmark = pytest.mark.django_db


@pytest.fixture
def parent(contract: Contract, item: RequestType, agent: User) -> Ticket:
    ticket = opened_by_door(request_type=item, client=contract.client, subject="The mail server is down")
    advance.act(ticket, "classify", by=agent)
    advance.act(ticket, "accept", by=agent)
    return ticket


def part_of(parent: Ticket, agent: User, **fields: Any) -> Ticket:
    """A ticket of another company that is a part of it."""
    company = ClientFactory()
    contract_for(company)
    values = {"request_type": parent.request_type, "client": company, "requester": contact_of(company)}
    ticket = opened_by_door(**(values | fields))
    linking.link(ticket, parent, TicketLink.Kind.CHILD_OF, by=agent)
    return ticket


@pytest.fixture
def parts(parent: Ticket, agent: User) -> list[Ticket]:
    return [part_of(parent, agent) for _number in range(3)]


def resolve(parent: Ticket, by: User, parts: Any = None) -> bulk.Report:
    return bulk.resolve_parts(
        parent,
        bulk.parts_of(parent, by) if parts is None else parts,
        by=by,
        solution="The server is up",
        cause="hardware",
    )


def sentences(report: bulk.Report) -> list[str]:
    return [sentence for _ticket, sentence in report.refused]


def test_all_parts_are_resolved_with_the_solution_of_the_whole(parent, parts, agent):
    report = resolve(parent, agent)
    assert (report.done, report.before, report.refused) == (parts, [], [])
    for part in map(settled, parts):
        assert (part.status, part.solution, part.cause) == (Status.RESOLVED, "The server is up", "hardware")
        assert open_nodes(part) == ["confirm"]
        assert part.runs.latest("pk").reason == TicketRun.Reason.RESOLVED_WITH
    assert settled(parent).status == Status.IN_PROGRESS


def test_each_client_is_asked_to_confirm_and_may_say_no(parent, parts, agent):
    resolve(parent, agent)
    first, second, _third = parts
    mails = OutgoingMail.objects.filter(kind="resolved").values_list("to", flat=True)
    assert sorted(mails) == sorted(part.requester.email for part in parts)
    advance.confirm(first, by=first.requester, rating=5)
    advance.reopen(second, by=second.requester)
    assert [settled(one).status for one in parts] == [Status.CLOSED, Status.VERIFICATION, Status.RESOLVED]


def test_the_clocks_of_the_parts_stop_with_it(parent, parts, agent, clock):
    clock.shift(timedelta(hours=2))
    resolve(parent, agent)
    for part in parts:
        found = dict(part.clocks.values_list("kind", "state"))
        assert found == {"first_response": "breached", "resolution": "met"}
        assert settled(part).due_at is None


def test_a_second_sending_changes_nothing(parent, parts, agent):
    resolve(parent, agent)
    report = resolve(parent, agent)
    assert (report.done, report.before, report.refused) == ([], parts, [])
    for part in parts:
        assert part.events.filter(kind=EventKind.RESOLVED).count() == 1
        assert part.messages.filter(body="The server is up").count() == 1


def test_what_cannot_be_resolved_is_named_and_stops_nobody_else(parent, parts, agent):
    waiting = part_of(
        parent, agent, request_type=RequestTypeFactory(
            kind=Kind.SERVICE_REQUEST, service=parent.service, approvals=[{"who": "group_leader"}]
        ),
    )  # fmt: skip
    foreign = part_of(parent, agent, request_type=RequestTypeFactory())
    advance.act(parts[0], "cancel", by=agent, reason="Not wanted")
    report = resolve(parent, agent)
    assert report.done == parts[1:]
    assert [ticket for ticket, _sentence in report.refused] == [parts[0], waiting, foreign]
    assert sentences(report) == [
        "The ticket is finished already.",
        "It waits for an approval first.",
        str(NotPermitted()),
    ]
    assert settled(waiting).status == Status.WAITING_APPROVAL
    assert open_nodes(waiting) == ["approve"]


def test_an_error_of_ours_in_one_leaves_it_as_it_was_and_is_reported(parent, parts, agent, monkeypatch):
    cancel_runs = execution.cancel_runs

    def broken(ticket: Ticket) -> None:
        cancel_runs(ticket)
        if ticket.pk == parts[1].pk:
            raise RuntimeError("boom")

    monkeypatch.setattr(execution, "cancel_runs", broken)
    report = resolve(parent, agent)
    assert report.done == [parts[0], parts[2]]
    assert [ticket for ticket, _sentence in report.refused] == [parts[1]]
    assert "boom" not in sentences(report)[0]
    assert open_nodes(settled(parts[1])) == ["classify"]


def test_a_ticket_that_is_no_part_any_more_stays(parent, parts, agent):
    linking.unlink(parts[0].links.get(), by=agent)
    report = resolve(parent, agent, parts)
    assert report.done == parts[1:]
    assert "no longer a part of" in sentences(report)[0]


def test_only_whoever_holds_the_whole_resolves_its_parts(parent, parts, colleague, item):
    with pytest.raises(TakenByAnother):
        resolve(parent, colleague)
    with pytest.raises(NotPermitted):
        resolve(parent, agent_of(GroupFactory()))
    assert resolve(parent, agent_of(item.service.group, is_leader=True)).done == parts


def test_without_a_solution_nothing_happens(parent, parts, agent):
    with pytest.raises(TicketError):
        bulk.resolve_parts(parent, parts, by=agent, solution="  ")
    assert [settled(part).status for part in parts] == [Status.NEW] * 3


def test_parts_of_private_groups_are_not_offered_to_strangers(parent, parts, agent, colleague):
    secret = GroupFactory(is_private=True)
    Ticket.objects.filter(pk=parts[0].pk).update(group=secret)
    assert list(bulk.parts_of(parent, colleague)) == parts[1:]


def test_one_answer_reaches_each_client_on_their_own_ticket(parent, parts, agent, clock):
    clock.shift(timedelta(minutes=5))
    report = bulk.answer(parts, "We are at it.", by=agent, key="one")
    assert (report.done, report.refused) == (parts, [])
    for part in parts:
        said = part.messages.get(body="We are at it.")
        assert (said.author, said.visibility, said.side) == (agent, Message.Visibility.PUBLIC, "staff")
        mail = OutgoingMail.objects.get(ticket=part, kind="message_posted")
        assert mail.to == part.requester.email
        assert part.clocks.get(kind="first_response").state == "met"


def test_the_same_form_sent_twice_answers_once(parts, agent):
    bulk.answer(parts[:1], "We are at it.", by=agent, key="one")
    report = bulk.answer(parts, "We are at it.", by=agent, key="one")
    assert (report.before, report.done) == (parts[:1], parts[1:])
    assert [part.messages.filter(body="We are at it.").count() for part in parts] == [1, 1, 1]
    assert bulk.answer(parts, "We are at it.", by=agent, key="two").done == parts


def test_finished_tickets_and_those_of_others_are_not_answered(parts, agent):
    advance.act(parts[0], "cancel", by=agent, reason="Not wanted")
    foreign = opened_by_door()
    report = bulk.answer([*parts, foreign], "We are at it.", by=agent, key="one")
    assert report.done == parts[1:]
    assert [ticket for ticket, _sentence in report.refused] == [parts[0], foreign]
    assert foreign.messages.count() == 1
