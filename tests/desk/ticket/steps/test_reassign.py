"""The dialog that gives a ticket to another group, to a person, or back to the queue."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from servicedesk.people.models import Group, User
from servicedesk.tickets.models import EventKind, Ticket
from servicedesk.tickets.statuses import Status
from tests.desk.conftest import Cast, accepted, signed_in
from tests.desk.ticket.pages import get, page, step
from tests.factories import GroupFactory, agent_of
from workflows import advance


def form_of(person: User, ticket: Ticket) -> Any:
    steps = get(person, ticket).context["steps"]
    return next(one.form for one in steps if one.action.name == "reassign")


def offered(form: Any) -> list[str]:
    return [str(label).split(" – ")[0] for _value, label in form.fields["assignee"].choices]


def hidden(text: str) -> dict[str, str]:
    dialog = text[text.index('id="step-reassign"') :]
    names = ("task", "seen", "held")
    return {name: re.findall(rf'name="{name}" value="([^"]*)"', dialog)[0] for name in names}


def people(person: User, ticket: Ticket, group: Group | str | None) -> str:
    url = reverse("desk:ticket-reassign-people", args=[ticket.pk])
    text: str = (
        signed_in(person)
        .get(url, {"group": group.pk if isinstance(group, Group) else str(group)})
        .content.decode()
    )
    return text


@pytest.fixture
def second(cast: Cast) -> Group:
    made: Group = GroupFactory(name="Networks")
    Group.objects.filter(pk=cast.item.service.group.pk).update(second_line=made)
    return made


def test_one_button_stands_for_three(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    labels = [str(one.action.label) for one in get(cast.marta, ticket).context["steps"]]
    assert labels.count("Reassign") == 1
    assert not {"Hand over", "Pass to second line", "Return to queue"} & set(labels)


def test_the_present_group_and_nobody_are_chosen_at_first(cast: Cast, second: Group) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    form = form_of(cast.marta, ticket)
    assert form["group"].value() == ticket.group_id
    assert offered(form) == ["Unassigned, to the queue", "Oleg Orlov"]
    groups = dict(form.fields["group"].choices)
    assert "Networks – second line" in map(str, groups.values())
    assert "" not in groups


def test_to_the_queue(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    sent = hidden(page(cast.marta, ticket)) | {"group": ticket.group_id, "assignee": "", "reason": "Not mine"}
    assert step(cast.marta, "reassign", ticket, **sent).status_code == 302
    assert (ticket.assignee, ticket.status) == (None, Status.UNDER_REVIEW)
    assert "<b>Marta Vidal</b> returned the ticket to the queue: Not mine" in page(cast.oleg, ticket)


def test_to_a_person(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    sent = hidden(page(cast.marta, ticket)) | {"group": ticket.group_id, "assignee": cast.oleg.pk}
    assert step(cast.marta, "reassign", ticket, **sent, reason="I am away").status_code == 302
    assert (ticket.assignee, ticket.status) == (cast.oleg, Status.IN_PROGRESS)
    assert "<b>Marta Vidal</b> reassigned the ticket to Oleg Orlov: I am away" in page(cast.oleg, ticket)


def test_to_another_group_and_to_a_person_of_it(cast: Cast, second: Group) -> None:
    expert = agent_of(second, full_name="Eva Stone")
    first, other = accepted(cast.ticket(), cast.marta), accepted(cast.ticket(), cast.marta)
    step(cast.marta, "reassign", first, group=second.pk, reason="A switch")
    assert (first.group, first.assignee, first.status) == (second, None, Status.UNDER_REVIEW)
    step(cast.marta, "reassign", other, group=second.pk, assignee=expert.pk, reason="A switch")
    assert (other.group, other.assignee, other.status) == (second, expert, Status.UNDER_REVIEW)
    assert "reassigned the ticket to Networks: A switch" in page(cast.admin, first)
    assert "reassigned the ticket to Eva Stone, Networks: A switch" in page(cast.admin, other)
    assert "Accept" in page(expert, other)


def test_the_people_follow_the_group(cast: Cast, second: Group) -> None:
    agent_of(second, full_name="Eva Stone")
    ticket = accepted(cast.ticket(), cast.marta)
    there = people(cast.marta, ticket, second)
    assert "Eva Stone – " in there
    assert "0 open tickets" in there
    assert "Oleg Orlov" not in there
    assert 'id="reassign_assignee"' in there
    assert "Oleg Orlov" in people(cast.marta, ticket, ticket.group)
    assert "Oleg Orlov" in people(cast.marta, ticket, "x")


def test_people_of_groups_out_of_reach_are_not_shown(cast: Cast, second: Group) -> None:
    private = GroupFactory(is_private=True)
    agent_of(private, full_name="Hidden Hand")
    agent_of(second, full_name="Eva Stone")
    ticket = accepted(cast.ticket(), cast.marta)
    assert "Hidden Hand" not in people(cast.marta, ticket, private)
    assert "Eva Stone" not in people(cast.oleg, ticket, second)
    Group.objects.filter(pk=cast.item.service.group.pk).update(is_private=True)
    url = reverse("desk:ticket-reassign-people", args=[ticket.pk])
    assert signed_in(agent_of(second)).get(url).status_code == 404
    assert signed_in(cast.helen).get(url).status_code == 404


def test_somebody_of_another_group_than_the_chosen_one_is_refused(cast: Cast, second: Group) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    response = step(cast.marta, "reassign", ticket, group=second.pk, assignee=cast.oleg.pk, reason="A switch")
    assert response.status_code == 422
    text = response.content.decode()
    assert "Choose somebody who works in the chosen group." in text
    assert "A switch" in text
    assert ticket.assignee == cast.marta


def test_a_leader_chooses_a_person_alone(cast: Cast, second: Group) -> None:
    leader = agent_of(cast.item.service.group, full_name="Lena Falk", is_leader=True)
    ticket = accepted(cast.ticket(), cast.marta)
    form = form_of(leader, ticket)
    assert "group" not in form.fields
    assert offered(form) == ["Choose…", "Lena Falk", "Oleg Orlov"]
    assert step(leader, "reassign", ticket, reason="x").status_code == 422
    assert step(leader, "reassign", ticket, group=second.pk, reason="x").status_code == 422
    assert (ticket.assignee, ticket.group) == (cast.marta, cast.item.service.group)
    assert step(leader, "reassign", ticket, assignee=cast.oleg.pk).status_code == 302
    assert ticket.assignee == cast.oleg


def test_the_second_of_two_at_once_is_told_and_keeps_the_words(cast: Cast) -> None:
    leader = agent_of(cast.item.service.group, full_name="Lena Falk", is_leader=True)
    ticket = accepted(cast.ticket(), cast.marta)
    seen = hidden(page(leader, ticket))
    step(cast.marta, "reassign", ticket, assignee=cast.oleg.pk)
    response = step(leader, "reassign", ticket, **seen, assignee=leader.pk, reason="I do it myself")
    text = response.content.decode()
    assert response.status_code == 409
    assert "The ticket was reassigned meanwhile." in text
    assert "I do it myself" in text
    told = [f"{turn.actor} {turn.text}" for turn in response.context["meanwhile"]]
    assert told == ["Marta Vidal reassigned the ticket to Oleg Orlov"]
    assert ticket.assignee == cast.oleg
    again = hidden(text)
    assert step(leader, "reassign", ticket, **again, assignee=leader.pk).status_code == 302
    assert ticket.assignee == leader


def test_whoever_has_lost_the_ticket_reads_who_has_it(cast: Cast, second: Group) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    seen = hidden(page(cast.marta, ticket))
    advance.act(ticket, "take_over", by=cast.admin)
    sent = seen | {"group": second.pk, "reason": "A switch is down"}
    response = step(cast.marta, "reassign", ticket, **sent)
    assert response.status_code == 409
    assert "Ada Min has accepted this ticket already." in response.content.decode()
    assert "A switch is down" in response.content.decode()
    assert ticket.assignee == cast.admin


def test_old_lines_of_history_read_well(cast: Cast, second: Group) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    stored: list[tuple[str, dict[str, Any]]] = [
        (EventKind.ESCALATED, {"group": second.pk, "from": "in_progress", "to": "under_review"}),
        (EventKind.HANDED_OVER, {"assignee": cast.oleg.pk, "former": cast.marta.pk}),
        (EventKind.RELEASED, {"from": "in_progress", "to": "under_review"}),
    ]
    for kind, details in stored:
        ticket.events.create(kind=kind, actor=cast.marta, details=details)
    text = page(cast.marta, ticket)
    for words in ("to Networks", "to Oleg Orlov"):
        assert f"reassigned the ticket {words}" in text
    assert "returned the ticket to the queue" in text


@pytest.mark.parametrize(("language", "word"), [("ru", "Передать"), ("es", "Reasignar")])
def test_the_button_in_other_languages(language: str, word: str, cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    action = next(one for one in advance.possible(ticket, cast.marta) if one.name == "reassign")
    with translation.override(language):
        assert str(action.label) == word
