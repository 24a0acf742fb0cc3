"""Who gets a ticket by rule, and what the history says about it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from catalog.models import RequestType
from servicedesk.people.models import Absence, Group, User
from servicedesk.tickets import assignment
from servicedesk.tickets.assignment import Why
from servicedesk.tickets.models import AssignmentRule
from servicedesk.tickets.statuses import Status
from tests.factories import (
    ClientFactory,
    RequestTypeFactory,
    ServiceFactory,
    TicketFactory,
    UserFactory,
    agent_of,
)
from tests.tickets.assigning import give, history, rule, ticket_of

MONDAY_10 = datetime(2026, 1, 5, 10, tzinfo=UTC)
DAYS_OFF = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 1, 9)}
MORNINGS = {"mon": ["06:00-09:00"]}
Method = AssignmentRule.Method

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday(settings: Any) -> Any:
    settings.TICKET_EVENT_HANDLERS = []
    with time_machine.travel(MONDAY_10, tick=False):
        yield


@pytest.fixture
def item(db: None) -> RequestType:
    return RequestTypeFactory()


@pytest.fixture
def group(item: RequestType) -> Group:
    return item.service.group


@pytest.fixture
def three(group: Group) -> list[User]:
    return [agent_of(group, full_name=name) for name in ("Anna Berg", "Boris Lem", "Clara Diaz")]


def test_without_rules_and_defaults_the_ticket_waits_and_costs_one_statement(item: RequestType) -> None:
    ticket = ticket_of(item)
    assert ticket.group
    with CaptureQueriesContext(connection) as statements, transaction.atomic():
        assert assignment.give(ticket) is None
    assert len([one for one in statements if "SELECT" in one["sql"]]) == 1
    assert not ticket.events.exists()


def test_rules_are_asked_in_their_order_and_only_those_that_are_on(
    item: RequestType, three: list[User]
) -> None:
    rule(name="Off", position=0, is_active=False, method=Method.PERSON, person=three[2])
    rule(name="Late", position=2, method=Method.PERSON, person=three[1])
    rule(name="Early", position=1, method=Method.PERSON, person=three[0])
    ticket = ticket_of(item)
    choice = give(ticket)
    assert choice
    assert choice.rule
    assert choice.rule.name == "Early"
    assert ticket.assignee == three[0]
    assert ticket.status == Status.NEW


@pytest.mark.parametrize("name", ["kind", "category", "service", "request_type", "client", "group"])
def test_each_condition_can_keep_a_rule_off(name: str, item: RequestType, three: list[User]) -> None:
    other = RequestTypeFactory()
    own = ticket_of(item)
    values = {
        "kind": ("incident", "service_request"),
        "category": (item.service.category, other.service.category),
        "service": (item.service, other.service),
        "request_type": (item, other),
        "client": (own.client, ClientFactory()),
        "group": (item.service.group, other.service.group),
    }
    fitting, foreign = values[name]
    assert list(assignment.differences(rule(**{name: foreign}), own)) == [name]
    assert assignment.fits(rule(**{name: fitting}), own)


def test_a_topic_fits_no_ticket_without_service(item: RequestType) -> None:
    ticket = TicketFactory(service=None, group=item.service.group)
    assert not assignment.fits(rule(category=item.service.category), ticket)


def test_a_named_person_gets_it(item: RequestType, three: list[User]) -> None:
    rule(name="To Boris", method=Method.PERSON, person=three[1])
    ticket = ticket_of(item)
    give(ticket)
    assert history(ticket) == "Assigned to Boris Lem by “To Boris”: named by the rule"


@pytest.mark.parametrize(
    ("spoil", "why", "words"),
    [
        ("left", Why.LEFT, "Boris Lem has left"),
        ("elsewhere", Why.ELSEWHERE, "Boris Lem does not work in"),
        ("away", Why.NOT_AT_WORK, "Boris Lem is not at work"),
        ("off hours", Why.NOT_AT_WORK, "Boris Lem is not at work"),
    ],
)
def test_a_named_person_who_cannot_leaves_it_in_the_queue(
    item: RequestType, three: list[User], spoil: str, why: Why, words: str
) -> None:
    boris = three[1]
    if spoil == "left":
        User.objects.filter(pk=boris.pk).update(is_active=False)
    elif spoil == "elsewhere":
        boris.group_memberships.all().delete()
    elif spoil == "away":
        Absence.objects.create(user=boris, **DAYS_OFF)
    else:
        User.objects.filter(pk=boris.pk).update(working_week=MORNINGS)
    rule(name="To Boris", method=Method.PERSON, person=boris)
    ticket = ticket_of(item)
    choice = give(ticket)
    assert choice
    assert choice.why == why
    assert ticket.assignee is None
    assert history(ticket).startswith("Unassigned by “To Boris”: " + words)


def test_a_rule_may_ask_nothing_about_working_hours(item: RequestType, three: list[User]) -> None:
    Absence.objects.create(user=three[1], **DAYS_OFF)
    rule(method=Method.PERSON, person=three[1], only_at_work=False)
    ticket = ticket_of(item)
    give(ticket)
    assert ticket.assignee == three[1]


def test_in_turn_goes_by_name_and_begins_again(item: RequestType, three: list[User]) -> None:
    rule(name="Turn")
    got = []
    for _ in range(4):
        ticket = ticket_of(item)
        give(ticket)
        got.append(ticket.assignee)
    assert got == [*three, three[0]]
    assert history(ticket) == "Assigned to Anna Berg by “Turn”: round robin (at work: 3)"


def test_who_is_not_at_work_is_passed_over_and_keeps_no_place(item: RequestType, three: list[User]) -> None:
    Absence.objects.create(user=three[1], **DAYS_OFF)
    rule(last_assigned=three[0])
    first, second = ticket_of(item), ticket_of(item)
    give(first)
    give(second)
    assert [first.assignee, second.assignee] == [three[2], three[0]]


def test_the_turn_goes_on_after_somebody_who_has_left(item: RequestType, three: list[User]) -> None:
    rule(last_assigned=three[1])
    User.objects.filter(pk=three[1].pk).update(is_active=False)
    ticket = ticket_of(item)
    give(ticket)
    assert ticket.assignee == three[2]


def test_each_rule_has_a_turn_of_its_own(item: RequestType, three: list[User]) -> None:
    other = ClientFactory()
    rule(name="Theirs", client=other)
    rule(name="All", position=1)
    for client in (other, ClientFactory()):
        ticket = ticket_of(item, client=client)
        give(ticket)
        assert ticket.assignee == three[0]


def test_whoever_has_the_fewest_open_tickets_gets_it(item: RequestType, three: list[User]) -> None:
    for person, count in zip(three, (2, 1, 1), strict=True):
        for _ in range(count):
            ticket_of(item, assignee=person, status=Status.IN_PROGRESS)
    for status in (Status.CLOSED, Status.CANCELLED, Status.RESOLVED):
        ticket_of(item, assignee=three[1], status=status)  # nothing to do about these
    rule(name="Load", method=Method.LEAST_LOADED)
    ticket = ticket_of(item)
    give(ticket)
    assert ticket.assignee == three[1]  # before Clara by name
    assert history(ticket) == "Assigned to Boris Lem by “Load”: least busy (at work: 3, open tickets: 1)"


@pytest.mark.parametrize("method", [Method.ROUND_ROBIN, Method.LEAST_LOADED])
def test_nobody_at_work_leaves_it_in_the_queue(method: str, item: RequestType, three: list[User]) -> None:
    User.objects.update(working_week=MORNINGS)
    made = rule(name="Turn", method=method, last_assigned=three[0])
    ticket = ticket_of(item)
    give(ticket)
    assert ticket.assignee is None
    assert history(ticket) == f"Unassigned by “Turn”: nobody of {ticket.group} is at work"
    made.refresh_from_db()
    assert made.last_assigned == three[0]


@pytest.mark.parametrize("method", [Method.ROUND_ROBIN, Method.LEAST_LOADED])
def test_one_person_is_no_choice(method: str, item: RequestType, group: Group) -> None:
    agent_of(group, full_name="Anna Berg")
    rule(name="Rule", method=method)
    ticket = ticket_of(item)
    give(ticket)
    assert history(ticket) == "Assigned to Anna Berg by “Rule”: the only one at work"


def test_a_group_without_agents_says_so(item: RequestType) -> None:
    rule(name="Turn")
    ticket = ticket_of(item)
    give(ticket)
    assert history(ticket) == f"Unassigned by “Turn”: {ticket.group} has no agents"


def test_a_rule_can_keep_tickets_in_the_queue(item: RequestType, group: Group, three: list[User]) -> None:
    Group.objects.filter(pk=group.pk).update(default_assignee=three[0])
    rule(name="By hand", method=Method.NOBODY)
    ticket = ticket_of(item)
    give(ticket)
    assert ticket.assignee is None
    assert history(ticket) == "Unassigned by “By hand”: the rule assigns nobody"


def test_without_a_fitting_rule_the_default_of_the_group_gets_it(
    item: RequestType, group: Group, three: list[User]
) -> None:
    Group.objects.filter(pk=group.pk).update(default_assignee=three[2])
    User.objects.update(working_week=MORNINGS)  # at night too, for it waits for them then
    rule(service=ServiceFactory())
    ticket = ticket_of(item)
    give(ticket)
    assert ticket.assignee == three[2]
    assert history(ticket) == f"Assigned to Clara Diaz: the default assignee of {group}"


def test_a_default_assignee_who_is_away_gets_nothing(
    item: RequestType, group: Group, three: list[User]
) -> None:
    Group.objects.filter(pk=group.pk).update(default_assignee=three[2])
    Absence.objects.create(user=three[2], **DAYS_OFF)
    ticket = ticket_of(item)
    give(ticket)
    assert ticket.assignee is None
    assert history(ticket) == "Unassigned: Clara Diaz is not at work"


def test_a_rule_may_name_the_default_assignee(item: RequestType, group: Group, three: list[User]) -> None:
    rule(name="Default", method=Method.DEFAULT)
    ticket = ticket_of(item)
    give(ticket)
    assert history(ticket) == f"Unassigned by “Default”: {group} has no default assignee"


def test_an_administrator_can_be_named_without_being_of_the_group(item: RequestType) -> None:
    admin = UserFactory(is_superuser=True)
    rule(method=Method.PERSON, person=admin)
    ticket = ticket_of(item)
    give(ticket)
    assert ticket.assignee == admin


@pytest.mark.parametrize("method", [Method.ROUND_ROBIN, Method.LEAST_LOADED])
def test_the_choice_costs_the_same_for_a_large_group(
    method: str, item: RequestType, three: list[User]
) -> None:
    rule(method=method)

    def statements() -> int:
        ticket = ticket_of(item)
        with CaptureQueriesContext(connection) as sent:
            assignment.choose(ticket, MONDAY_10)
        return len(sent)

    few = statements()
    for _ in range(10):
        ticket_of(item, assignee=agent_of(item.service.group))
    assert statements() == few <= 4
