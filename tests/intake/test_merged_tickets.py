"""A word on a merged ticket goes to the one that goes on, by whatever channel."""

from __future__ import annotations

import pytest
from django.utils import timezone

from servicedesk.intake import client_reply
from servicedesk.intake.email import mail_processing
from servicedesk.mail.models import OutgoingMail, RawMail
from servicedesk.tickets import merged
from servicedesk.tickets.models import Message, Ticket
from servicedesk.tickets.statuses import Status
from tests.factories import ClientFactory, RequestTypeFactory, agent_of, contact_of, opened_by_door
from tests.mail.mails import raw_mail
from workflows import advance
from workflows.many_tickets import merging

pytestmark = pytest.mark.django_db


@pytest.fixture
def item():
    return RequestTypeFactory()


@pytest.fixture
def agent(item):
    return agent_of(item.service.group)


@pytest.fixture
def pair(item, agent):
    client = ClientFactory()
    ticket, target = (
        opened_by_door(request_type=item, client=client, requester=contact_of(client)) for _one in range(2)
    )
    merging.merge(ticket, target, by=agent)
    return ticket, target


def test_a_clients_word_goes_to_the_target(pair):
    ticket, target = pair
    word = client_reply.reply(ticket, author=ticket.requester, body="It is back")
    assert (word.ticket, word.outcome) == (target, "posted")
    assert target.messages.get(body="It is back").author == ticket.requester
    assert Ticket.objects.count() == 2


def test_it_answers_the_question_asked_there(pair, agent):
    ticket, target = pair
    advance.act(target, "classify", by=agent)
    advance.act(target, "accept", by=agent)
    advance.act(target, "ask_client", by=agent, question="Which phone?")
    assert client_reply.reply(ticket, author=ticket.requester, body="A54").outcome == "resumed"
    target.refresh_from_db()
    assert target.status == Status.UNDER_REVIEW


def test_a_stale_page_does_not_matter(pair):
    """The page was opened, and the ticket read, before the merge."""
    ticket, target = pair
    ticket.merged_into = None
    assert client_reply.reply(ticket, author=ticket.requester, body="It is back").ticket == target


def test_an_answer_to_a_former_mail_goes_to_the_target(pair):
    ticket, target = pair
    ours = OutgoingMail.objects.filter(ticket=ticket, kind="opened").latest("pk")
    raw = raw_mail(sender=ticket.requester.email, in_reply_to=ours.message_id, subject="Re: Mail is late")
    result = mail_processing.take(raw, received_at=timezone.now())
    assert (result.result, result.ticket) == (RawMail.Result.REPLY, target)


def test_so_does_a_mail_with_its_number(pair):
    ticket, target = pair
    raw = raw_mail(sender=ticket.requester.email, subject=f"Again [{ticket.reference}]")
    assert mail_processing.take(raw, received_at=timezone.now()).ticket == target


def test_after_the_merge_is_undone_words_stay_with_the_ticket(pair, agent):
    ticket, target = pair
    merging.unmerge(ticket, by=agent)
    assert client_reply.reply(ticket, author=ticket.requester, body="Mine alone").ticket == ticket
    assert not target.messages.filter(body="Mine alone").exists()


def test_those_who_followed_are_told_by_mail_where_it_goes_on(pair):
    ticket, target = pair
    mail = OutgoingMail.objects.get(kind="merged")
    assert mail.to == ticket.requester.email
    assert target.reference in mail.text
    assert not OutgoingMail.objects.filter(kind="took_in").exists()


def test_readers_of_the_target_read_the_public_words_of_both(pair, agent):
    ticket, target = pair
    note = Message.objects.create(ticket=ticket, author=agent, side="staff", visibility="internal", body="n")
    shown = merged.messages(target, target.requester)
    assert set(shown) == {ticket.messages.get(visibility="public"), target.messages.get()}
    assert note in merged.messages(target, agent)
    assert not merged.may_read(note, target.requester)
    assert merged.may_read(ticket.messages.get(visibility="public"), target.requester)


def test_a_strangers_group_keeps_the_notes_of_its_private_ticket(pair, agent, item):
    ticket, target = pair
    ticket.group.is_private = True
    ticket.group.save()
    elsewhere = agent_of(RequestTypeFactory().service.group)
    Ticket.objects.filter(pk=target.pk).update(group=elsewhere.support_groups.get())
    assert set(merged.messages(target, elsewhere)) == set(target.messages.all())
