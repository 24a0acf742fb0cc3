"""The queue: who sees what, folders, filters, groups by deadline, its cost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from servicedesk.people.models import User
from servicedesk.tickets import tally
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from tests.desk.conftest import MONDAY_9, Cast, accepted, signed_in
from tests.factories import ClientFactory, GroupFactory, TicketFactory, agent_of
from workflows import advance

URL = reverse("desk:queue")
HTMX = {"hx-request": "true"}
MAX_STATEMENTS = 15


def context(viewer: User, **query: Any) -> Any:
    response = signed_in(viewer).get(URL, query)
    assert response.status_code == 200
    return response.context


def subjects(viewer: User, **query: Any) -> list[str]:
    return [ticket.subject for ticket in context(viewer, **query)["page"]]


def row(cast: Cast, subject: str, status: str = Status.IN_PROGRESS, **fields: Any) -> Ticket:
    """A bare row in the group of both agents."""
    values = {"client": cast.company, "requester": cast.helen, "service": cast.item.service}
    return TicketFactory(subject=subject, status=status, **(values | fields))


def test_strangers_sign_in_first_and_clients_find_nothing(cast: Cast) -> None:
    response = signed_in(cast.helen).get(URL)
    assert response.status_code == 404
    anonymous = response.client.__class__().get(URL)
    assert anonymous.status_code == 302
    assert anonymous["Location"].startswith(reverse("people:sign-in"))


def test_it_cannot_be_posted(cast: Cast) -> None:
    assert signed_in(cast.marta).post(URL).status_code == 405


def test_account_managers_see_only_their_clients(cast: Cast) -> None:
    row(cast, "Theirs")
    row(cast, "Foreign", client=ClientFactory())
    assert subjects(cast.account_manager) == ["Theirs"]
    assert set(subjects(cast.admin, folder="all")) == {"Theirs", "Foreign"}


def test_private_groups_stay_with_their_members(cast: Cast) -> None:
    secret = GroupFactory(is_private=True, name="Personnel")
    row(cast, "Dismissal", group=secret)
    page = signed_in(cast.marta).get(URL, {"folder": "all"})
    assert "Dismissal" not in page.content.decode()
    assert "Personnel" not in page.content.decode()
    assert subjects(cast.marta, folder=f"group-{secret.pk}") == []
    assert subjects(agent_of(secret), folder=f"group-{secret.pk}") == ["Dismissal"]


def test_what_another_accepted_leaves_my_queue(cast: Cast) -> None:
    ticket = cast.ticket(subject="Mail is late")
    assert subjects(cast.marta) == subjects(cast.oleg) == ["Mail is late"]
    accepted(ticket, cast.oleg)
    assert subjects(cast.marta) == []
    assert subjects(cast.marta, folder="all") == ["Mail is late"]
    assert subjects(cast.oleg) == subjects(cast.oleg, folder="my") == ["Mail is late"]


def test_new_tickets_of_other_groups_are_not_in_my_queue(cast: Cast) -> None:
    row(cast, "Elsewhere", Status.NEW, group=GroupFactory())
    assert subjects(cast.marta) == []
    assert subjects(cast.marta, folder="unassigned") == ["Elsewhere"]


def test_folders_hold_what_they_say_and_count_it(cast: Cast) -> None:
    row(cast, "new", Status.NEW)
    row(cast, "mine", assignee=cast.marta, due_at=MONDAY_9 - timedelta(minutes=1))
    row(cast, "waits", Status.WAITING_CLIENT, assignee=cast.oleg)
    row(cast, "resolved", Status.RESOLVED, assignee=cast.marta, due_at=MONDAY_9 - timedelta(days=1))
    row(cast, "closed", Status.CLOSED, assignee=cast.marta, is_overdue=True)
    tally.recount()  # the row was not closed by the pen
    held = {
        "new": {"new", "mine"},
        "my": {"mine"},
        "unassigned": {"new"},
        "all": {"new", "mine", "waits"},
        "waiting": {"waits"},
        "resolved": {"resolved"},
        "closed": {"closed"},
    }
    assert {key: set(subjects(cast.marta, folder=key)) for key in held} == held
    counted = context(cast.marta)["folders"]
    assert {one.key: one.count for one in counted} == {key: len(those) for key, those in held.items()}
    assert {one.key for one in counted if one.late} == {"new", "my", "all"}


def test_groups_with_current_tickets_are_folders(cast: Cast) -> None:
    row(cast, "new", Status.NEW)
    row(cast, "done", Status.CLOSED, group=GroupFactory())
    [one] = context(cast.marta)["group_folders"]
    assert (one.label, one.count, one.late) == (cast.item.service.group.name, 1, False)
    page = context(cast.marta, folder=one.key)
    assert [ticket.subject for ticket in page["page"]] == ["new"]
    assert page["title"] == one.label


@pytest.mark.parametrize("key", ["nonsense", "group-", "group-x", "group-²", "group-" + "9" * 30, "'\"><b>"])
def test_an_unknown_folder_is_the_first_one(cast: Cast, key: str) -> None:
    row(cast, "new", Status.NEW)
    page = context(cast.marta, folder=key)
    assert page["folder"] == "new"
    assert page["title"] == "Mine and new"
    assert [ticket.subject for ticket in page["page"]] == ["new"]


def test_filters_narrow(cast: Cast) -> None:
    other = ClientFactory(name="Harbour Ltd")
    first = row(cast, "Scanner jams", Status.NEW, priority=1)
    row(cast, "Почта не приходит", client=other, assignee=cast.marta)
    both = {"folder": "all"}
    assert subjects(cast.marta, **both, q="scanner") == ["Scanner jams"]
    assert subjects(cast.marta, **both, q="почта") == ["Почта не приходит"]
    assert subjects(cast.marta, **both, q="harbour") == ["Почта не приходит"]
    assert len(subjects(cast.marta, **both, q="helen marsh")) == 2
    assert subjects(cast.marta, **both, q=first.reference.lower()) == ["Scanner jams"]
    assert subjects(cast.marta, **both, q=f"#{first.pk}") == ["Scanner jams"]
    assert subjects(cast.marta, **both, client=other.pk) == ["Почта не приходит"]
    assert subjects(cast.marta, **both, service=cast.item.service.pk, priority=1) == ["Scanner jams"]
    assert subjects(cast.marta, **both, status="new") == ["Scanner jams"]


@pytest.mark.parametrize(
    "query",
    [
        {"client": "x"},
        {"client": "9" * 30},
        {"service": "0"},
        {"priority": "9"},
        {"status": "lost"},
        {"sort": "price"},
        {"q": "x" * 201},
    ],
)
def test_a_bad_filter_value_narrows_nothing_and_is_told(cast: Cast, query: dict[str, str]) -> None:
    row(cast, "new", Status.NEW)
    response = signed_in(cast.marta).get(URL, query)
    assert [ticket.subject for ticket in response.context["page"]] == ["new"]
    [sentence] = next(iter(response.context["form"].errors.values()))
    assert "was not applied" in response.content.decode()
    assert sentence


def test_a_page_that_is_not_there_is_the_nearest(cast: Cast) -> None:
    row(cast, "new", Status.NEW)
    assert subjects(cast.marta, page="x") == subjects(cast.marta, page="99") == ["new"]


def test_a_foreign_client_is_no_choice_for_an_account_manager(cast: Cast) -> None:
    foreign = ClientFactory(name="Harbour Ltd")
    page = signed_in(cast.account_manager).get(URL, {"client": foreign.pk})
    assert "Harbour Ltd" not in page.content.decode()
    assert page.context["form"].errors["client"]


def test_sorts(cast: Cast) -> None:
    def opened(hours: int) -> dict[str, Any]:
        return {"opened_at": MONDAY_9 - timedelta(hours=hours)}

    later = MONDAY_9 + timedelta(hours=5)
    row(cast, "A", due_at=later, priority=2, updated_at=MONDAY_9, **opened(3))
    row(cast, "B", due_at=None, priority=1, updated_at=later, **opened(2))
    row(cast, "C", due_at=MONDAY_9, priority=3, updated_at=MONDAY_9 - timedelta(days=1), **opened(1))
    found = {sort: "".join(subjects(cast.marta, folder="all", sort=sort)) for sort in SORTS}
    assert found == SORTS


SORTS = {"": "CAB", "priority": "BAC", "newest": "CBA", "updated": "BAC"}


def labels(viewer: User, **query: Any) -> dict[str, list[str]]:
    groups = context(viewer, folder="all", **query)["groups"]
    return {str(group.label): [one.ticket.subject for one in group.rows] for group in groups}


def test_rows_are_grouped_by_their_next_deadline(cast: Cast) -> None:
    paused = accepted(cast.ticket(subject="paused"), cast.marta)
    with time_machine.travel(MONDAY_9 + timedelta(minutes=10), tick=False):
        advance.act(paused, "ask_client", by=cast.marta, question="Which phone?")
    cast.ticket(subject="missed")  # promised to be answered by 10:00
    with time_machine.travel(MONDAY_9 + timedelta(hours=3), tick=False):
        cast.ticket(subject="today")  # an answer by 13:00
        row(cast, "week", due_at=MONDAY_9 + timedelta(days=6))
        row(cast, "later", due_at=MONDAY_9 + timedelta(days=8))
        row(cast, "never")
        assert labels(cast.marta) == {
            "Overdue": ["missed"],
            "Due today": ["today"],
            "Within a week": ["week"],
            "Later": ["later"],
            "Paused": ["paused"],
            "No deadline": ["never"],
        }
        assert list(labels(cast.marta, sort="newest")) == [""]


def test_today_is_the_viewers_day(cast: Cast) -> None:
    row(cast, "tonight", due_at=MONDAY_9 + timedelta(hours=14, minutes=30))  # 23:30 UTC
    assert list(labels(cast.marta)) == ["Due today"]
    cast.oleg.time_zone = "Asia/Tokyo"  # 18:00 now, due on Tuesday at 8:30
    cast.oleg.save()
    assert list(labels(cast.oleg)) == ["Within a week"]


def test_htmx_gets_the_rows_without_the_page(cast: Cast) -> None:
    cast.ticket(subject="Mail is late")
    response = signed_in(cast.marta).get(URL, headers=HTMX)
    text = response.content.decode()
    assert "Mail is late" in text
    assert "<html" not in text
    assert "HX-Request" in response["Vary"]
    assert 'hx-swap-oob="true"' in text
    whole = signed_in(cast.marta).get(URL)
    assert "<html" in whole.content.decode()
    assert "HX-Request" in whole["Vary"]
    assert "hx-swap-oob" not in whole.content.decode()


def test_markup_in_a_subject_is_only_text(cast: Cast) -> None:
    row(cast, "<script>alert(1)</script>", Status.NEW)
    assert "<script>alert" not in signed_in(cast.marta).get(URL).content.decode()


def test_empty_folders_offer_one_thing_to_do(cast: Cast) -> None:
    assert "No tickets here" in signed_in(cast.marta).get(URL).content.decode()
    narrowed = signed_in(cast.marta).get(URL, {"q": "nobody"}).content.decode()
    assert "No results for this filter" in narrowed


def test_pages_hold_fifty_and_keep_the_filter(cast: Cast) -> None:
    for number in range(51):
        row(cast, f"{number}", Status.NEW)
    page = signed_in(cast.marta).get(URL, {"folder": "all", "status": "new"})
    assert len(page.context["page"].object_list) == 50
    assert "folder=all&amp;status=new&amp;page=2" in page.content.decode()
    assert len(subjects(cast.marta, folder="all", status="new", page=2)) == 1


def statements(viewer: User) -> int:
    browser = signed_in(viewer)
    with CaptureQueriesContext(connection) as captured:
        browser.get(URL, {"folder": "all"})
    return len(captured)


def test_the_queue_costs_the_same_whatever_its_length(cast: Cast) -> None:
    for number in range(5):
        cast.ticket(subject=f"{number}", client=cast.company)
    few = statements(cast.marta)
    for number in range(45):
        cast.ticket(subject=f"more {number}")
    assert statements(cast.marta) == few <= MAX_STATEMENTS
