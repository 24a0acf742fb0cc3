"""The screens of the rules: their list and order, one rule, the dry run, what groups say."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from servicedesk.people.models import Group, User
from servicedesk.tickets.models import AssignmentRule
from tests.factories import (
    ClientFactory,
    GroupFactory,
    RequestTypeFactory,
    ServiceFactory,
    TicketFactory,
    UserFactory,
    agent_of,
)

pytestmark = pytest.mark.django_db
LIST, NEW = reverse("assignment:rules"), reverse("assignment:new")
TRY, GROUPS = reverse("assignment:trial"), reverse("assignment:groups")


@pytest.fixture
def browser(db: None) -> Browser:
    browser = Browser()
    browser.force_login(UserFactory(is_superuser=True))
    return browser


def rule(name: str, position: int = 0, **fields: Any) -> AssignmentRule:
    made: AssignmentRule = AssignmentRule.objects.create(name=name, position=position, **fields)
    return made


def at(name: str, made: AssignmentRule) -> str:
    return reverse(f"assignment:{name}", args=[made.pk])


def order() -> list[str]:
    return list(AssignmentRule.objects.values_list("name", flat=True))


def test_the_list_says_each_rule_in_words(browser: Browser) -> None:
    service = ServiceFactory(name="Network")
    rule("First", service=service, client=ClientFactory(name="Acme"))
    rule("Second", 1, method="nobody")
    page = browser.get(LIST).content.decode()
    assert "If service Network, client Acme: round robin in the ticket&#x27;s group, if at work" in page
    assert "Any ticket: unassigned: it stays in the queue" in page.replace("\n", " ")


def test_an_empty_list_says_what_happens_without_rules(browser: Browser) -> None:
    assert "No rules yet" in browser.get(LIST).content.decode()


def test_a_rule_is_written_and_comes_last(browser: Browser) -> None:
    rule("First")
    given = {
        "name": "Second",
        "kind": "incident",
        "method": "least_loaded",
        "only_at_work": "on",
        "is_active": "on",
    }
    assert browser.post(NEW, given).status_code == 302
    made = AssignmentRule.objects.get(name="Second")
    assert (made.kind, made.method, made.is_active) == ("incident", "least_loaded", True)
    assert order() == ["First", "Second"]


def test_a_rule_that_could_never_give_a_ticket_is_refused(browser: Browser) -> None:
    item, other = RequestTypeFactory(), ServiceFactory()
    outsider = agent_of(GroupFactory())
    gone = agent_of(item.service.group, is_active=False)
    mistakes: list[tuple[dict[str, Any], str]] = [
        ({"method": "person"}, "Choose whom to assign the tickets to."),
        ({"method": "person", "person": outsider.pk, "group": item.service.group.pk}, "does not work in"),
        ({"method": "person", "person": gone.pk}, "valid choice"),
        ({"method": "nobody", "request_type": item.pk, "service": other.pk}, "belongs to the service"),
        ({"method": "nobody", "request_type": item.pk, "kind": "consultation"}, "is of another type"),
        (
            {"method": "nobody", "service": other.pk, "category": item.service.category.pk},
            "belongs to the topic",
        ),
        ({"method": "magic"}, "valid choice"),
    ]
    for given, words in mistakes:
        answer = browser.post(NEW, {"name": "Wrong"} | given)
        assert answer.status_code == 422, given
        assert words in answer.content.decode(), given
    assert not AssignmentRule.objects.exists()


def test_a_name_is_used_once(browser: Browser) -> None:
    rule("First")
    assert browser.post(NEW, {"name": "First", "method": "nobody"}).status_code == 422


def test_another_method_forgets_the_person(browser: Browser) -> None:
    made = rule("First", method="person", person=agent_of(GroupFactory()))
    browser.post(at("rule", made), {"name": "First", "method": "nobody", "person": made.person_id})
    made.refresh_from_db()
    assert made.person is None


def test_what_a_rule_names_stays_offered_when_it_is_archived(browser: Browser) -> None:
    service = ServiceFactory(name="Fax", is_archived=True)
    made = rule("First", service=service)
    assert "Fax" in browser.get(at("rule", made)).content.decode()
    assert "Fax" not in browser.get(NEW).content.decode()


def test_rules_move_one_place(browser: Browser) -> None:
    first, _second, third = (rule(name) for name in ("A", "B", "C"))  # all at position 0, as imported
    browser.post(at("move", third), {"to": "up"})
    assert order() == ["A", "C", "B"]
    browser.post(at("move", first), {"to": "down"})
    assert order() == ["C", "A", "B"]
    browser.post(at("move", third), {"to": "up"})
    assert order() == ["C", "A", "B"]


def test_a_dragged_order_keeps_what_it_does_not_know(browser: Browser) -> None:
    first, second, _third = (rule(name, place) for place, name in enumerate("ABC"))
    browser.post(reverse("assignment:order"), {"rule": [second.pk, first.pk, "x", "99999"]})
    assert order() == ["B", "A", "C"]


def test_a_rule_is_switched_off_and_on(browser: Browser) -> None:
    made = rule("First")
    for _ in range(2):  # a stale page presses again
        browser.post(at("switch", made), {"is_active": "off"})
        made.refresh_from_db()
        assert not made.is_active
    browser.post(at("switch", made), {"is_active": "on"})
    made.refresh_from_db()
    assert made.is_active


def test_a_copy_is_a_form_filled_in(browser: Browser) -> None:
    made = rule("First", client=ClientFactory(name="Acme"), last_assigned=UserFactory())
    page = browser.get(f"{NEW}?copy={made.pk}").content.decode()
    assert "First (copy)" in page
    assert AssignmentRule.objects.count() == 1
    given = {"name": "First (copy)", "method": "round_robin", "client": made.client_id}
    browser.post(f"{NEW}?copy={made.pk}", given)
    copied = AssignmentRule.objects.get(name="First (copy)")
    assert (copied.client, copied.last_assigned) == (made.client, None)
    assert order() == ["First", "First (copy)"]


def test_a_deleted_rule_can_be_put_back(browser: Browser) -> None:
    client, agent = ClientFactory(), agent_of(GroupFactory())
    rule("Before")
    made = rule(
        "First", 1, client=client, method="person", person=agent, last_assigned=agent, is_active=False
    )
    rule("After", 2)
    page = browser.post(at("remove", made), follow=True).content.decode()
    assert "“First” is deleted." in page
    assert order() == ["Before", "After"]
    browser.post(reverse("assignment:restore"))
    back = AssignmentRule.objects.get(name="First")
    assert (back.client, back.person, back.last_assigned, back.is_active) == (client, agent, agent, False)
    assert order() == ["Before", "First", "After"]
    assert "nothing to restore" in browser.post(reverse("assignment:restore"), follow=True).content.decode()


def test_what_cannot_be_put_back_says_why(browser: Browser) -> None:
    browser.post(at("remove", rule("First")))
    rule("First")
    page = browser.post(reverse("assignment:restore"), follow=True).content.decode()
    assert "It cannot be restored" in page
    assert order() == ["First"]


def test_a_dry_run_on_a_recent_ticket_says_who_and_why(browser: Browser) -> None:
    item = RequestTypeFactory()
    agent_of(item.service.group, full_name="Anna Berg")
    ticket = TicketFactory(service=item.service, request_type=item)
    rule("Others", client=ClientFactory())
    made = rule("Turn", 1)
    rule("Later", 2)
    with CaptureQueriesContext(connection) as sent:
        page = browser.get(TRY, {"ticket": ticket.pk}).content.decode()
    assert not [one for one in sent if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert "Anna Berg would get it" in page
    assert "“Turn”: the only one at work" in page
    assert "does not match: client" in page
    assert "would match, but comes later" in page
    made.refresh_from_db()
    assert made.last_assigned is None


def test_a_dry_run_on_a_ticket_that_does_not_exist_yet(browser: Browser) -> None:
    item = RequestTypeFactory()
    client = ClientFactory()
    page = browser.get(TRY, {"client": client.pk, "request_type": item.pk}).content.decode()
    assert "No rule matches, and the group has no default assignee." in page
    rule("Theirs", client=client)
    page = browser.get(TRY, {"client": client.pk, "service": item.service.pk}).content.decode()
    assert "It would stay unassigned" in page
    assert f"{item.service.group} has no agents" in page


def test_a_dry_run_needs_something_to_try(browser: Browser) -> None:
    assert browser.get(TRY).status_code == 200
    answer = browser.get(TRY, {"ticket": ""})
    assert answer.status_code == 422
    assert "Choose a ticket, a request type or a service." in answer.content.decode()
    assert browser.get(TRY, {"ticket": "999999"}).status_code == 422


def test_a_group_says_its_default_and_whether_the_first_answer_counts(browser: Browser) -> None:
    group = GroupFactory()
    agent, outsider = agent_of(group), agent_of(GroupFactory())
    assert browser.post(GROUPS, {"group": group.pk, "default_assignee": outsider.pk}).status_code == 422
    assert browser.post(GROUPS, {"group": group.pk, "default_assignee": agent.pk}).status_code == 302
    stored = Group.objects.get(pk=group.pk)
    assert (stored.default_assignee, stored.first_answer_assigns) == (agent, False)
    assert browser.post(GROUPS, {"group": "x"}).status_code == 404


@pytest.mark.parametrize("path", [LIST, NEW, TRY, GROUPS])
def test_only_administrators_get_in(path: str) -> None:
    leader = agent_of(GroupFactory(), is_leader=True)
    for person in (leader, UserFactory(is_account_manager=True), UserFactory()):
        browser = Browser()
        browser.force_login(person)
        assert browser.get(path).status_code == 404
        assert browser.post(path, {"name": "x", "method": "nobody"}).status_code in {404, 405}
    assert not AssignmentRule.objects.exists()


@pytest.mark.parametrize("path", [LIST, GROUPS, TRY])
def test_the_pages_cost_the_same_whatever_their_length(browser: Browser, path: str) -> None:
    def fill() -> User:
        group = GroupFactory()
        agent = agent_of(group)
        place = AssignmentRule.objects.count()
        item = RequestTypeFactory(service__group=group)
        rule(f"Rule {place}", place, service=item.service, group=group, method="person", person=agent)
        return agent

    def statements() -> int:
        with CaptureQueriesContext(connection) as sent:
            assert browser.get(path).status_code == 200
        return len(sent)

    fill()
    few = statements()
    for _ in range(6):
        fill()
    assert statements() == few <= 14
