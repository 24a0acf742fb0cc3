"""Whatever the desk writes and the client reads repeats nothing that the client must not read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contracts.hours import estimates
from contracts.time import entries
from servicedesk.intake import splitting
from servicedesk.people.models import User
from servicedesk.tickets import conversation
from servicedesk.tickets.errors import QuotesHidden
from servicedesk.tickets.models import Message, Ticket
from tests.factories import RequestTypeFactory, agent_of, opened_by_door
from workflows import advance

pytestmark = pytest.mark.django_db
HIDDEN = "Не обещайте ему ещё ничего: поставщик пока не подтвердил замену реле."
Visibility = Message.Visibility


@pytest.fixture
def agent() -> User:
    return agent_of(RequestTypeFactory().service.group)


@pytest.fixture
def ticket(agent: User) -> Ticket:
    """At work, with a note for colleagues."""
    item = RequestTypeFactory(service__group=agent.group_memberships.get().group)
    ticket = opened_by_door(request_type=item)
    advance.act(ticket, "classify", by=agent)
    advance.act(ticket, "accept", by=agent)
    conversation.post(ticket, author=agent, body=HIDDEN, visibility=Visibility.INTERNAL)
    return ticket


def split(ticket: Ticket, by: User, subject: str, body: str) -> Any:
    message = ticket.messages.earliest("pk")
    wanted = splitting.Split(key="k", subject=subject, body=body, request_type=ticket.request_type)
    return splitting.split(ticket, message, wanted, by=by)


WRITTEN: dict[str, Callable[[Ticket, User, str], Any]] = {
    "answer": lambda ticket, by, words: conversation.post(ticket, author=by, body=words),
    "question": lambda ticket, by, words: advance.act(ticket, "ask_client", by=by, question=words),
    "solution": lambda ticket, by, words: advance.act(
        ticket, "resolve", by=by, solution=words, cause="other"
    ),
    "cancel": lambda ticket, by, words: advance.act(ticket, "cancel", by=by, reason=words),
    "time": lambda ticket, by, words: entries.log_time(
        ticket, by=by, minutes=5, work_kind="remote", note=words
    ),
    "estimate": lambda ticket, by, words: estimates.offer(ticket, 1, by=by, note=words),  # type: ignore[arg-type]
    "split subject": lambda ticket, by, words: split(ticket, by, words, "Text"),
    "split text": lambda ticket, by, words: split(ticket, by, "Subject", words),
    "approval": lambda ticket, by, words: advance.act(ticket, "approve", by=by, comment=words),
    "rejection": lambda ticket, by, words: advance.act(ticket, "reject", by=by, reason=words),
}


@pytest.mark.parametrize("write", WRITTEN.values(), ids=WRITTEN.keys())
@pytest.mark.parametrize(
    "spelled", [HIDDEN, HIDDEN.upper().replace("Ё", "Е"), f"> {HIDDEN[:50]}\u00ad{HIDDEN[50:]}"]
)
def test_every_door_refuses_it(write: Callable[..., Any], spelled: str, ticket: Ticket, agent: User) -> None:
    with pytest.raises(QuotesHidden):
        write(ticket, agent, f"Hello!\n{spelled}")


def test_the_client_may_say_it_and_colleagues_too(ticket: Ticket, agent: User) -> None:
    conversation.post(ticket, author=agent, body=HIDDEN, visibility=Visibility.INTERNAL)
    entry = entries.log_time(ticket, by=agent, minutes=5, work_kind="remote", internal_note=HIDDEN)
    assert entry.internal_note == HIDDEN
    conversation.post(ticket, author=ticket.requester, body=HIDDEN)
    said = conversation.post(ticket, author=agent, body=HIDDEN, visibility=Visibility.PUBLIC)  # no secret now
    assert said.body == HIDDEN
