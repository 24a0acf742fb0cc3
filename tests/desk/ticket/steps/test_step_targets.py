"""Internal targets of steps: on the agent's page, and nowhere the client looks."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from servicedesk.tickets.models import Ticket
from sla.models import StepClock
from sla.versions import publishing
from tests.desk.conftest import MONDAY_9, Cast, signed_in
from tests.desk.ticket.pages import page
from tests.factories import LONG_AGO
from workflows import advance

MINUTE = timedelta(minutes=1)


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Classifying may take 30 minutes, working 2 hours."""
    policy = cast.company.contracts.get().policy
    at = LONG_AGO + timedelta(days=1)
    publishing.publish_policy(
        policy, [{"resolution": timedelta(hours=8)}], at, step_targets={"classify": "30m", "work": "2h"}
    )
    return cast.ticket()


def seen(cast: Cast, ticket: Ticket, minutes: int) -> str:
    with time_machine.travel(MONDAY_9 + minutes * MINUTE, tick=False):
        return page(cast.marta, ticket)


def test_the_page_says_what_is_left_of_the_current_step(cast: Cast, ticket: Ticket) -> None:
    text = seen(cast, ticket, 18)
    assert "Classify: 12m left of 30m" in text
    assert '<text class="sub"' in text
    assert "12m left</text>" in text


def test_a_late_step_is_marked(cast: Cast, ticket: Ticket) -> None:
    text = seen(cast, ticket, 45)
    assert "Classify: 15m over 30m" in text
    assert "15m overdue</text>" in text


def test_steps_that_are_done_stay_with_their_result(cast: Cast, ticket: Ticket) -> None:
    with time_machine.travel(MONDAY_9 + 40 * MINUTE, tick=False):
        advance.act(ticket, "classify", by=cast.marta)
        advance.act(ticket, "accept", by=cast.marta)
    text = seen(cast, ticket, 60)
    assert "40m of 30m, overdue" in text
    assert "Work: 1h 40m left of 2h" in text


def test_without_targets_the_panel_says_nothing(cast: Cast) -> None:
    assert "Internal targets" not in page(cast.marta, cast.ticket())


def test_the_client_sees_and_reads_nothing_of_it(cast: Cast, ticket: Ticket) -> None:
    assert StepClock.objects.exists()
    browser = signed_in(cast.helen)
    for address in (reverse("portal:request", args=[ticket.pk]), reverse("portal:home")):
        with CaptureQueriesContext(connection) as statements:
            text = browser.get(address).content.decode()
        assert "30m" not in text
        assert "Internal targets" not in text
        assert not [one for one in statements.captured_queries if "stepclock" in one["sql"]]
