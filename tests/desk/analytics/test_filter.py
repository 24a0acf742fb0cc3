"""The filter of insight: each part narrows, and a bad value does nothing but say so."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from servicedesk.desk.analytics.filter_form import AnalyticsForm
from servicedesk.desk.analytics.periods import Days, Period, days_of
from tests.desk.analytics.conftest import count, get, shown, summarised
from tests.desk.conftest import Cast
from tests.factories import (
    ClientFactory,
    ServiceFactory,
    TicketFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def test_each_part_of_the_filter_narrows(cast: Cast) -> None:
    other = ServiceFactory()
    ticket = summarised(cast.ticket())
    summarised(TicketFactory(service=other))
    summarised(TicketFactory(), flow="ConsultationFlow")
    assert count(cast.admin) == 2
    assert count(cast.admin, process="consultation") == 1
    assert count(cast.admin, client=ticket.client_id) == 1
    assert count(cast.admin, service=other.pk) == 1
    assert count(cast.admin, group=ticket.group_id) == 1
    assert count(cast.admin, group=ticket.group_id, service=other.pk) == 0


def test_a_run_belongs_to_the_day_it_finished_on_where_the_reader_is(cast: Cast) -> None:
    cast.admin.time_zone = "Asia/Tokyo"
    cast.admin.save()
    # 15:00 UTC is midnight in Tokyo
    for hour in (14, 15):
        summarised(TicketFactory(), finished_at=datetime(2026, 1, 3, hour, 59, tzinfo=UTC))
    asked = {"period": "days", "first": "2026-01-04", "last": "2026-01-04"}
    assert count(cast.admin, **asked) == 1
    assert count(cast.admin, period="days", last="2026-01-03") == 1
    assert count(cast.admin, period="days") == 2


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        (Period.DAYS_30, "2026-02-02", "2026-03-03"),
        (Period.THIS_MONTH, "2026-03-01", "2026-03-03"),
        (Period.LAST_MONTH, "2026-02-01", "2026-02-28"),
        (Period.THIS_YEAR, "2026-01-01", "2026-03-03"),
        (Period.YEAR, "2025-03-04", "2026-03-03"),
    ],
)
def test_periods_are_whole_days(period: str, first: str, last: str) -> None:
    days = days_of(period, datetime(2026, 3, 3, tzinfo=UTC).date())
    assert [str(day) for day in days] == [first, last]


def test_any_time_is_open_on_both_sides() -> None:
    assert days_of(Period.ALL, timezone.now().date()) == Days(None, None)


HOSTILE = [
    {"process": "nothing"},
    {"client": "x"},
    {"client": "9" * 40},
    {"service": "-1"},
    {"group": "1' OR 1=1--"},
    {"period": "<script>alert(1)</script>"},
    {"period": "days", "first": "0000-00-00"},
    {"period": "days", "first": "9999-12-31", "last": "9999-12-31"},
    {"period": "days", "first": "2026-03-02", "last": "2026-03-01"},
    {"period": "days", "last": "2026-02-30"},
]


@pytest.mark.parametrize("asked", HOSTILE)
def test_a_bad_value_narrows_nothing_and_is_shown(cast: Cast, asked: dict[str, str]) -> None:
    summarised(cast.ticket())
    answer = get(cast.admin, **asked)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "A part of the filter was not applied." in page
    assert "<script>alert" not in page
    assert answer.context["key_figures"][0].text == "1"
    assert get(cast.admin, "insight-csv", **asked).status_code == 200
    assert get(cast.admin, "insight-tickets", **asked).status_code == 200


def test_a_client_of_another_manager_is_no_choice(cast: Cast) -> None:
    summarised(cast.ticket())
    other = ClientFactory(account_manager=UserFactory(is_account_manager=True))
    context = shown(cast.account_manager, client=other.pk)
    assert "client" in context["form"].errors
    assert other.name not in get(cast.account_manager).content.decode()


def test_unknown_sorts_and_pages_are_left_alone(cast: Cast) -> None:
    summarised(cast.ticket())
    assert shown(cast.admin, sort="__class__")["steps"][0].label == "Classify"
    assert get(cast.admin, "insight-tickets", page="minus one").status_code == 200


def test_an_address_that_asks_the_same_leaves_mistakes_out(cast: Cast) -> None:
    asked = {"client": str(cast.company.pk), "group": "x", "period": "30"}
    form = AnalyticsForm(asked, user=cast.admin, at=timezone.now())
    query = urlencode({"client": cast.company.pk, "period": "30", "of": "all"})
    assert form.address("/x/", of="all") == f"/x/?{query}"
    assert form.said == f"Incident, {cast.company.name}, Last 30 days"


def test_without_tickets_the_page_says_why_and_leads_on(cast: Cast) -> None:
    page = get(cast.admin).content.decode()
    assert "No finished ticket yet" in page
    assert 'href="/desk/insight/?period=all"' in page
    narrowed = get(cast.admin, period="all").content.decode()
    assert "No results for this filter" in narrowed
    assert 'href="/desk/insight/?period=all"' not in narrowed
