"""Ten presses of one button in the same moment count once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from contracts.errors import TimeRefused
from contracts.models import TimesheetWeek
from contracts.time import timesheets
from servicedesk.notifications import links
from servicedesk.tickets.models import Ticket
from tests.factories import ClientFactory, RequestTypeFactory, agent_of, contact_of, opened_by_door
from tests.portal.conftest import resolved, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
PRESSES = 10


def at_once(press: Callable[[], object]) -> list[object]:
    """What came of each press; every thread has a connection of its own."""
    together = Barrier(PRESSES)

    def one(_number: int) -> object:
        try:
            together.wait(timeout=30)
            return press()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(PRESSES) as pool:
        return list(pool.map(one, range(PRESSES)))


@pytest.fixture
def ticket() -> Ticket:
    item, client = RequestTypeFactory(), ClientFactory()
    agent = agent_of(item.service.group)
    return resolved(opened_by_door(request_type=item, client=client, requester=contact_of(client)), agent)


@pytest.mark.parametrize("by_mail", [False, True])
def test_ten_ratings_are_one(ticket: Ticket, by_mail: bool) -> None:
    page = reverse("portal:request-solved", args=[ticket.pk])
    if by_mail:
        page = links.answer_url(ticket, ticket.requester).removeprefix("http://testserver")
    sent = {"solved": "yes", "rating": "5", "comment": "Quick"}
    answers = at_once(lambda: signed_in(ticket.requester).post(page, sent).status_code)
    assert set(answers) <= {302, 409}
    assert ticket.events.filter(kind="rated").count() == 1
    assert ticket.events.filter(kind="closed").count() == 1


def test_ten_times_no_re_opens_once(ticket: Ticket) -> None:
    page = reverse("portal:request-solved", args=[ticket.pk])
    sent = {"solved": "no", "comment": "Still late"}
    answers = at_once(lambda: signed_in(ticket.requester).post(page, sent).status_code)
    assert answers.count(302) == 1
    assert ticket.messages.filter(body="Still late").count() == 1
    assert ticket.events.filter(kind="reopened").count() == 1


def test_ten_withdrawals_are_one() -> None:
    ticket = opened_by_door()
    page = reverse("portal:request-withdrawal", args=[ticket.pk])
    at_once(lambda: signed_in(ticket.requester).post(page, {"reason": "x"}).status_code)
    assert ticket.events.filter(kind="cancelled").count() == 1


def test_a_week_handed_in_ten_times_is_handed_in_once() -> None:
    agent, day = agent_of(), timezone.localdate() - timedelta(days=7)

    def hand_in() -> bool:
        try:
            return bool(timesheets.hand_in(agent, day))
        except TimeRefused:
            return False

    assert at_once(hand_in).count(True) == 1
    assert TimesheetWeek.objects.count() == 1
