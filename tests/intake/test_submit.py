"""The one door: a ticket comes in whole, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine

from catalog.models import Kind
from servicedesk.intake.submit import Submission, submit
from servicedesk.tickets.attachments import Upload
from servicedesk.tickets.errors import FileRefused, TicketError
from servicedesk.tickets.models import EventKind, Ticket
from servicedesk.tickets.statuses import Status
from tests.factories import (
    ClientFactory,
    RequestTypeFactory,
    ServiceFactory,
    contact_of,
    contract_for,
    opened_by_door,
)
from workflows.engine import open_steps

pytestmark = pytest.mark.django_db
MONDAY_10 = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY_10, tick=False):
        yield


@pytest.fixture
def client_company():
    client = ClientFactory()
    contract_for(client)
    return client


def test_a_request_under_contract_gets_its_clocks_and_its_process(client_company):
    ticket = opened_by_door(client=client_company)
    assert ticket.coverage.contract == client_company.contracts.get()
    due = dict(ticket.clocks.values_list("kind", "due_at"))
    assert due == {
        "first_response": datetime(2026, 3, 2, 11, tzinfo=UTC),
        "resolution": datetime(2026, 3, 2, 18, tzinfo=UTC),
    }
    assert [open_steps.node_name(task) for task in open_steps.open_tasks(ticket)] == ["classify"]
    assert ticket.messages.get().body.startswith("Since Friday")


def test_lists_find_the_nearest_deadline_on_the_ticket(client_company):
    ticket = Ticket.objects.get(pk=opened_by_door(client=client_company).pk)
    assert (ticket.due_at, ticket.due_kind) == (datetime(2026, 3, 2, 11, tzinfo=UTC), "first_response")


def test_without_a_contract_it_is_accepted_without_promises():
    ticket = opened_by_door()
    assert (ticket.coverage.contract, ticket.clocks.count(), ticket.due_at) == (None, 0, None)
    assert ticket.status == Status.NEW


def test_the_catalog_is_snapshotted(client_company):
    item = RequestTypeFactory(kind=Kind.SERVICE_REQUEST, form=[{"key": "a", "label": "A", "kind": "text"}])
    ticket = opened_by_door(client=client_company, request_type=item, answers={"a": "b"})
    assert (ticket.catalog_snapshot["form"], ticket.answers, ticket.kind) == (
        item.form,
        {"a": "b"},
        item.kind,
    )


def test_a_mail_counts_from_its_arrival(client_company):
    ticket = opened_by_door(client=client_company, at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC))
    assert ticket.clocks.get(kind="first_response").due_at == datetime(2026, 3, 2, 10, 30, tzinfo=UTC)


def test_a_refused_file_leaves_nothing_behind(client_company):
    with pytest.raises(FileRefused, match=r"virus\.exe"):
        opened_by_door(client=client_company, files=[Upload("virus.exe", "application/x-dosexec", b"MZ")])
    assert not Ticket.objects.exists()


def test_a_file_too_large_is_refused_with_its_size(client_company, settings):
    settings.ATTACHMENT_MAX_BYTES = 10
    with pytest.raises(FileRefused, match="too large"):
        opened_by_door(client=client_company, files=[Upload("log.txt", "text/plain", b"x" * 11)])


def test_nothing_is_opened_without_a_word(client_company):
    with pytest.raises(TicketError, match="Write a message"):
        opened_by_door(client=client_company, body="  ")
    assert not Ticket.objects.exists()


def test_copied_colleagues_become_participants_and_strangers_only_addresses(client_company):
    colleague = contact_of(client_company, email="tom@client.example")
    ticket = opened_by_door(client=client_company, copy_to=["Tom@client.example", "boss@elsewhere.example"])
    assert {(who.user, who.email) for who in ticket.participants.all()} == {
        (colleague, ""),
        (None, "boss@elsewhere.example"),
    }


def test_a_mail_without_a_service_goes_to_the_first_group(client_company):
    first = ServiceFactory().group
    requester = contact_of(client_company)
    ticket = submit(Submission(requester=requester, client=client_company, subject="Help", body="Please"))
    assert (ticket.group, ticket.kind) == (first, Kind.INCIDENT)


def test_the_opening_is_the_first_line_of_history(client_company):
    ticket = opened_by_door(client=client_company)
    assert ticket.events.values_list("kind", flat=True)[0] == EventKind.OPENED


def test_a_submission_costs_at_most_thirty_statements(client_company, django_assert_max_num_queries):
    item = RequestTypeFactory()
    requester = contact_of(client_company)
    opened_by_door(client=client_company, request_type=item, requester=requester)  # warms caches
    with django_assert_max_num_queries(30):
        opened_by_door(client=client_company, request_type=item, requester=requester)
