"""What a ticket takes over and what it keeps when its type is corrected: group, history, answers."""

from __future__ import annotations

import pytest

from catalog.models import Kind, RequestType
from catalog.questions import answers, former_answers
from servicedesk.tickets.models import EventKind, Ticket
from tests.factories import GroupFactory, RequestTypeFactory, ServiceFactory, agent_of
from tests.workflows.conftest import opened
from tests.workflows.flows.test_incident import at_work
from tests.workflows.steps.test_type_correction import correct
from workflows import advance
from workflows.engine import open_steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def wish(item: RequestType) -> RequestType:
    return RequestTypeFactory(name="New mailbox", service=item.service, kind=Kind.SERVICE_REQUEST)


def test_another_service_brings_its_group_and_takes_it_from_whoever_is_not_there(ticket, agent):
    at_work(ticket, agent)
    service = ServiceFactory()
    correct(ticket, Kind.CONSULTATION, agent, service=service)
    assert (ticket.service, ticket.group, ticket.assignee) == (service, service.group, None)
    [task] = open_steps.open_tasks(ticket)
    assert (open_steps.node_name(task), task.owner_permission) == (
        "accept",
        f"people.group_{service.group.pk}",
    )


def test_a_ticket_in_the_second_line_stays_there_when_only_its_type_changes(ticket, agent):
    second = GroupFactory()
    advance.act(at_work(ticket, agent), "reassign", by=agent, group=second, reason="Beyond us")
    correct(ticket, Kind.CONSULTATION, agent_of(second))
    assert ticket.group == second


def test_a_request_type_may_have_a_group_of_its_own(ticket, agent):
    item = RequestTypeFactory(service=ticket.service, kind=Kind.CONSULTATION, group=GroupFactory())
    correct(ticket, item, agent)
    assert ticket.group == item.group


def test_history_tells_what_was_and_what_is(ticket, agent, wish):
    before = list(ticket.events.values_list("pk", flat=True))
    former = ticket.request_type
    correct(ticket, wish, agent, urgency=1, impact=1)
    event = ticket.events.get(kind=EventKind.TYPE_CORRECTED)
    assert event.actor == agent
    assert event.details == {
        "from": "new", "to": "under_review", "reason": "It is something else",
        "kind": ["incident", "service_request"], "request_type": [former.pk, wish.pk],
        "urgency": [2, 1], "impact": [2, 1], "priority": [3, 1],
    }  # fmt: skip
    assert list(ticket.events.values_list("pk", flat=True))[: len(before)] == before


QUESTION = {"key": "who", "label": "For whom?", "kind": "text"}


def test_former_answers_stay_readable(contact, agent):
    asked = RequestTypeFactory(name="Access", kind=Kind.SERVICE_REQUEST, form=[QUESTION])
    other = RequestTypeFactory(
        service=asked.service, kind=Kind.INCIDENT, form=[{"key": "since", "label": "Since?", "kind": "date"}]
    )
    ticket = opened(asked, contact)
    Ticket.objects.filter(pk=ticket.pk).update(answers={"who": "Robin"})
    worker = agent_of(asked.service.group)
    correct(ticket, other, worker)
    assert (ticket.answers, former_answers.shown(ticket.catalog_snapshot)) == (
        {},
        [("Access", [("For whom?", "Robin")])],
    )
    correct(ticket, Kind.CONSULTATION, worker)
    assert former_answers.shown(ticket.catalog_snapshot) == [("Access", [("For whom?", "Robin")])]
    correct(ticket, asked, worker)
    assert (ticket.answers, former_answers.shown(ticket.catalog_snapshot)) == ({"who": "Robin"}, [])
    assert answers.shown(ticket.catalog_snapshot["form"], ticket.answers) == [("For whom?", "Robin")]
