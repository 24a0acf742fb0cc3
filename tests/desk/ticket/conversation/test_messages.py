"""What is written on a ticket, and who reads it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from servicedesk.intake import client_reply
from servicedesk.mail.models import OutgoingMail
from servicedesk.people.models import Group
from servicedesk.tickets import conversation
from servicedesk.tickets.models import Message, Participant
from servicedesk.tickets.statuses import Status
from tests.desk.conftest import Cast, accepted, signed_in
from tests.desk.ticket.pages import get, page, post, reply
from tests.factories import GroupFactory, agent_of
from workflows import advance
from workflows.engine import timers

SECRET = "The relay is on a trial plan; do not promise a time before the vendor confirms."


def mailed(words: str) -> set[str]:
    return set(OutgoingMail.objects.filter(text__contains=words).values_list("to", flat=True))


def test_a_reply_goes_to_those_who_are_named(cast: Cast) -> None:
    ticket = accepted(cast.ticket(copy_to=["boss@brightwater.example"]), cast.marta)
    text = page(cast.marta, ticket)
    assert "Send to Helen + 1" in text
    assert "boss@brightwater.example" in text
    response = reply(cast.marta, ticket, "We look at it.")
    message = ticket.messages.get(body="We look at it.")
    assert response["Location"].endswith(f"#message-{message.pk}")
    assert message.visibility == Message.Visibility.PUBLIC
    assert mailed("We look at it.") == {cast.helen.email, "boss@brightwater.example"}


def test_changed_recipients_stop_a_reply_once_and_keep_its_text(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    seen = get(cast.marta, ticket).context["composer"].reply.recipients.mark
    Participant.objects.create(ticket=ticket, email="press@elsewhere.example")
    response = post(cast.marta, "reply", ticket, body="Between us", audience=seen)
    text = response.content.decode()
    assert response.status_code == 409
    assert "Between us" in text
    assert "press@elsewhere.example" in text
    assert mailed("Between us") == set()
    assert not ticket.messages.filter(body="Between us").exists()
    marked = response.context["composer"].reply["audience"].value()
    assert post(cast.marta, "reply", ticket, body="Between us", audience=marked).status_code == 302


@pytest.mark.parametrize("mark", ["", "0" * 20])
def test_a_reply_without_the_right_mark_is_not_sent(cast: Cast, mark: str) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    assert post(cast.marta, "reply", ticket, body="Hello", audience=mark).status_code == 409
    assert not ticket.messages.filter(body="Hello").exists()


def test_a_note_never_reaches_the_client(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    post(cast.oleg, "note", ticket, body=SECRET, visibility="public")
    assert ticket.messages.get(body=SECRET).visibility == Message.Visibility.INTERNAL
    portal = signed_in(cast.helen).get(reverse("portal:request", args=[ticket.pk])).content.decode()
    assert SECRET not in portal
    assert mailed("trial plan") == {cast.marta.email}
    assert SECRET in page(cast.marta, ticket)


def test_a_note_is_not_quoted_to_the_client(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    post(cast.oleg, "note", ticket, body=SECRET)
    quoted = "> " + SECRET.replace("; ", ";\n> ")
    for body in (SECRET, f"As we wrote:\n{quoted}\nRegards"):
        response = reply(cast.marta, ticket, body)
        assert response.status_code == 422
        assert "not visible to the client" in response.content.decode()
    assert reply(cast.marta, ticket, "The relay is slow today.").status_code == 302


def test_a_personal_message_is_for_two(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    words = "Worth a call from you"
    post(cast.oleg, "personal", ticket, body=words, addressee=cast.marta.pk)
    assert words in page(cast.marta, ticket)
    assert words in page(cast.oleg, ticket)
    assert words not in page(cast.admin, ticket)
    assert "wrote a personal message" not in page(cast.admin, ticket, "?tab=history")
    assert mailed(words) == {cast.marta.email}


def test_a_personal_message_needs_a_colleague_who_sees_the_ticket(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    Group.objects.filter(pk=cast.item.service.group.pk).update(is_private=True)
    for person in (cast.helen, cast.marta, agent_of(GroupFactory())):
        response = post(cast.marta, "personal", ticket, body="Psst", addressee=person.pk)
        assert response.status_code == 422
        assert "Psst" in response.content.decode()
    assert post(cast.marta, "personal", ticket, body="Psst", addressee=cast.oleg.pk).status_code == 302


@pytest.mark.parametrize("name", ["reply", "note"])
def test_a_program_is_refused_and_the_text_stays(cast: Cast, name: str) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    program = SimpleUploadedFile("run.bat", b"x")
    response = post(cast.marta, name, ticket, body="My words", uploads=program)
    text = response.content.decode()
    assert response.status_code == 422
    assert "My words" in text
    assert "run.bat" in text
    assert response.context["composer"].mode == name
    assert ticket.messages.count() == 1


def test_nothing_written_is_asked_for_and_a_file_alone_will_do(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    assert post(cast.marta, "note", ticket, body="  ").status_code == 422
    post(cast.marta, "note", ticket, body="", uploads=SimpleUploadedFile("log.txt", b"relay"))
    assert "log.txt" in page(cast.marta, ticket, "?tab=files")


def test_what_a_mail_quoted_is_folded(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    client_reply.reply(ticket, author=cast.helen, body="Thanks", quoted="> We look at it.")
    assert "<summary" in page(cast.marta, ticket).split("Quoted text")[0].rsplit("<details", 1)[1]


def test_a_reply_to_a_resolved_ticket_gives_the_client_the_full_time_again(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    advance.act(ticket, "resolve", by=cast.marta, solution="The limit is lifted.")
    resolved_at = timezone.now()
    with time_machine.travel(resolved_at + timedelta(days=4), tick=False):
        reply(cast.marta, ticket, "One more hint.")
    with time_machine.travel(resolved_at + timedelta(days=8), tick=False):
        timers.fire_due(timezone.now())
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED
    with time_machine.travel(resolved_at + timedelta(days=12), tick=False):
        timers.fire_due(timezone.now())
    ticket.refresh_from_db()
    assert ticket.status == Status.CLOSED


def test_words_are_shown_as_words_not_as_markup(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    conversation.post(ticket, author=cast.helen, body="<script>alert(1)</script>")
    assert "<script>alert(1)" not in page(cast.marta, ticket)
