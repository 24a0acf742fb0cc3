"""Merging on the desk and in the portal: look first, do it, read it woven, undo it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from servicedesk.people.models import User
from servicedesk.tickets import conversation
from servicedesk.tickets.attachments import Upload
from servicedesk.tickets.models import Attachment, Message, Ticket
from servicedesk.tickets.statuses import Status
from tests.desk.conftest import Cast, accepted, signed_in
from tests.desk.ticket.pages import get, page, post
from tests.factories import GroupFactory, agent_of, contact_of, opened_by_door
from workflows.many_tickets import merging

INTERNAL = Message.Visibility.INTERNAL


@pytest.fixture
def robin(cast: Cast) -> User:
    return contact_of(cast.company, full_name="Robin Lee")


@pytest.fixture
def pair(cast: Cast, robin: User) -> tuple[Ticket, Ticket]:
    """Robin's ticket, and Helen's that it will go into."""
    return cast.ticket(requester=robin, subject="No scans"), cast.ticket(subject="Scanner is down")


def look(person: User, ticket: Ticket, **query: Any) -> Any:
    return signed_in(person).get(reverse("desk:ticket-merge", args=[ticket.pk]), query)


def portal(person: User, ticket: Ticket) -> Any:
    return signed_in(person).get(reverse("portal:request", args=[ticket.pk]))


def test_both_are_shown_side_by_side_before_anything_happens(cast: Cast, pair: Any) -> None:
    ticket, target = pair
    response = look(cast.marta, ticket, other=target.pk)
    preview = response.context["preview"]
    assert (preview.ticket.ticket, preview.target.ticket, preview.refusal) == (ticket, target, "")
    assert (preview.newcomers, preview.readers) == (["Robin Lee"], ["Helen Marsh"])
    assert f"Merge {ticket.reference} into {target.reference}" in response.content.decode()
    ticket.refresh_from_db()
    assert ticket.status == Status.NEW


def test_the_preview_says_what_stands_against_it_and_has_no_button_then(cast: Cast, pair: Any) -> None:
    ticket, _target = pair
    foreign = opened_by_door(request_type=cast.item)
    text = look(cast.marta, ticket, q=foreign.reference).content.decode()
    assert "belongs to another client" in text
    assert "What will happen" not in text


def test_only_tickets_that_the_merge_would_take_are_offered(cast: Cast, pair: Any, robin: User) -> None:
    ticket, target = pair
    mine = cast.ticket(requester=robin, subject="No scans since noon")
    # Marta sees the ticket of another group, and does not work on it.
    elsewhere = cast.ticket(requester=robin, subject="No scans upstairs")
    Ticket.objects.filter(pk=elsewhere.pk).update(group=GroupFactory())
    assert elsewhere in Ticket.objects.visible_to(cast.marta)
    assert look(cast.marta, ticket).context["form"].found == [mine]
    assert set(look(cast.marta, ticket, q="scan").context["form"].found) == {mine, target}


def test_many_newer_tickets_that_it_would_refuse_hide_none(cast: Cast, pair: Any, robin: User) -> None:
    ticket, _target = pair
    mine = cast.ticket(requester=robin, subject="No scans since noon")
    newer = [cast.ticket(requester=robin, subject=f"No scans on floor {floor}").pk for floor in range(9)]
    Ticket.objects.filter(pk__in=newer).update(group=GroupFactory())
    assert look(cast.marta, ticket).context["form"].found == [mine]


def test_it_is_done_by_its_button_and_leads_to_the_target(cast: Cast, pair: Any) -> None:
    ticket, target = pair
    response = post(cast.marta, "merge", ticket, other=target.pk)
    assert response["Location"] == reverse("desk:ticket", args=[target.pk])
    assert ticket.merged_into == target


def test_a_stale_preview_is_answered_with_what_happened(cast: Cast, pair: Any) -> None:
    ticket, target = pair
    merging.merge(ticket, target, by=cast.oleg)
    response = post(cast.marta, "merge", ticket, other=target.pk)
    assert response.status_code == 409
    assert f"{ticket.reference} is merged into {target.reference} already." in response.content.decode()


def test_only_those_who_work_on_it_may_look_or_merge(cast: Cast, pair: Any) -> None:
    ticket, target = pair
    stranger = agent_of(GroupFactory())
    assert look(stranger, ticket).status_code == 409
    assert post(stranger, "merge", ticket, other=target.pk).status_code == 409
    assert look(cast.helen, ticket).status_code == 404
    accepted(ticket, cast.oleg)
    assert "Oleg Orlov has accepted" in look(cast.marta, ticket, other=target.pk).content.decode()


def test_the_conversation_of_the_target_has_both_with_their_origin(cast: Cast, pair: Any) -> None:
    ticket, target = pair
    conversation.post(ticket, author=cast.marta, body="Looks like the relay.", visibility=INTERNAL)
    merging.merge(ticket, target, by=cast.marta)
    turns = [turn for turn in get(cast.marta, target).context["conversation"].turns if turn.message]
    assert {(turn.origin, turn.message.visibility) for turn in turns} == {
        (ticket.reference, "public"), ("", "public"), (ticket.reference, "internal"),
    }  # fmt: skip
    assert "Looks like the relay." not in portal(cast.helen, target).content.decode()


def test_clients_of_both_read_both_and_open_their_files(cast: Cast, pair: Any, robin: User) -> None:
    ticket, target = pair
    log = Upload("log.txt", "text/plain", b"relay")
    conversation.post(ticket, author=robin, body="From Robin", files=[log])
    conversation.post(target, author=cast.helen, body="From Helen", files=[log])
    merging.merge(ticket, target, by=cast.marta)
    for person in (robin, cast.helen):
        text = portal(person, target).content.decode()
        assert "From Robin" in text
        assert "From Helen" in text
        assert f"from {ticket.reference}" in text
        for file in Attachment.objects.all():
            assert signed_in(person).get(reverse("attachment", args=[file.pk])).status_code == 200
    stranger = contact_of(cast.company)
    for file in Attachment.objects.all():
        assert signed_in(stranger).get(reverse("attachment", args=[file.pk])).status_code == 404


def test_the_merged_request_leads_to_the_target_and_takes_no_new_words(
    cast: Cast, pair: Any, robin: User
) -> None:
    ticket, target = pair
    merging.merge(ticket, target, by=cast.marta)
    text = portal(robin, ticket).content.decode()
    assert reverse("portal:request", args=[target.pk]) in text
    assert reverse("portal:request-reply", args=[ticket.pk]) not in text
    sent = signed_in(robin).post(
        reverse("portal:request-reply", args=[ticket.pk]), {"body": "From an old page", "key": "k"}
    )
    assert sent["Location"] == reverse("portal:request", args=[target.pk])
    assert target.messages.get(body="From an old page").author == robin


def test_a_note_of_the_merged_ticket_is_not_quoted_to_the_client(cast: Cast, pair: Any) -> None:
    ticket, target = pair
    note = "The client has not paid since March, be careful with promises."
    conversation.post(ticket, author=cast.marta, body=note, visibility=INTERNAL)
    merging.merge(ticket, target, by=cast.marta)
    mark = get(cast.marta, target).context["composer"].reply.recipients.mark
    response = post(cast.marta, "reply", target, body=f"Hello\n> {note}", audience=mark)
    assert response.status_code == 422


def test_the_page_of_the_merged_ticket_says_so_and_undoes_it(cast: Cast, pair: Any) -> None:
    ticket, target = pair
    merging.merge(ticket, target, by=cast.marta)
    assert f"Merged into {target.reference} Scanner is down" in page(cast.marta, ticket)
    assert [one.ticket for one in get(cast.marta, target).context["related"].took_in] == [ticket]
    assert post(cast.marta, "unmerge", ticket).status_code == 302
    assert (ticket.merged_into, ticket.status) == (None, Status.UNDER_REVIEW)
    assert post(cast.marta, "unmerge", ticket).status_code == 409
    turns = get(cast.marta, target).context["conversation"].turns
    assert f"undid the merge of {ticket.reference}" in [turn.text for turn in turns]


def test_who_works_elsewhere_undoes_nothing(cast: Cast, pair: Any) -> None:
    ticket, target = pair
    merging.merge(ticket, target, by=cast.marta)
    stranger = agent_of(GroupFactory())
    assert not get(stranger, ticket).context["related"].may_unmerge
    assert post(stranger, "unmerge", ticket).status_code == 409
    assert ticket.merged_into == target


def test_as_many_statements_for_ten_merged_tickets_as_for_one(cast: Cast) -> None:
    target = cast.ticket()

    def statements(person: User, name: str) -> int:
        browser, url = signed_in(person), reverse(name, args=[target.pk])
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(url).status_code == 200
        return len(captured)

    def both() -> tuple[int, int]:
        return statements(cast.marta, "desk:ticket"), statements(cast.helen, "portal:request")

    merging.merge(cast.ticket(), target, by=cast.marta)
    few = both()
    for _number in range(9):
        merging.merge(cast.ticket(), target, by=cast.marta)
    assert both() == few
