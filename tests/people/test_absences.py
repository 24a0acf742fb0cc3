"""Who is away: said by oneself, by a leader, by an administrator; who stands in; what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from servicedesk.people.models import Absence, Group, User
from servicedesk.people.working_hours import DAYS
from tests.factories import ClientFactory, GroupFactory, UserFactory, agent_of, contact_of

pytestmark = pytest.mark.django_db
AWAY = reverse("people:away")
LIST = reverse("people:absences")


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 1, 5, 9, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def group(db: None) -> Group:
    return GroupFactory(name="Network")


@pytest.fixture
def marta(group: Group) -> User:
    return agent_of(group, full_name="Marta Vidal")


@pytest.fixture
def oleg(group: Group) -> User:
    return agent_of(group, full_name="Oleg Orlov")


@pytest.fixture
def leader(group: Group) -> User:
    return agent_of(group, full_name="Lena Falk", is_leader=True)


def signed_in(person: User) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


def days(first: int, last: int, **more: Any) -> dict[str, Any]:
    return {"starts_on": f"2026-01-{first:02d}", "ends_on": f"2026-01-{last:02d}", **more}


def away(person: User, first: int, last: int, **more: Any) -> Absence:
    made: Absence = Absence.objects.create(
        user=person, starts_on=date(2026, 1, first), ends_on=date(2026, 1, last), **more
    )
    return made


def test_somebody_says_when_they_are_away_and_who_stands_in(marta: User, oleg: User) -> None:
    answer = signed_in(marta).post(AWAY, days(8, 9, deputy=oleg.pk, note="Skiing"), follow=True)
    absence = Absence.objects.get()
    assert (absence.user, absence.deputy, absence.ends_on) == (marta, oleg, date(2026, 1, 9))
    assert "Deputy: Oleg Orlov" in answer.content.decode()


def test_they_change_and_remove_it(marta: User) -> None:
    absence = away(marta, 8, 9)
    browser = signed_in(marta)
    browser.post(reverse("people:away-one", args=[absence.pk]), days(8, 12))
    absence.refresh_from_db()
    assert absence.ends_on == date(2026, 1, 12)
    browser.post(reverse("people:away-remove", args=[absence.pk]))
    assert not Absence.objects.exists()


@pytest.mark.parametrize(("first", "last"), [(8, 8), (10, 14), (1, 31), (9, 9)])
def test_days_that_overlap_are_refused_with_a_sentence(marta: User, first: int, last: int) -> None:
    away(marta, 8, 10)
    answer = signed_in(marta).post(AWAY, days(first, last, note="Typed words"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Marta Vidal already has an absence from Thu to Sat. Change that one instead." in page
    assert "Typed words" in page
    assert Absence.objects.count() == 1


def test_the_days_beside_an_absence_are_free(marta: User) -> None:
    absence = away(marta, 8, 10)
    browser = signed_in(marta)
    for first, last in ((7, 7), (11, 11)):
        assert browser.post(AWAY, days(first, last)).status_code == 302
    assert browser.post(reverse("people:away-one", args=[absence.pk]), days(8, 9)).status_code == 302


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (days(9, 8), "The last day is before the first one."),
        (days(8, 9) | {"ends_on": "9999-12-31"}, "before the year 2200"),
        ({"starts_on": "soon", "ends_on": ""}, "date"),
    ],
)
def test_impossible_days_are_refused(marta: User, given: dict[str, Any], words: str) -> None:
    answer = signed_in(marta).post(AWAY, given)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Absence.objects.exists()


def test_a_deputy_is_somebody_else_who_is_active(marta: User, oleg: User) -> None:
    User.objects.filter(pk=oleg.pk).update(is_active=False)
    contact = contact_of(ClientFactory())
    for person in (marta, oleg, contact):
        assert signed_in(marta).post(AWAY, days(8, 9, deputy=person.pk)).status_code == 422


def test_a_deputy_who_is_away_then_is_taken_with_a_warning(marta: User, oleg: User) -> None:
    away(oleg, 9, 20)
    answer = signed_in(marta).post(AWAY, days(8, 9, deputy=oleg.pk), follow=True)
    assert Absence.objects.filter(user=marta, deputy=oleg).exists()
    assert (
        "Oleg Orlov is away from Fri to 20 Jan, so there is no deputy on those days."
        in answer.content.decode()
    )


def test_a_clients_manager_has_a_deputy_of_the_same_company(marta: User) -> None:
    company = ClientFactory()
    helen, other = contact_of(company, is_manager=True), contact_of(company)
    stranger = contact_of(ClientFactory())
    browser = signed_in(helen)
    for person in (stranger, marta):
        assert browser.post(AWAY, days(8, 9, deputy=person.pk)).status_code == 422
    assert browser.post(AWAY, days(8, 9, deputy=other.pk)).status_code == 302
    page = browser.get(AWAY).content.decode()
    assert 'class="portal-head"' in page
    assert "working week" not in page
    assert "Open</a>" in browser.get(reverse("people:preferences")).content.decode()
    assert browser.post(reverse("people:week"), {"mon": "9-18"}).status_code == 404


def test_a_contact_has_no_such_page() -> None:
    contact = contact_of(ClientFactory())
    assert signed_in(contact).get(AWAY).status_code == 404
    assert AWAY not in signed_in(contact).get(reverse("people:preferences")).content.decode()


def test_nobody_touches_the_absence_of_another(marta: User, oleg: User, leader: User) -> None:
    absence = away(oleg, 8, 9)
    for person in (marta, leader):  # a leader has a page of their own for it
        browser = signed_in(person)
        assert browser.get(reverse("people:away-one", args=[absence.pk])).status_code == 404
        assert browser.post(reverse("people:away-remove", args=[absence.pk])).status_code == 404
    assert signed_in(marta).post(reverse("people:absence-remove", args=[absence.pk])).status_code == 404
    assert Absence.objects.exists()


def test_agents_have_no_list_of_all(marta: User) -> None:
    for name in ("absences", "absence-new", "absence-weeks"):
        assert signed_in(marta).get(reverse(f"people:{name}")).status_code == 404


def test_a_leader_sees_who_is_away_now_and_next(marta: User, oleg: User, leader: User) -> None:
    stranger = agent_of(GroupFactory(), full_name="Somebody Else")
    away(marta, 1, 6, deputy=oleg)
    away(oleg, 8, 9)
    away(leader, 1, 3)  # over
    away(stranger, 5, 6)
    context = signed_in(leader).get(LIST).context
    assert [row.user for row in context["now"]] == [marta]
    assert [row.user for row in context["next"]] == [oleg]


def test_a_leader_keeps_the_absences_of_the_group_only(oleg: User, leader: User) -> None:
    stranger = agent_of(GroupFactory())
    browser = signed_in(leader)
    new = reverse("people:absence-new")
    assert browser.post(new, days(8, 9, user=oleg.pk)).status_code == 302
    assert browser.post(new, days(8, 9, user=stranger.pk)).status_code == 422
    hidden = away(stranger, 20, 21)
    for name in ("absence", "absence-remove"):
        assert browser.post(reverse(f"people:{name}", args=[hidden.pk]), days(22, 23)).status_code == 404
    assert browser.get(reverse("people:absence-week", args=[stranger.pk])).status_code == 404


def test_an_administrator_keeps_all_of_them_and_can_look_at_one_group(marta: User, group: Group) -> None:
    stranger = agent_of(GroupFactory())
    away(marta, 5, 6)
    away(stranger, 5, 6)
    browser = signed_in(UserFactory(is_superuser=True))
    assert len(browser.get(LIST).context["now"]) == 2
    assert [row.user for row in browser.get(LIST, {"group": group.pk}).context["now"]] == [marta]
    assert len(browser.get(LIST, {"group": "x" * 30}).context["now"]) == 2
    assert browser.post(LIST + "new/", days(8, 9, user=stranger.pk, deputy=stranger.pk)).status_code == 422


def test_the_working_week_is_written_as_people_write_it(marta: User) -> None:
    week = reverse("people:week")
    given = {"mon": "9-13, 14.30–18", "fri": "22-6", "sat": "–"}
    assert signed_in(marta).post(week, given).status_code == 302
    marta.refresh_from_db()
    assert marta.working_week == {"mon": ["09:00-13:00", "14:30-18:00"], "fri": ["22:00-06:00"]}
    page = signed_in(marta).get(AWAY).content.decode()
    assert 'value="09:00-13:00, 14:30-18:00"' in page
    assert signed_in(marta).post(week, dict.fromkeys(DAYS, "")).status_code == 302
    marta.refresh_from_db()
    assert marta.working_week == {}


def test_a_week_that_was_not_sent_is_not_written(marta: User) -> None:
    week = {"mon": ["09:00-18:00"]}
    User.objects.filter(pk=marta.pk).update(working_week=week)
    administrator = UserFactory(is_superuser=True)
    others = reverse("people:absence-week", args=[marta.pk])
    assert signed_in(marta).post(reverse("people:week"), {}).status_code == 422
    assert signed_in(marta).post(reverse("people:week"), {"tuesday": "9-13"}).status_code == 422
    signed_in(administrator).post(others, {"other": "1"})
    marta.refresh_from_db()
    assert marta.working_week == week


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"mon": "nine to five"}, "“nine to five” is not a time range"),
        ({"mon": "9-18, 17-19"}, "overlaps other hours"),
        ({"mon": "22-6", "tue": "5-9"}, "run into the hours of the next day"),
        ({"mon": "<script>"}, "&lt;script&gt;"),
    ],
)
def test_a_wrong_week_is_refused_and_kept_in_the_form(marta: User, given: dict[str, str], words: str) -> None:
    answer = signed_in(marta).post(reverse("people:week"), given)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    marta.refresh_from_db()
    assert marta.working_week == {}


def test_a_leader_sets_the_week_of_an_agent(marta: User, leader: User) -> None:
    browser = signed_in(leader)
    browser.post(reverse("people:absence-week", args=[marta.pk]), {"mon": "9-18"})
    marta.refresh_from_db()
    assert marta.working_week == {"mon": ["09:00-18:00"]}
    page = browser.get(reverse("people:absence-weeks")).content.decode()
    assert "Mon 09:00–18:00" in page


def test_lists_cost_the_same_whatever_their_length(group: Group, leader: User) -> None:
    browser = signed_in(leader)

    def statements() -> list[int]:
        counts = []
        for name in ("absences", "absence-weeks"):
            with CaptureQueriesContext(connection) as sent:
                assert browser.get(reverse(f"people:{name}")).status_code == 200
            counts.append(len(sent))
        return counts

    first = agent_of(group)
    away(first, 5, 6, deputy=leader)
    statements()  # what is read once in a process
    few = statements()
    for _ in range(8):
        away(agent_of(group), 5, 6, deputy=first)
    assert statements() == few
    assert max(few) <= 14
