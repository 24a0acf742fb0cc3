"""Nobody who has left is told, and what they would have heard does not get lost."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from contracts.hours import alerts, prepaid
from contracts.models import Contract
from contracts.terms import versions
from contracts.terms.agreements import change
from contracts.time.entries import log_time
from servicedesk.mail.models import OutgoingMail
from servicedesk.notifications import recipients
from servicedesk.notifications.notices.event_notices import compose
from servicedesk.people import still_active
from servicedesk.people.models import Client, Membership, User
from servicedesk.tickets.models import EventKind, Message, Ticket, TicketEvent
from tests.contracts.agreed import JULY_1, MIDNIGHT, agreed, stored
from tests.contracts.conftest import covered_ticket, make_contract
from tests.factories import ClientFactory, TicketFactory, UserFactory, agent_of, contact_of

pytestmark = pytest.mark.django_db

# What the beat starts, and which questions of `people.standing` (or of the rows themselves) it asks.
ASKED = {
    "sweep-sla-clocks": "escalation.people: active staff; standing.has_anybody for groups to pass to",
    "tell-of-escalations": "active staff when it is sent; else leaders or administrators",
    "apply-changed-terms": "nobody: it moves deadlines and tells nobody",
    "summarise-process-runs": "nobody: figures only",
    "sweep-approvals": "approvers who have left; deputies; leaders or members instead",
    "fire-process-timers": "recipients: a former client is not written to by itself",
    "send-waiting-mail": "nobody: who is told was asked when the mail was written",
    "retry-stored-mail": "sender.person and sender.client_of: active people of active clients",
    "expire-prepaid-hours": "nobody: an account is kept right also of a former client; no mail goes out",
    "apply-planned-terms": "active clients; managers who have left are taken out of the terms",
    "alert-about-hours": "active clients, standing.managers_of, the account manager or administrators",
    "wipe-secrets": "nobody: it wipes for everybody",
    "send-due-reports": "ReportSchedule.standstill and recipients",
    "fold-finished-tally": "nobody: figures only",
    "recount-finished-tally": "nobody: figures only",
    "forget-old-tries": "nobody: it forgets for everybody",
    "forget-sent-forms": "nobody: it forgets for everybody",
}


def test_every_job_of_the_beat_has_been_asked_whether_its_people_are_there() -> None:
    assert set(ASKED) == set(settings.CELERY_BEAT_SCHEDULE)


def switch_off(person: User | None) -> None:
    assert person
    User.objects.filter(pk=person.pk).update(is_active=False)


@pytest.fixture
def ticket() -> Ticket:
    client = ClientFactory()
    ticket: Ticket = TicketFactory(client=client, requester=contact_of(client))
    ticket.assignee = agent_of(ticket.group)
    ticket.save()
    return ticket


def event(ticket: Ticket, kind: EventKind, **details: object) -> TicketEvent:
    return TicketEvent(ticket=Ticket.objects.get(pk=ticket.pk), kind=kind, actor=None, details=details)


@pytest.mark.parametrize(
    "kind", [EventKind.SLA_BREACHED, EventKind.SLA_AT_RISK, EventKind.REOPENED, EventKind.CLIENT_ANSWERED]
)
def test_when_the_assignee_has_left_the_leaders_are_told_and_then_the_administrators(
    ticket: Ticket, kind: EventKind
) -> None:
    boss = UserFactory(is_superuser=True)
    assert recipients.of(event(ticket, kind)) == [ticket.assignee]
    switch_off(ticket.assignee)
    assert recipients.of(event(ticket, kind)) == [boss]
    leader = agent_of(ticket.group, is_leader=True)
    assert recipients.of(event(ticket, kind)) == [leader]
    why = f"because {ticket.assignee}, the assignee, does not work here any more"
    assert why in " ".join(compose(event(ticket, kind, clock="resolution"), leader).lines)


def test_a_clients_word_on_a_ticket_of_somebody_who_left_reaches_the_leader(ticket: Ticket) -> None:
    leader = agent_of(ticket.group, is_leader=True)
    switch_off(ticket.assignee)
    said = {"side": Message.Side.CLIENT, "visibility": Message.Visibility.PUBLIC}
    assert recipients.of(event(ticket, EventKind.MESSAGE_POSTED, **said)) == [leader]


def test_somebody_of_the_client_who_has_left_it_is_not_written_to(ticket: Ticket) -> None:
    colleague = contact_of(ticket.client)
    ticket.participants.create(user=colleague)
    ticket.participants.create(email="outside@elsewhere.example")
    told = recipients.client_side(ticket, but=None)
    assert told == [ticket.requester, colleague, "outside@elsewhere.example"]
    Membership.objects.filter(user__in=[ticket.requester, colleague]).update(is_active=False)
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert recipients.client_side(ticket, but=None) == ["outside@elsewhere.example"]


def test_a_former_client_hears_people_but_no_machine(ticket: Ticket) -> None:
    Client.objects.filter(pk=ticket.client_id).update(is_active=False)
    assert recipients.of(event(ticket, EventKind.CLOSED, how="timeout")) == []
    said = event(ticket, EventKind.MESSAGE_POSTED, side="staff", visibility="public")
    said.actor = ticket.assignee
    assert recipients.of(said) == [ticket.requester]


def test_an_approval_that_nobody_of_the_group_can_give_reaches_the_administrators(ticket: Ticket) -> None:
    boss = UserFactory(is_superuser=True)
    asked = event(ticket, EventKind.APPROVAL_ASKED)
    assert recipients.of(asked) == [ticket.assignee]
    switch_off(ticket.assignee)
    assert recipients.of(asked) == [boss]


@pytest.fixture
def _in_june(time_machine: Any) -> None:
    time_machine.move_to(datetime(2026, 6, 3, 12, tzinfo=UTC))


@pytest.fixture
def contract(_in_june: None) -> Contract:
    """Nine of ten hours are used."""
    manager = UserFactory(is_account_manager=True, full_name="Grace Holm", email="grace@desk.example")
    contract = make_contract(ClientFactory(account_manager=manager))
    contact_of(contract.client, is_manager=True, email="boss@client.example")
    prepaid.purchase(contract, Decimal(10), by=None, note="Invoice 1")
    ticket = covered_ticket(contract)
    worker = agent_of(ticket.group)
    log_time(ticket, minutes=540, work_kind="remote", by=worker)
    return contract


def alerted() -> list[str]:
    OutgoingMail.objects.all().delete()
    alerts.sweep(timezone.now())
    return sorted(OutgoingMail.objects.values_list("to", flat=True))


def test_both_sides_are_told_of_hours(contract: Contract) -> None:
    assert alerted() == ["boss@client.example", "grace@desk.example"]


def test_nothing_is_told_of_the_hours_of_a_former_client(contract: Contract) -> None:
    Client.objects.update(is_active=False)
    assert alerted() == []


def test_when_the_account_manager_has_left_the_administrators_are_told_and_why(contract: Contract) -> None:
    UserFactory(is_superuser=True, email="root@desk.example")
    switch_off(contract.client.account_manager)
    assert alerted() == ["boss@client.example", "root@desk.example"]
    said = OutgoingMail.objects.get(to="root@desk.example").text
    assert "because Grace Holm, the account manager, does not work here any more" in said


def test_a_contract_whose_own_manager_has_left_falls_back_to_the_clients(contract: Contract) -> None:
    contract.account_manager = UserFactory(is_account_manager=True, is_active=False)
    assert contract.responsible_manager == contract.client.account_manager


@pytest.mark.usefixtures("_in_june")
def test_planned_terms_of_a_former_client_wait_and_say_why() -> None:
    agreement = agreed(ClientFactory(name="Old Mill"))
    change(agreement, [], name="Platinum", effective_on=JULY_1)
    Client.objects.update(is_active=False)
    assert versions.sweep(MIDNIGHT) == 0
    coming = versions.planned(stored(agreement))
    assert coming is not None
    assert versions.obstacle(stored(agreement), coming) == "Old Mill is not an active client any more."
    Client.objects.update(is_active=True)
    assert versions.sweep(MIDNIGHT) == 1


def test_groups_without_anybody_are_known() -> None:
    empty, full = TicketFactory().group, TicketFactory().group
    agent = agent_of(full)
    assert still_active.has_anybody([empty.pk, full.pk]) == {full.pk}
    switch_off(agent)
    assert still_active.has_anybody([empty.pk, full.pk]) == set()
