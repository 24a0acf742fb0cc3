"""The page of one ticket: what it shows, to whom, and in how many statements."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.models import Kind
from servicedesk.people.models import User
from servicedesk.tickets import conversation
from servicedesk.tickets.models import Message, Participant, Ticket
from tests.desk.conftest import MONDAY_9, Cast, accepted, signed_in
from tests.desk.ticket.pages import get, page, post, step
from tests.factories import GroupFactory, RequestTypeFactory, agent_of
from workflows import advance

MOST_STATEMENTS = 34


def names(response: Any) -> list[str]:
    return [step.action.name for step in response.context["steps"]]


def test_the_buttons_are_the_possible_actions_and_nothing_else(cast: Cast) -> None:
    ticket = cast.ticket()
    response = get(cast.marta, ticket)
    possible = [action.name for action in advance.possible(ticket, cast.marta)]
    assert names(response) == possible == ["classify", "correct_type", "cancel"]
    accepted(ticket, cast.marta)
    assert "resolve" in names(get(cast.marta, ticket))
    assert names(get(cast.oleg, ticket)) == []


def test_the_page_tells_facts_contract_and_answers_in_the_readers_language(cast: Cast) -> None:
    form = [{"key": "who", "label": "For whom?", "translations": {"ru": "Для кого?"}, "kind": "text"}]
    item = RequestTypeFactory(service=cast.item.service, kind=Kind.SERVICE_REQUEST, form=form)
    ticket = cast.ticket(request_type=item, answers={"who": "Robin Lee"})
    text = page(cast.marta, ticket)
    assert "Helen Marsh" in text
    assert "Gold Brightwater Clinics" in text
    assert "Robin Lee" in text
    User.objects.filter(pk=cast.marta.pk).update(language="ru")
    assert "Для кого?" in page(cast.marta, ticket)


def test_events_are_told_as_sentences_with_what_changed(cast: Cast) -> None:
    ticket = cast.ticket()
    step(cast.marta, "classify", ticket, urgency=1, impact=2)
    text = page(cast.marta, ticket)
    assert "<b>Marta Vidal</b> classified: P2 (was P3), urgency High (was Medium)" in text


def test_a_handed_over_ticket_names_both_people(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    step(cast.marta, "reassign", ticket, assignee=cast.oleg.pk)
    assert "<b>Marta Vidal</b> reassigned the ticket to Oleg Orlov" in page(cast.oleg, ticket)


@pytest.mark.parametrize(
    ("tab", "seen", "unseen"),
    [
        ("", {"public words", "internal words", "accepted the ticket"}, set()),
        ("?tab=client", {"public words"}, {"internal words", "accepted the ticket"}),
        ("?tab=internal", {"internal words"}, {"public words", "accepted the ticket"}),
        ("?tab=history", {"accepted the ticket", "wrote an internal note"}, {"public words"}),
        ("?tab=files", {"No files yet"}, {"public words"}),
        ("?tab=time", {"No time logged yet"}, {"public words"}),
        ("?tab=nonsense", {"public words", "internal words"}, set()),
    ],
)
def test_each_tab_shows_its_part(cast: Cast, tab: str, seen: set[str], unseen: set[str]) -> None:
    ticket = accepted(cast.ticket(body="The first words"), cast.marta)
    conversation.post(ticket, author=cast.marta, body="public words")
    conversation.post(ticket, author=cast.oleg, body="internal words", visibility=Message.Visibility.INTERNAL)
    text = page(cast.marta, ticket, tab)
    assert {words for words in seen | unseen if words in text} == seen


def test_why_a_deadline_is_when_it_is_comes_as_a_fragment_or_as_a_page(cast: Cast) -> None:
    ticket = cast.ticket()
    url = reverse("desk:ticket-clock", args=[ticket.pk, "resolution"])
    assert url in page(cast.marta, ticket)
    with time_machine.travel(MONDAY_9 + timedelta(hours=2), tick=False):
        fragment = signed_in(cast.marta).get(url, headers={"HX-Request": "true"}).content.decode()
        whole = signed_in(cast.marta).get(url).content.decode()
    assert "8h − 2h" in fragment
    assert "<html" not in fragment
    assert "<html" in whole
    assert signed_in(cast.marta).get(url.replace("resolution", "lunch")).status_code == 404


def test_links_to_tickets_one_may_not_see_are_not_shown(cast: Cast) -> None:
    hidden = GroupFactory(is_private=True)
    secret = cast.ticket(subject="Secret matter")
    Ticket.objects.filter(pk=secret.pk).update(group=hidden)
    ticket = cast.ticket()
    Ticket.objects.filter(pk=ticket.pk).update(follows=secret)
    assert secret.reference not in page(cast.marta, ticket)
    assert secret.reference in page(cast.admin, ticket)


@pytest.mark.parametrize("name", ["ticket", "ticket-reply", "ticket-note", "ticket-personal", "ticket-time"])
def test_a_client_finds_nothing_at_the_desk(cast: Cast, name: str) -> None:
    ticket = cast.ticket()
    url = reverse(f"desk:{name}", args=[ticket.pk])
    browser = signed_in(cast.helen)
    response = browser.get(url) if name == "ticket" else browser.post(url, {"body": "Let me in"})
    assert response.status_code == 404
    assert browser.post(reverse("desk:ticket-step", args=[ticket.pk, "accept"])).status_code == 404
    assert browser.get(reverse("desk:ticket-clock", args=[ticket.pk, "resolution"])).status_code == 404
    assert not ticket.messages.filter(body="Let me in").exists()


def test_another_private_groups_ticket_is_not_found(cast: Cast) -> None:
    ticket = cast.ticket()
    Ticket.objects.filter(pk=ticket.pk).update(group=GroupFactory(is_private=True))
    assert get(cast.marta, ticket).status_code == 404
    assert post(cast.marta, "note", ticket, body="Hello").status_code == 404


def test_who_only_reads_gets_no_box_for_writing_and_is_refused_by_name(cast: Cast) -> None:
    ticket = cast.ticket()
    stranger = agent_of(GroupFactory())
    for reader in (cast.account_manager, stranger):
        response = get(reader, ticket)
        assert (response.context["composer"], response.context["time_form"]) == (None, None)
        for name in ("reply", "note", "personal", "time"):
            assert post(reader, name, ticket, body="Hello").status_code == 409
    assert ticket.messages.count() == 1


def test_looking_at_the_page_writes_nothing(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    # PostgreSQL reads the choices of a field through a cursor it declares.
    assert {sql.split()[0] for sql in statements_of(cast.marta, ticket)} <= {"SELECT", "DECLARE"}


def statements_of(person: User, ticket: Ticket) -> list[str]:
    browser, url = signed_in(person), reverse("desk:ticket", args=[ticket.pk])
    with CaptureQueriesContext(connection) as statements:
        assert browser.get(url).status_code == 200
    return [statement["sql"] for statement in statements]


def test_as_many_statements_for_fifty_messages_as_for_five(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    Participant.objects.create(ticket=ticket, user=cast.admin)
    _talk(cast, ticket, 5)
    few = statements_of(cast.marta, ticket)
    _talk(cast, ticket, 45)
    many = statements_of(cast.marta, ticket)
    assert len(many) == len(few) <= MOST_STATEMENTS, json.dumps(many, indent=1)


def _talk(cast: Cast, ticket: Ticket, turns: int) -> None:
    for number in range(turns):
        author = (cast.marta, cast.oleg, cast.helen)[number % 3]
        with time_machine.travel(timezone.now() + timedelta(minutes=number), tick=False):
            conversation.post(ticket, author=author, body=f"Turn {number}")
