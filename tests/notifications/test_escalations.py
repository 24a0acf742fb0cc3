"""Escalations told by mail: one or a digest, once, in quiet hours later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from servicedesk.desk.history import event_sentence
from servicedesk.desk.history.event_names import names_of
from servicedesk.mail.models import OutgoingMail
from servicedesk.notifications.escalations import DIGEST, KIND, send_waiting
from servicedesk.people.models import User
from servicedesk.tickets.models import EventKind, Ticket
from sla.models import Calendar, Escalation, EscalationNotice, Policy
from sla.sweep.clock_sweep import sweep
from tests.factories import ClientFactory, GroupFactory, agent_of
from tests.sla.conftest import LONG_AGO, calendar, opened, policy
from tests.sla.escalation.escalating import at_work, give, leader_of, level, policy_with
from tests.sla.example_calendars import moscow
from tests.sla.life import resolve

pytestmark = pytest.mark.django_db
__all__ = ["LONG_AGO", "calendar", "opened", "policy"]  # fixtures of the clocks' own tests
Opener = Callable[..., Ticket]


@pytest.fixture(autouse=True)
def _handlers(settings: Any) -> None:
    settings.TICKET_EVENT_HANDLERS = [
        "sla.clocks.lifecycle.on_ticket_event",
        "servicedesk.notifications.handlers.on_ticket_event",
    ]


@pytest.fixture
def halves(calendar: Calendar, policy: Policy) -> Policy:
    return policy_with(level("50%", "assignee"))


def late(opened: Opener, *levels: dict[str, Any], **fields: Any) -> tuple[Ticket, User]:
    ticket = at_work(opened, *levels, **fields)
    agent = give(ticket)
    OutgoingMail.objects.all().delete()
    return ticket, agent


def mails() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.order_by("pk"))


def sweep_and_tell(moment: str) -> int:
    sweep(moscow(moment))
    return send_waiting(moscow(moment))


def test_nothing_waiting_costs_one_statement(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert send_waiting(moscow("03-02 12:00")) == 0


def test_one_escalation_is_a_mail_about_its_ticket(opened: Opener) -> None:
    client = ClientFactory(name="Halden Freight")
    ticket, agent = late(opened, level("50%", "assignee"), client=client)
    assert [sweep_and_tell("03-02 12:00"), sweep_and_tell("03-02 12:01")] == [1, 0]
    [mail] = mails()
    assert (mail.to, mail.kind, mail.ticket) == (agent.email, KIND, ticket)
    assert ticket.reference in mail.subject
    for words in ("Halden Freight", "Resolution", "50% of the time used", "2h left of 4h", "/desk/"):
        assert words in mail.text, words
    assert EscalationNotice.objects.get().sent_at == moscow("03-02 12:00")


def test_several_are_one_digest_with_a_row_each(opened: Opener, halves: Policy) -> None:
    tickets = [at_work(opened, policy=halves) for _ in range(3)]
    agent = give(tickets[0])
    for ticket in tickets[1:]:
        give(ticket, agent)
    OutgoingMail.objects.all().delete()
    assert sweep_and_tell("03-02 12:00") == 1
    [mail] = mails()
    assert (mail.kind, mail.ticket) == (DIGEST, None)
    assert "3 escalated deadlines" in mail.subject
    for ticket in tickets:
        assert ticket.reference in mail.text
        assert f"/desk/tickets/{ticket.pk}/" in mail.html


def test_a_digest_costs_the_same_whatever_its_length(
    opened: Opener, halves: Policy, django_assert_max_num_queries: Any
) -> None:
    tickets = [at_work(opened, policy=halves) for _ in range(6)]
    agent = give(tickets[0])
    for ticket in tickets[1:]:
        give(ticket, agent)
    sweep(moscow("03-02 12:00"))
    with django_assert_max_num_queries(11):
        send_waiting(moscow("03-02 12:00"))


def test_it_is_written_in_the_language_of_its_reader(opened: Opener) -> None:
    ticket = at_work(opened, level("50%", "assignee"))
    agent = give(ticket)
    agent.language = "ru"
    agent.save()
    sweep_and_tell("03-02 12:00")
    assert mails()[-1].language == "ru"


def test_quiet_hours_end_with_the_next_opening(opened: Opener) -> None:
    late(opened, level("50%", "assignee"))
    assert sweep_and_tell("03-02 20:00") == 0
    assert send_waiting(moscow("03-03 08:59")) == 0
    assert send_waiting(moscow("03-03 09:00")) == 1


def test_a_mail_that_waited_says_how_things_stand_now(opened: Opener) -> None:
    ticket, _agent = late(opened, level("50%", "assignee"))
    sweep_and_tell("03-02 20:00")
    resolve(ticket, "03-02 21:00")
    send_waiting(moscow("03-03 09:00"))
    assert "resolved" in mails()[-1].text.lower()


def test_somebody_who_left_meanwhile_is_not_told_and_that_is_kept(opened: Opener) -> None:
    _ticket, agent = late(opened, level("50%", "assignee"))
    sweep(moscow("03-02 12:00"))
    User.objects.filter(pk=agent.pk).update(is_active=False)
    assert send_waiting(moscow("03-02 12:00")) == 0
    assert mails() == []
    assert not EscalationNotice.objects.exists()
    assert Escalation.objects.get().actions["not_told"] == [agent.pk]


def test_when_all_who_were_to_be_told_have_left_the_leaders_are_told_and_why(opened: Opener) -> None:
    ticket, agent = late(opened, level("50%", "assignee"))
    leader = leader_of(ticket.group)
    sweep(moscow("03-02 12:00"))
    User.objects.filter(pk=agent.pk).update(is_active=False)
    send_waiting(moscow("03-02 12:00"))
    assert send_waiting(moscow("03-02 12:01")) == 1
    assert [mail.to for mail in mails()] == [leader.email]
    assert "fallback: the leaders of the group" in mails()[0].text


def test_a_ticket_is_not_passed_to_a_group_in_which_nobody_is_active(opened: Opener) -> None:
    empty = GroupFactory(name="Night shift")
    User.objects.filter(pk=agent_of(empty).pk).update(is_active=False)
    ticket, _agent = late(opened, level("50%", reassign_to=empty.pk))
    leader, former = leader_of(ticket.group), ticket.group_id
    assert sweep_and_tell("03-02 12:00") == 1
    ticket.refresh_from_db()
    assert ticket.group_id == former
    assert [mail.to for mail in mails()] == [leader.email]
    event = ticket.events.get(kind=EventKind.SLA_ESCALATED)
    said = event_sentence.sentence(event, names_of([event]))
    assert "not reassigned to Night shift: no active members" in said


def test_a_breach_and_a_level_that_tells_the_same_person_are_one_mail(opened: Opener) -> None:
    _ticket, agent = late(opened, level("0", "assignee"))
    sweep_and_tell("03-02 14:01")
    assert [(mail.to, mail.kind) for mail in mails()] == [(agent.email, KIND)]


def test_a_breach_is_still_told_to_those_whom_the_level_leaves_out(opened: Opener) -> None:
    ticket, agent = late(opened, level("0", "leaders"))
    leader = leader_of(ticket.group)
    sweep_and_tell("03-02 14:01")
    assert {(mail.to, mail.kind) for mail in mails()} == {
        (agent.email, "sla_breached"),
        (leader.email, KIND),
    }


def test_why_somebody_else_is_told_is_said(opened: Opener) -> None:
    ticket = at_work(opened, level("50%", "second_line"))
    leader_of(ticket.group)
    OutgoingMail.objects.all().delete()
    sweep_and_tell("03-02 12:00")
    assert "fallback: " in mails()[0].text


def test_words_from_outside_are_escaped(opened: Opener, halves: Policy) -> None:
    tickets = [at_work(opened, policy=halves, subject="<b>Late</b>") for _ in range(2)]
    give(tickets[1], give(tickets[0]))
    OutgoingMail.objects.all().delete()
    sweep_and_tell("03-02 12:00")
    assert "<b>Late" not in mails()[0].html
