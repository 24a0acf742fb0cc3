"""Acting on a page that is not true any more: what happened meanwhile is said, and no word is lost."""

from __future__ import annotations

import re
from typing import Any

from servicedesk.tickets import conversation
from servicedesk.tickets.models import AssignmentRule, Message
from servicedesk.tickets.statuses import Status
from tests.desk.conftest import Cast, accepted, signed_in
from tests.desk.ticket.pages import get, page, step
from workflows import advance


def seen_on(text: str) -> int:
    return int(re.findall(r'name="seen" value="(\d+)"', text)[0])


def told(response: Any) -> list[str]:
    return [f"{turn.actor} {turn.text}".strip() for turn in response.context["meanwhile"]]


def test_the_page_says_what_happened_since_it_was_made(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    seen = seen_on(page(cast.marta, ticket))
    advance.act(ticket, "take_over", by=cast.admin)
    advance.act(ticket, "resolve", by=cast.admin, solution="The limit is lifted.")
    response = step(cast.marta, "resolve", ticket, solution="My own words", seen=seen)
    assert response.status_code == 409
    assert told(response)[0] == "Ada Min took the ticket over from Marta Vidal"
    assert "Ada Min resolved the ticket" in told(response)
    assert "Ada Min has accepted this ticket already." in response.content.decode()
    assert "My own words" in response.content.decode()


def test_what_the_page_knew_is_not_repeated(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    seen = seen_on(page(cast.marta, ticket))
    response = step(cast.oleg, "accept", ticket, seen=seen)
    assert response.status_code == 409
    assert told(response) == []


def test_a_page_without_the_mark_still_gets_its_answer(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    for seen in ("", "x", "9" * 40, "²"):
        assert step(cast.oleg, "accept", ticket, seen=seen).status_code == 409


def test_personal_messages_of_others_are_not_told(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    seen = seen_on(page(cast.marta, ticket))
    conversation.post(
        ticket,
        author=cast.marta,
        body="For you",
        visibility=Message.Visibility.PERSONAL,
        addressee=cast.admin,
    )
    assert told(step(cast.oleg, "accept", ticket, seen=seen)) == []


def test_words_of_an_incomplete_form_come_back_when_the_step_is_gone(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    advance.act(ticket, "resolve", by=cast.marta, solution="Done")
    response = step(cast.marta, "reassign", ticket, assignee=10**9, reason="Too deep for us")
    assert response.status_code == 409
    assert "Too deep for us" in response.content.decode()


def test_what_a_rule_gave_stands_in_one_persons_folder_and_in_no_other_queue(cast: Cast) -> None:
    AssignmentRule.objects.create(name="To Oleg", method="person", person=cast.oleg)
    ticket = cast.ticket()
    advance.act(ticket, "classify", by=cast.marta)
    assert ticket.status == Status.UNDER_REVIEW

    def numbers(person: Any, folder: str) -> list[int]:
        context = signed_in(person).get(f"/desk/?folder={folder}").context
        return [one.pk for one in context["page"].object_list]

    assert numbers(cast.oleg, "new") == [ticket.pk]
    assert numbers(cast.marta, "new") == []
    assert numbers(cast.marta, "unassigned") == []
    names = [one.action.name for one in get(cast.marta, ticket).context["steps"]]
    assert "accept" not in names
    assert "accept" in [one.action.name for one in get(cast.oleg, ticket).context["steps"]]
    response = step(cast.marta, "accept", ticket)
    assert (response.status_code, ticket.assignee) == (409, cast.oleg)
    assert "This ticket was assigned to Oleg Orlov." in response.content.decode()
