"""Approvals on the desk: the list of what waits for me, the ticket's block, the history."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from catalog.models import Kind, RequestType
from servicedesk.people.models import Absence, GroupMembership, User
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from tests.desk.conftest import Cast, signed_in
from tests.desk.ticket.pages import page, step
from tests.factories import RequestTypeFactory, agent_of
from workflows import advance
from workflows.approvals.reminders import sweep

pytestmark = pytest.mark.django_db
ACCOUNT = {"who": "account_manager"}


def item(cast: Cast, *levels: dict[str, Any], **fields: Any) -> RequestType:
    return RequestTypeFactory(
        service=cast.item.service, kind=Kind.SERVICE_REQUEST, approvals=list(levels or [ACCOUNT]), **fields
    )


def my_list(person: User) -> str:
    answer = signed_in(person).get(reverse("desk:approvals"))
    assert answer.status_code == 200
    return str(answer.content.decode())


def decide(person: User, ticket: Ticket, decision: str, reason: str = "") -> Any:
    row = ticket.approvals.order_by("-pk")[0]
    answer = signed_in(person).post(
        reverse("desk:approval", args=[row.pk]), {"decision": decision, "reason": reason}, follow=True
    )
    ticket.refresh_from_db()
    return answer


def test_the_list_shows_what_is_asked_of_me(cast: Cast) -> None:
    ticket = cast.ticket(request_type=item(cast, price="900", estimated_hours="4"), subject="A new laptop")
    text = my_list(cast.account_manager)
    for word in ("A new laptop", ticket.reference, "Brightwater Clinics", "Helen Marsh", "900 EUR", "4 h"):
        assert word in text
    assert "No approvals waiting for you" in my_list(cast.marta)


def test_approving_from_the_list(cast: Cast) -> None:
    ticket = cast.ticket(request_type=item(cast))
    assert "Approved." in decide(cast.account_manager, ticket, "approve").content.decode()
    assert ticket.status == Status.UNDER_REVIEW
    assert ticket.reference not in my_list(cast.account_manager)


def test_rejecting_needs_a_reason(cast: Cast) -> None:
    ticket = cast.ticket(request_type=item(cast))
    answer = decide(cast.account_manager, ticket, "reject")
    assert answer.status_code == 422
    assert "Write the reason for the rejection." in answer.content.decode()
    decide(cast.account_manager, ticket, "reject", "Too dear")
    assert ticket.status == Status.CANCELLED


def test_what_came_between_is_told_and_the_words_are_kept(cast: Cast) -> None:
    ticket = cast.ticket(request_type=item(cast, {"who": "person", "people": [cast.marta.pk, cast.oleg.pk]}))
    advance.act(ticket, "approve", by=cast.marta)
    answer = decide(cast.oleg, ticket, "reject", "Not now")
    assert answer.status_code == 409
    assert "Marta Vidal has approved it in the meantime." in answer.content.decode()
    assert "Not now" in answer.content.decode()


def test_nobody_else_can_answer(cast: Cast) -> None:
    ticket = cast.ticket(request_type=item(cast))
    assert decide(cast.marta, ticket, "approve").status_code == 409
    stranger = agent_of()
    stranger.is_agent, stranger.is_account_manager = False, True
    stranger.save()
    assert decide(stranger, ticket, "approve").status_code == 404
    assert decide(cast.helen, ticket, "approve").status_code == 404
    assert ticket.status == Status.WAITING_APPROVAL


def test_what_the_group_decides_is_in_its_members_lists(cast: Cast) -> None:
    cast.account_manager.is_active = False
    cast.account_manager.save()
    ticket = cast.ticket(request_type=item(cast))
    assert "requested from your group" in my_list(cast.marta)
    assert ticket.reference not in my_list(agent_of())
    decide(cast.marta, ticket, "approve")
    assert ticket.status == Status.UNDER_REVIEW


def test_a_deputy_and_the_absent_one_both_have_it_in_their_lists(cast: Cast) -> None:
    today = timezone.localdate()
    Absence.objects.create(user=cast.account_manager, deputy=cast.marta, starts_on=today, ends_on=today)
    ticket = cast.ticket(request_type=item(cast))
    assert "deputy for Irina Belova" in my_list(cast.marta)
    assert "Marta Vidal is your deputy" in my_list(cast.account_manager)
    assert "Approval requested from Marta Vidal (for Irina Belova)" in page(cast.marta, ticket)


def test_the_list_costs_the_same_whatever_its_length(cast: Cast) -> None:
    browser = signed_in(cast.account_manager)

    def statements() -> int:
        with CaptureQueriesContext(connection) as found:
            browser.get(reverse("desk:approvals"))
        return len(found)

    kind = item(cast)
    cast.ticket(request_type=kind)
    one = statements()
    for _ in range(6):
        cast.ticket(request_type=kind)
    assert statements() == one <= 6


def test_the_queue_counts_what_waits_for_me(cast: Cast) -> None:
    cast.ticket(request_type=item(cast))
    queue = signed_in(cast.account_manager).get(reverse("desk:queue"))
    assert queue.context["approvals_count"] == 1


def test_the_ticket_shows_its_levels(cast: Cast) -> None:
    timed: dict[str, Any] = {"expire_hours": 24, "when_late": "reject"}
    levels = [ACCOUNT | timed, {"who": "group_leader"}]
    ticket = cast.ticket(request_type=item(cast, *levels, price="900"))
    text = page(cast.marta, ticket)
    block = text[text.index('id="approvals"') :]
    for word in ("Price 900 EUR", "The account manager", "Irina Belova", "Waiting", "due", "Upcoming"):
        assert word in block


def test_only_those_who_are_asked_have_the_buttons(cast: Cast) -> None:
    ticket = cast.ticket(request_type=item(cast))
    names = {
        person: [one.name for one in advance.possible(ticket, person)]
        for person in (cast.account_manager, cast.marta)
    }
    assert {"approve", "reject"} <= set(names[cast.account_manager])
    assert not {"approve", "reject"} & set(names[cast.marta])


def test_the_button_on_the_ticket_takes_a_comment(cast: Cast) -> None:
    ticket = cast.ticket(request_type=item(cast))
    step(cast.account_manager, "approve", ticket, comment="Fine with us")
    assert ticket.status == Status.UNDER_REVIEW
    assert "approved the request: Fine with us" in page(cast.marta, ticket)


def test_the_history_tells_reminders_passing_on_and_time_outs(cast: Cast) -> None:
    GroupMembership.objects.filter(user=cast.marta).update(is_leader=True)
    levels = [ACCOUNT | {"remind_hours": 1, "expire_hours": 2, "when_late": "leader"}]
    ticket = cast.ticket(request_type=item(cast, *levels))
    late = cast.ticket(request_type=item(cast, ACCOUNT | {"expire_hours": 2, "when_late": "approve"}))
    asked_at = ticket.approvals.get().asked_at
    for passed in (1, 2):
        sweep(asked_at + passed * timedelta(hours=1))
    text = page(cast.marta, ticket, "?tab=history")
    assert "Approval reminder sent to Irina Belova" in text
    assert "Approval requested from Marta Vidal, because nobody decided in time" in text
    told = page(cast.marta, late, "?tab=history")
    assert "Approved automatically, because nobody decided in time" in told


@pytest.mark.parametrize("language", ["en", "ru", "es"])
def test_the_screens_work_in_every_language(cast: Cast, language: str) -> None:
    cast.account_manager.language = language
    cast.account_manager.save()
    cast.ticket(request_type=item(cast, price="1"))
    with translation.override(language):
        assert "<form" in my_list(cast.account_manager)
