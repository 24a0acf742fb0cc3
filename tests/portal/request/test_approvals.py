"""Approvals as clients see them: the one who is asked, and everybody else who sees the request."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from catalog.models import Kind
from servicedesk.people.models import Absence, User
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from tests.factories import RequestTypeFactory, contact_of
from tests.portal.conftest import Cast, signed_in
from workflows import advance

pytestmark = pytest.mark.django_db
MANAGERS = {"who": "client_manager", "needs": "all"}


@pytest.fixture
def second(cast: Cast) -> User:
    return contact_of(cast.company, is_manager=True, full_name="Omar Reyes")


@pytest.fixture
def asked(cast: Cast, second: User) -> Ticket:
    """Both managers are asked, then the group's leaders."""
    item = RequestTypeFactory(
        service=cast.item.service,
        kind=Kind.SERVICE_REQUEST,
        approvals=[MANAGERS, {"who": "group_leader"}],
        price="1250.50",
        estimated_hours="6",
        form=[{"key": "who", "label": "For whom?", "kind": "text", "required": True}],
    )
    return cast.ticket(request_type=item, answers={"who": "Robin Lee"})


def get(person: User, ticket: Ticket) -> Any:
    return signed_in(person).get(reverse("portal:request", args=[ticket.pk]))


def text(person: User, ticket: Ticket) -> str:
    return str(get(person, ticket).content.decode())


def decide(person: User, ticket: Ticket, decision: str, reason: str = "", asked: int | None = None) -> Any:
    row = asked or get(person, ticket).context["decision_form"].initial["asked"] or ""
    data = {"decision": decision, "reason": reason, "asked": row}
    answer = signed_in(person).post(reverse("portal:request-decision", args=[ticket.pk]), data, follow=True)
    ticket.refresh_from_db()
    return answer


def test_the_one_who_is_asked_sees_what_it_is_and_what_it_costs(cast: Cast, asked: Ticket) -> None:
    page = text(cast.manager, asked)
    block = page[page.index('id="decide"') : page.index("Reject")]
    for word in ("Requested by Helen Marsh", "For whom?", "Robin Lee", "1,250.50 EUR", "6 h"):
        assert word in block


def test_others_of_the_client_see_quietly_who_is_asked(cast: Cast, asked: Ticket) -> None:
    page = text(cast.helen, asked)
    assert "Do you approve?" not in page
    levels = get(cast.helen, asked).context["approvals"]
    assert [(one.state, len(one.words)) for one in levels] == [("waiting", 2), ("later", 0)]
    side = page[page.index('id="approvals"') :]
    for word in ("Victor Kim", "Omar Reyes", "Waiting", "Upcoming"):
        assert word in side


def test_what_the_others_said_is_shown(cast: Cast, asked: Ticket, second: User) -> None:
    decide(cast.manager, asked, "approve", "Only one, please")
    page = text(second, asked)
    assert "Only one, please" in page
    assert "Do you approve?" in page
    assert "Do you approve?" not in text(cast.manager, asked)


def test_the_answer_says_whether_others_are_still_asked(cast: Cast, asked: Ticket, second: User) -> None:
    assert "Other approvals are pending" in decide(cast.manager, asked, "approve").content.decode()
    assert asked.status == Status.WAITING_APPROVAL


def test_the_late_one_reads_who_decided_and_keeps_their_words(
    cast: Cast, asked: Ticket, second: User
) -> None:
    row = get(second, asked).context["asked"].pk
    decide(cast.manager, asked, "reject", "No budget")
    answer = decide(second, asked, "reject", "Not this <year>", asked=row)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Victor Kim has rejected it in the meantime." in page
    assert "Not this &lt;year&gt;" in page


def test_the_thread_names_who_is_waited_for(cast: Cast, asked: Ticket) -> None:
    assert "We wait for the approval of Victor Kim, Omar Reyes." in text(cast.helen, asked)


def test_a_deputy_sees_the_request_why_and_decides(cast: Cast, second: User) -> None:
    item = RequestTypeFactory(
        service=cast.item.service, kind=Kind.SERVICE_REQUEST, approvals=[{"who": "client_manager"}]
    )
    today = cast.ticket().opened_at.date()
    Absence.objects.create(user=cast.manager, deputy=cast.tom, starts_on=today, ends_on=today)
    ticket = cast.ticket(request_type=item)
    home = signed_in(cast.tom).get(reverse("portal:home")).content.decode()
    assert reverse("portal:request", args=[ticket.pk]) in home
    assert "You are asked because Victor Kim is away." in text(cast.tom, ticket)
    decide(cast.tom, ticket, "approve")
    assert ticket.status != Status.WAITING_APPROVAL


def test_a_withdrawn_request_waits_for_nobody(cast: Cast, asked: Ticket) -> None:
    advance.withdraw(asked, by=cast.helen)
    home = signed_in(cast.manager).get(reverse("portal:home")).content.decode()
    assert "asks for your approval" not in home
    assert "No longer needed" in text(cast.helen, asked)


def test_the_page_costs_the_same_however_many_are_asked(
    cast: Cast, asked: Ticket, second: User, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        get(cast.helen, asked)
    for _ in range(4):
        contact_of(cast.company, is_manager=True)
    more = cast.ticket(request_type=asked.request_type, answers={"who": "Kim"})
    with django_assert_max_num_queries(len(few)):
        get(cast.helen, more)
