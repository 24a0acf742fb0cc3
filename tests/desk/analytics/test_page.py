"""The page of process insight: what it says, who sees it, and what it costs."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from servicedesk.people.models import User
from tests.desk.analytics.conftest import PLAIN, count, get, shown, summarised
from tests.desk.conftest import MONDAY_9, Cast, accepted, signed_in
from tests.factories import (
    ClientFactory,
    GroupFactory,
    TicketFactory,
    agent_of,
)
from workflows import advance
from workflows.analytics import summaries

pytestmark = pytest.mark.django_db


def test_a_ticket_that_was_closed_is_on_the_page(cast: Cast, leader: User) -> None:
    with time_machine.travel(MONDAY_9, tick=False) as clock:
        ticket = cast.ticket()
        accepted(ticket, cast.marta)
        clock.shift(timedelta(hours=3))
        advance.act(ticket, "resolve", by=cast.marta, solution="Restarted")
        advance.confirm(ticket, by=cast.helen)
        assert list(summaries.batches()) == [1]
        context = shown(leader)
    assert [row.label for row in context["steps"]] == ["Classify", "Accept", "Work", "Resolved"]
    assert context["paths"][0].label == "Classify → Accept → Work → Resolved"
    assert dict(context["steps"][2].cells)["Median"] == "3h"


def test_the_page_says_it_all_without_scripts_and_htmx_gets_the_part(cast: Cast) -> None:
    summarised(cast.ticket())
    whole = get(cast.admin).content.decode()
    part = signed_in(cast.admin).get(reverse("desk:insight"), headers={"hx-request": "true"}).content.decode()
    assert "<html" in whole
    assert "<html" not in part
    for text in ("Incident process", "1h · p90 1h", "Waiting on", "Most common paths", "Re-opened"):
        assert text in whole
        assert text in part


@pytest.mark.parametrize("name", ["insight", "insight-csv", "insight-tickets"])
def test_it_is_for_leaders_account_managers_and_administrators(cast: Cast, leader: User, name: str) -> None:
    for person in (leader, cast.account_manager, cast.admin):
        assert get(person, name).status_code == 200
    for person in (cast.marta, cast.helen, agent_of(GroupFactory())):
        assert get(person, name).status_code == 404


def test_the_rail_offers_it_to_those_who_may(cast: Cast, leader: User) -> None:
    link = f'href="{reverse("desk:insight")}"'
    for person, sees in (
        (leader, True),
        (cast.account_manager, True),
        (cast.admin, True),
        (cast.marta, False),
    ):
        page = signed_in(person).get(reverse("desk:queue")).content.decode()
        assert (link in page) is sees


def test_leaders_count_their_groups_and_account_managers_their_clients(cast: Cast, leader: User) -> None:
    summarised(cast.ticket())  # of both
    summarised(TicketFactory(client=cast.company))
    summarised(TicketFactory(group=cast.item.service.group))
    summarised(TicketFactory(group=GroupFactory(is_private=True)))
    assert (count(leader), count(cast.account_manager), count(cast.admin)) == (2, 2, 4)


def test_who_leads_and_manages_counts_both(cast: Cast) -> None:
    both = agent_of(cast.item.service.group, is_leader=True, is_account_manager=True)
    summarised(TicketFactory(client=ClientFactory(account_manager=both)))
    summarised(TicketFactory(group=cast.item.service.group))
    summarised(TicketFactory())
    assert count(both) == 2


def test_a_leader_who_left_the_desk_sees_nothing(cast: Cast, leader: User) -> None:
    leader.is_agent = False
    leader.save()
    assert get(leader).status_code == 404


@pytest.mark.parametrize("name", ["insight", "insight-csv", "insight-tickets"])
def test_fifty_tickets_cost_as_many_statements_as_five(cast: Cast, leader: User, name: str) -> None:
    costs = []
    browser = signed_in(leader)
    for more in (5, 45):
        for place in range(more):
            ticket = TicketFactory(group=cast.item.service.group)
            summarised(
                ticket,
                PLAIN if place % 2 else f"{PLAIN}>verification>confirm",
                "1>2>3>4" + ">5>6" * (place % 2 == 0),
            )
        with CaptureQueriesContext(connection) as statements:
            assert browser.get(reverse(f"desk:{name}")).status_code == 200
        costs.append(len(statements))
    assert costs[0] == costs[1]
    assert costs[0] <= 10
