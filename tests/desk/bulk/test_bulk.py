"""Words for many tickets: who gets them is seen before, what became of each after."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from servicedesk.people.models import User
from servicedesk.tickets import conversation, linking
from servicedesk.tickets.models import Message, Ticket, TicketLink
from servicedesk.tickets.statuses import Status
from tests.desk.conftest import Cast, accepted, signed_in
from tests.desk.ticket.pages import get, page, step
from tests.factories import (
    ClientFactory,
    GroupFactory,
    RequestTypeFactory,
    agent_of,
    contact_of,
    opened_by_door,
)
from workflows import advance

ANSWER = reverse("desk:answer-many")


@pytest.fixture
def parent(cast: Cast) -> Ticket:
    return accepted(cast.ticket(subject="The mail server is down"), cast.marta)


@pytest.fixture
def parts(cast: Cast, parent: Ticket) -> list[Ticket]:
    """Two tickets of two other companies."""
    return [part_of(cast, parent) for _number in range(2)]


def part_of(cast: Cast, parent: Ticket, **fields: Any) -> Ticket:
    company = ClientFactory()
    values = {"request_type": cast.item, "client": company, "requester": contact_of(company)}
    part = opened_by_door(**(values | fields))
    linking.link(part, parent, TicketLink.Kind.CHILD_OF, by=cast.marta)
    return part


def keys(*tickets: Ticket) -> list[str]:
    return [str(ticket.pk) for ticket in tickets]


def of_parts(person: User, verb: str, parent: Ticket, **data: Any) -> Any:
    address = reverse(f"desk:parts-{verb}", args=[parent.pk])
    browser = signed_in(person)
    return browser.post(address, data, follow=True) if data else browser.get(address)


def test_the_queue_leads_to_the_marked_tickets(cast: Cast) -> None:
    ticket = cast.ticket()
    text = signed_in(cast.marta).get(reverse("desk:queue")).content.decode()
    assert f'name="t" value="{ticket.pk}"' in text
    assert f'action="{ANSWER}"' in text
    text = signed_in(cast.account_manager).get(reverse("desk:queue")).content.decode()
    assert 'name="t"' not in text


def test_who_gets_it_and_who_not_is_shown_before(cast: Cast) -> None:
    mine, over = cast.ticket(), cast.ticket()
    advance.act(over, "cancel", by=cast.marta, reason="Not wanted")
    foreign = opened_by_door()
    hidden = opened_by_door()
    Ticket.objects.filter(pk=hidden.pk).update(group=GroupFactory(is_private=True))
    response = signed_in(cast.marta).get(ANSWER, {"t": [*keys(mine, over, foreign, hidden), "x", "9" * 40]})
    assert list(response.context["form"].offered) == [mine]
    assert response.context["apart"] == [over, foreign]


def test_without_a_ticket_the_page_says_how_to_mark_one(cast: Cast) -> None:
    assert "Select tickets in the queue" in signed_in(cast.marta).get(ANSWER).content.decode()


def test_each_marked_ticket_is_answered_and_the_result_says_so(cast: Cast) -> None:
    one, other = cast.ticket(), opened_by_door(request_type=cast.item)
    foreign = opened_by_door()
    data = {"t": keys(one, other, foreign), "body": "We are at it.", "key": "k"}
    response = signed_in(cast.marta).post(ANSWER, data, follow=True)
    result = response.context["result"]
    assert {ticket.pk for ticket in result.done} == {one.pk, other.pk}
    assert [ticket for ticket, _sentence in result.refused] == [foreign]
    assert "You do not have permission to do this with this ticket." in response.content.decode()
    for ticket in (one, other):
        assert ticket.messages.latest("pk").body == "We are at it."
    assert foreign.messages.count() == 1


def test_a_double_click_answers_once(cast: Cast) -> None:
    ticket, browser = cast.ticket(), signed_in(cast.marta)
    data = {"t": keys(ticket), "body": "We are at it.", "key": "k"}
    browser.post(ANSWER, data)
    result = browser.post(ANSWER, data, follow=True).context["result"]
    assert (result.done, result.before) == ([], [ticket])
    assert ticket.messages.filter(body="We are at it.").count() == 1


def test_the_same_form_with_other_words_is_another_answer(cast: Cast) -> None:
    ticket, browser = cast.ticket(), signed_in(cast.marta)
    for body in ("We are at it.", "It is done."):
        browser.post(ANSWER, {"t": keys(ticket), "body": body, "key": "k"})
    assert ticket.messages.filter(body__in=["We are at it.", "It is done."]).count() == 2


def test_nothing_is_sent_without_words_or_tickets(cast: Cast) -> None:
    ticket = cast.ticket()
    for data in ({"t": keys(ticket), "body": " "}, {"body": "Words"}):
        response = signed_in(cast.marta).post(ANSWER, data)
        assert response.status_code == 422
    assert ticket.messages.count() == 1


def test_a_note_of_any_of_them_is_not_quoted_to_all(cast: Cast) -> None:
    one, other = cast.ticket(), opened_by_door(request_type=cast.item)
    note = "The client has not paid since March, be careful with promises."
    conversation.post(other, author=cast.oleg, body=note, visibility=Message.Visibility.INTERNAL)
    response = signed_in(cast.marta).post(ANSWER, {"t": keys(one, other), "body": note})
    assert response.status_code == 422
    assert one.messages.count() == 1


def test_another_persons_result_is_not_found(cast: Cast) -> None:
    sent = signed_in(cast.marta).post(ANSWER, {"t": keys(cast.ticket()), "body": "Words", "key": "k"})
    assert signed_in(cast.oleg).get(sent["Location"]).status_code == 404


def test_all_parts_are_answered_from_the_page_of_the_whole(
    cast: Cast, parent: Ticket, parts: list[Ticket]
) -> None:
    assert reverse("desk:parts-answer", args=[parent.pk]) in page(cast.marta, parent)
    response = of_parts(cast.marta, "answer", parent, t=keys(*parts), body="Soon.", key="k")
    assert response.context["result"].done == parts
    assert not parent.messages.filter(body="Soon.").exists()


def test_parts_are_resolved_with_the_words_of_the_whole(
    cast: Cast, parent: Ticket, parts: list[Ticket]
) -> None:
    waiting = part_of(
        cast, parent, request_type=RequestTypeFactory(service=cast.item.service, kind="service_request",
                                                      approvals=[{"who": "group_leader"}]),
    )  # fmt: skip
    step(cast.marta, "resolve", parent, solution="The server is up")
    assert "3 parts of this ticket are still open." in page(cast.marta, parent)
    form = of_parts(cast.marta, "resolve", parent).context["form"]
    assert (list(form.offered), form.initial["solution"]) == ([*parts, waiting], "The server is up")
    response = of_parts(
        cast.marta, "resolve", parent, t=keys(*parts, waiting), solution="The server is up", key="k"
    )
    result = response.context["result"]
    assert (result.done, [ticket for ticket, _sentence in result.refused]) == (parts, [waiting])
    assert "It waits for an approval first." in response.content.decode()


def test_the_whole_and_its_parts_are_resolved_in_one_step(
    cast: Cast, parent: Ticket, parts: list[Ticket]
) -> None:
    assert "Resolve its 2 open parts too" in page(cast.marta, parent)
    step(cast.marta, "resolve", parent, solution="The server is up", with_parts="on")
    statuses = Ticket.objects.values_list("status", flat=True)
    assert list(statuses) == [Status.RESOLVED] * 3


def test_parts_wait_while_the_solution_is_checked(cast: Cast, parent: Ticket, parts: list[Ticket]) -> None:
    Ticket.objects.filter(pk=parent.pk).update(catalog_snapshot={"needs_verification": True})
    step(cast.marta, "resolve", parent, solution="The server is up", with_parts="on")
    assert (parent.status, Ticket.objects.filter(status=Status.RESOLVED).count()) == (Status.VERIFICATION, 0)


def test_without_parts_nothing_of_it_is_offered(cast: Cast, parent: Ticket) -> None:
    form = next(one.form for one in get(cast.marta, parent).context["steps"] if one.action.name == "resolve")
    assert "with_parts" not in form.fields
    assert "No part is open" in of_parts(cast.marta, "resolve", parent).content.decode()


def test_only_whoever_holds_the_whole_speaks_for_its_parts(
    cast: Cast, parent: Ticket, parts: list[Ticket]
) -> None:
    for person, status in ((cast.oleg, 409), (agent_of(GroupFactory()), 409), (cast.helen, 404)):
        for verb in ("answer", "resolve"):
            data = {"t": keys(*parts), "body": "Words", "solution": "Words"}
            assert of_parts(person, verb, parent).status_code == status
            assert of_parts(person, verb, parent, **data).status_code == status
    assert [part.messages.count() for part in parts] == [1, 1]


def test_the_preview_costs_the_same_for_forty_as_for_two(cast: Cast) -> None:
    def statements(tickets: list[Ticket]) -> int:
        browser = signed_in(cast.marta)
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(ANSWER, {"t": keys(*tickets)}).status_code == 200
        return len(captured)

    few = [opened_by_door(request_type=cast.item) for _number in range(2)]
    many = few + [opened_by_door(request_type=cast.item) for _number in range(38)]
    assert statements(few) == statements(many)
