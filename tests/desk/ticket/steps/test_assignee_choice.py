"""Whom a ticket can be handed to: the list says who is away and who has how much to do."""

from __future__ import annotations

from datetime import date

from servicedesk.people.models import Absence, User
from servicedesk.tickets.statuses import Status
from tests.desk.conftest import Cast, accepted
from tests.desk.ticket.pages import get, page
from tests.factories import TicketFactory, agent_of


def labels(cast: Cast) -> list[str]:
    ticket = accepted(cast.ticket(), cast.marta)
    form = next(one.form for one in get(cast.marta, ticket).context["steps"] if one.action.name == "reassign")
    return [str(label) for _value, label in form.fields["assignee"].choices][1:]


def test_the_list_says_who_is_away_and_how_much_each_has_to_do(cast: Cast) -> None:
    group = cast.item.service.group
    night = agent_of(group, full_name="Nina Nox", working_week={"mon": ["22:00-06:00"]})
    Absence.objects.create(user=cast.oleg, starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 30))
    for status in (Status.IN_PROGRESS, Status.RESOLVED, Status.CLOSED):
        TicketFactory(group=group, assignee=night, status=status)
    assert labels(cast) == [
        "Nina Nox – not at work now, 1 open ticket",
        "Oleg Orlov – away until 30 Jan, 0 open tickets",
    ]


def test_a_leader_sees_the_button_to_take_over_and_others_do_not(cast: Cast) -> None:
    leader = agent_of(cast.item.service.group, is_leader=True)
    ticket = accepted(cast.ticket(), cast.marta)
    assert "Take over" in page(leader, ticket)
    assert "Take over" not in page(User.objects.get(pk=cast.oleg.pk), ticket)
