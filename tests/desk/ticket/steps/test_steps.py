"""Steps of the process, taken at the page."""

from __future__ import annotations

import time_machine

from servicedesk.intake import client_reply
from servicedesk.people.models import GroupMembership
from servicedesk.tickets.models import EventKind
from servicedesk.tickets.statuses import Status
from tests.desk.conftest import Cast, accepted
from tests.desk.ticket.pages import get, page, step
from tests.factories import GroupFactory, ServiceFactory, agent_of


def test_from_a_new_ticket_to_a_resolved_one(cast: Cast) -> None:
    ticket = cast.ticket()
    assert step(cast.marta, "classify", ticket, urgency=1, impact=1).status_code == 302
    assert (ticket.status, ticket.priority) == (Status.UNDER_REVIEW, 1)
    step(cast.marta, "accept", ticket)
    assert (ticket.status, ticket.assignee) == (Status.IN_PROGRESS, cast.marta)
    step(cast.marta, "ask_client", ticket, question="Which phone is it?")
    assert ticket.status == Status.WAITING_CLIENT
    client_reply.reply(ticket, author=cast.helen, body="A54")
    ticket.refresh_from_db()
    step(cast.marta, "resume", ticket)
    assert ticket.status == Status.IN_PROGRESS
    step(cast.marta, "resolve", ticket, solution="The limit is lifted.")
    assert (ticket.status, ticket.solution) == (Status.RESOLVED, "The limit is lifted.")
    assert "The limit is lifted." in page(cast.marta, ticket)


def test_the_second_to_accept_is_told_who_was_first(cast: Cast) -> None:
    ticket = cast.ticket()
    step(cast.marta, "classify", ticket, urgency=2, impact=2)
    step(cast.marta, "accept", ticket)
    response = step(cast.oleg, "accept", ticket)
    assert response.status_code == 409
    assert "Marta Vidal has accepted this ticket already." in response.content.decode()
    assert ticket.assignee == cast.marta


def test_a_stale_step_is_refused_and_gives_the_words_back(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    step(cast.marta, "resolve", ticket, solution="First words")
    response = step(cast.marta, "ask_client", ticket, question="Which phone is it?")
    assert response.status_code == 409
    assert "This step is no longer open." in response.content.decode()
    assert "Which phone is it?" in response.content.decode()
    assert ticket.messages.filter(body="Which phone is it?").count() == 0


def test_a_missing_field_opens_the_dialog_again_and_keeps_the_others(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    other = GroupFactory(name="Networks")
    expert = agent_of(other, full_name="Eva Stone")
    response = step(cast.marta, "reassign", ticket, group=other.pk, assignee=expert.pk)
    text = response.content.decode()
    assert response.status_code == 422
    assert "Say why another group should do it." in text
    assert 'id="step-reassign" popover aria-labelledby="step-reassign-title" data-open' in text
    assert f'<option value="{expert.pk}" selected' in text
    assert ticket.status == Status.IN_PROGRESS


def test_an_unknown_step_is_not_found(cast: Cast) -> None:
    assert step(cast.marta, "explode", cast.ticket()).status_code == 404


def test_a_task_number_that_is_none_is_no_accident(cast: Cast) -> None:
    ticket = cast.ticket()
    assert step(cast.marta, "classify", ticket, urgency=2, impact=2, task="999999").status_code == 409
    assert step(cast.marta, "classify", ticket, urgency=2, impact=2, task="x").status_code == 302


def test_only_active_members_of_the_group_can_be_chosen(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    outsider = agent_of(GroupFactory())
    gone = agent_of(cast.item.service.group, is_active=False)
    steps = get(cast.marta, ticket).context["steps"]
    form = next(one.form for one in steps if one.action.name == "reassign")
    assert list(form.fields["assignee"].queryset) == [cast.oleg]
    for person in (outsider, gone):
        assert step(cast.marta, "reassign", ticket, assignee=person.pk).status_code == 422
    assert ticket.assignee == cast.marta


def test_private_groups_of_others_cannot_be_chosen(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    hidden = GroupFactory(is_private=True)
    assert step(cast.marta, "reassign", ticket, group=hidden.pk, reason="x").status_code == 422
    GroupMembership.objects.create(group=hidden, user=cast.marta)
    assert step(cast.marta, "reassign", ticket, group=hidden.pk, reason="x").status_code == 302
    assert ticket.group == hidden


def test_another_service_brings_its_group_unless_one_is_chosen(cast: Cast) -> None:
    service, third = ServiceFactory(), GroupFactory()
    first, second = cast.ticket(), cast.ticket()
    given = {"service": service.pk, "urgency": 2, "impact": 2}
    step(cast.marta, "classify", first, group=cast.item.service.group.pk, **given)
    assert (first.service, first.group) == (service, service.group)
    step(cast.marta, "classify", second, group=third.pk, **given)
    assert (second.service, second.group) == (service, third)


def test_a_step_that_takes_the_ticket_out_of_sight_leads_to_the_queue(cast: Cast) -> None:
    ticket = cast.ticket()
    service = ServiceFactory(group=GroupFactory(is_private=True))
    response = step(cast.marta, "classify", ticket, service=service.pk, urgency=2, impact=2)
    assert response["Location"].endswith("/desk/")


def test_a_cancelled_ticket_says_why(cast: Cast) -> None:
    ticket = cast.ticket()
    assert step(cast.marta, "cancel", ticket, reason=" ").status_code == 422
    step(cast.marta, "cancel", ticket, reason="Asked by mistake")
    assert ticket.status == Status.CANCELLED
    assert "cancelled the ticket: Asked by mistake" in page(cast.marta, ticket)
    assert get(cast.marta, ticket).context["steps"] == []


def test_a_step_is_dated_by_the_click(cast: Cast) -> None:
    ticket = cast.ticket()
    with time_machine.travel("2026-01-05T10:30:00Z", tick=False):
        step(cast.marta, "classify", ticket, urgency=2, impact=2)
    event = ticket.events.get(kind=EventKind.CLASSIFIED)
    assert event.happened_at.isoformat() == "2026-01-05T10:30:00+00:00"
