"""A held mail on the desk: seen by the person in whose name it came, decided by one click."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from servicedesk.intake import client_reply
from servicedesk.intake.email import mail_processing
from servicedesk.mail.guards import reply_tokens
from servicedesk.mail.models import OutgoingMail, RawMail
from servicedesk.people.models import User
from servicedesk.tickets import conversation
from servicedesk.tickets.models import Message, Participant, Ticket
from tests.desk.conftest import MONDAY_9, Cast, accepted, signed_in
from tests.mail.mails import raw_mail

SECRET = "The relay is on a trial plan; do not promise a time before the vendor confirms."


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return accepted(cast.ticket(), cast.marta)


def held(cast: Cast, ticket: Ticket, text: str = "We look at it.", **headers: str) -> RawMail:
    raw = raw_mail(sender=cast.marta.email, subject=f"Re: [{ticket.reference}]", text=text, **headers)
    assert mail_processing.take(raw, received_at=MONDAY_9).result == "held"
    return RawMail.objects.latest("pk")


def page(person: User, row: RawMail) -> Any:
    return signed_in(person).get(reverse("desk:raw-mail-one", args=[row.pk]))


def decide(person: User, row: RawMail, choice: str, **data: str) -> Any:
    seen = page(person, row)
    form = (seen.context or {}).get("review") if seen.status_code == 200 else None
    mark = form.recipients.mark if form else ""
    address = reverse("desk:raw-mail-review", args=[row.pk])
    return signed_in(person).post(address, {"choice": choice, "audience": mark} | data)


def test_it_waits_among_what_needs_a_look_for_its_person_and_administrators(cast, ticket):
    row = held(cast, ticket)
    for person, is_there in [(cast.marta, True), (cast.admin, True), (cast.oleg, False)]:
        listed = signed_in(person).get(reverse("desk:raw-mail")).content.decode()
        assert (reverse("desk:raw-mail-one", args=[row.pk]) in listed) == is_there
        assert page(person, row).status_code == (200 if is_there else 404)
    assert page(cast.account_manager, row).status_code == 404
    assert page(cast.helen, row).status_code == 404


def test_its_page_says_why_and_offers_three_ways(cast, ticket):
    text = page(cast.marta, held(cast, ticket)).content.decode()
    assert "It could not be verified that this agent wrote it." in text
    for words in (
        "Did you write this?",
        "Helen Marsh",
        "Send to the client",
        "Save as internal note",
        "Discard",
    ):
        assert words in text
    assert "Reprocess" not in text


def test_an_administrator_may_only_discard_it(cast, ticket):
    row = held(cast, ticket)
    text = page(cast.admin, row).content.decode()
    assert "Send to the client" not in text
    assert decide(cast.admin, row, "publish").status_code == 409
    assert decide(cast.admin, row, "note").status_code == 409
    assert decide(cast.oleg, row, "publish").status_code == 404
    assert ticket.messages.count() == 1
    assert decide(cast.admin, row, "discard").status_code == 302
    row.refresh_from_db()
    assert row.result == "ignored"


@pytest.mark.parametrize(("choice", "visibility"), [("publish", "public"), ("note", "internal")])
def test_one_click_posts_it_once_however_often_it_is_sent(cast, ticket, choice, visibility):
    row = held(cast, ticket)
    first = decide(cast.marta, row, choice)
    assert first["Location"] == reverse("desk:ticket", args=[ticket.pk])
    again = decide(cast.marta, row, "publish", audience="whatever")
    assert again.status_code == 302
    message = ticket.messages.get(body="We look at it.")
    assert (message.author, message.visibility) == (cast.marta, visibility)
    told = OutgoingMail.objects.filter(to=cast.helen.email, text__contains="We look at it.").count()
    assert told == (1 if choice == "publish" else 0)


def test_discarding_posts_nothing(cast, ticket):
    row = held(cast, ticket)
    assert decide(cast.marta, row, "discard")["Location"] == reverse("desk:raw-mail")
    assert decide(cast.marta, row, "publish").status_code == 302
    assert ticket.messages.count() == 1


@pytest.mark.parametrize("data", [{"choice": ""}, {"choice": "PUBLISH"}, {"choice": "x"}, {}])
def test_no_choice_decides_nothing(cast, ticket, data):
    row = held(cast, ticket)
    answer = signed_in(cast.marta).post(reverse("desk:raw-mail-review", args=[row.pk]), data)
    assert answer.status_code == 422
    row.refresh_from_db()
    assert row.is_held


def test_a_get_decides_nothing(cast, ticket):
    row = held(cast, ticket)
    address = reverse("desk:raw-mail-review", args=[row.pk])
    assert signed_in(cast.marta).get(address, {"choice": "publish"}).status_code == 405
    page(cast.marta, row)
    row.refresh_from_db()
    assert row.is_held


def test_changed_recipients_stop_it_once(cast, ticket):
    row = held(cast, ticket)
    seen = page(cast.marta, row).context["review"].recipients.mark
    Participant.objects.create(ticket=ticket, email="press@elsewhere.example")
    stopped = decide(cast.marta, row, "publish", audience=seen)
    assert stopped.status_code == 409
    assert "press@elsewhere.example" in stopped.content.decode()
    assert ticket.messages.count() == 1
    assert decide(cast.marta, row, "publish").status_code == 302


def test_hidden_words_are_refused_with_a_sentence(cast, ticket):
    conversation.post(ticket, author=cast.oleg, body=SECRET, visibility=Message.Visibility.INTERNAL)
    row = held(cast, ticket, SECRET)
    refused = decide(cast.marta, row, "publish")
    assert refused.status_code == 409
    assert "not visible to the client" in refused.content.decode()
    assert decide(cast.marta, row, "note").status_code == 302


def test_tokens_of_others_are_masked_wherever_a_mail_is_shown(cast, ticket, settings):
    settings.MAIL_REPLY_ADDRESS = "desk@quayside.example"
    client_reply.reply(ticket, author=cast.helen, body="Is there news?")
    notice = OutgoingMail.objects.get(to=cast.marta.email, kind="message_posted")
    token = reply_tokens.of(notice)
    raw = raw_mail(
        sender=cast.marta.email,
        text=f"Yes.\n\nOn Monday desk+{token}@quayside.example wrote:\n> Is there news?",
        To=f"desk+{token.upper()}@quayside.example",
        In_Reply_To=notice.message_id,
    )
    assert mail_processing.take(raw, received_at=MONDAY_9).result == "reply"
    shown = page(cast.oleg, RawMail.objects.get()).content.decode().lower()
    assert f"desk+{token.rpartition('-')[0]}-…@quayside.example" in shown
    assert token not in shown
    posted = ticket.messages.latest("pk")
    assert token not in f"{posted.body} {posted.quoted}"


def test_a_mail_of_an_agent_without_right_is_read_by_themselves_only(cast, ticket):
    ivo = User.objects.create_user("ivo@quayside.example", full_name="Ivo", is_agent=True)
    raw = raw_mail(sender=ivo.email, subject=f"[{ticket.reference}]")
    mail_processing.take(raw, received_at=MONDAY_9)
    row = RawMail.objects.get()
    assert [page(one, row).status_code for one in (ivo, cast.admin, cast.marta)] == [200, 200, 404]
