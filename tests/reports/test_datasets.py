from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from catalog.models import Kind
from reports import datasets
from reports.periods import Period
from reports.report import Report, Value
from servicedesk.people.models import Client, User
from servicedesk.tickets.models import EventKind, Priority
from servicedesk.tickets.statuses import Status
from tests.factories import ClientFactory, GroupFactory, ServiceFactory, UserFactory
from tests.reports.conftest import MADRID, event, rated, scope_of, ticket_at

NOON = datetime(2025, 11, 10, 12, tzinfo=UTC)


def figures(report: Report) -> dict[str, Value]:
    return {figure.key: figure.value for figure in report.figures}


def lines(report: Report, key: str) -> list[list[Value]]:
    table = next(table for table in report.tables if table.key == key)
    return [list(line.values) for line in table.lines]


def test_a_ticket_belongs_to_the_day_of_the_clients_zone(halden: Client, november: Period) -> None:
    ticket_at(datetime(2025, 10, 31, 22, 59, 59, tzinfo=UTC), halden)  # still October in Madrid
    first = ticket_at(datetime(2025, 10, 31, 23, tzinfo=UTC), halden)  # midnight there
    last = ticket_at(datetime(2025, 11, 30, 22, 59, 59, tzinfo=UTC), halden)
    ticket_at(datetime(2025, 11, 30, 23, tzinfo=UTC), halden)  # already December
    report = datasets.build("tickets", scope_of(halden, november))
    assert [row.ticket for row in report.rows] == [first.pk, last.pk]
    assert report.series.points[0] == (date(2025, 11, 1), 1)
    assert report.series.points[-1] == (date(2025, 11, 30), 1)


def test_the_doubled_hour_of_autumn_is_counted_whole(halden: Client) -> None:
    day = Period(date(2025, 10, 26), date(2025, 10, 26), MADRID)
    for hour in (0, 1, 22):  # 2:00 and again 2:00, 23:00 in Madrid
        ticket_at(datetime(2025, 10, 26, hour, tzinfo=UTC), halden)
    assert datasets.build("tickets", scope_of(halden, day)).series.points == [(date(2025, 10, 26), 3)]


def test_a_ticket_is_overdue_if_a_promise_was_ever_broken(halden: Client, november: Period) -> None:
    ticket_at(NOON, halden, late=True, status=Status.CLOSED)
    for _number in range(3):
        ticket_at(NOON, halden)
    report = datasets.build("tickets", scope_of(halden, november))
    assert figures(report) == {"count": 4, "overdue": 1, "overdue_share": 0.25, "open": 3}
    assert report.summary == "4 requests came in, 1 breached the SLA."
    assert report.series.part[9] == 1


def test_a_promise_broken_before_a_reopening_is_not_forgotten(halden: Client, november: Period) -> None:
    ticket = ticket_at(NOON, halden, late=True)
    ticket.clocks.update(breached_at=None, state="running", cycle=2)
    assert figures(datasets.build("tickets", scope_of(halden, november)))["overdue"] == 1


def test_types_statuses_and_people_are_shared_out(halden: Client, november: Period) -> None:
    group = GroupFactory(name="Network")
    ilya = UserFactory(full_name="Ilya Petrov", is_agent=True)
    service = ServiceFactory(group=group)
    ticket_at(NOON, halden, service=service, assignee=ilya, priority=Priority.P1, late=True)
    ticket_at(NOON, halden, service=service, assignee=ilya, kind=Kind.SERVICE_REQUEST)
    ticket_at(NOON, halden, service=service, status=Status.CLOSED)
    ticket_at(NOON, halden, service=service, status=Status.CLOSED, kind=Kind.CONSULTATION)
    report = datasets.build("tickets", scope_of(halden, november))
    assert lines(report, "kind") == [
        ["Incident", 2, 0.5, 1, 0.5],
        ["Service request", 1, 0.25, 0, 0.0],
        ["Consultation", 1, 0.25, 0, 0.0],
    ]
    assert lines(report, "status") == [["New", 2, 0.5], ["Closed", 2, 0.5]]
    assert lines(report, "priority") == [["Critical", 1, 1, 1.0], ["Normal", 3, 0, 0.0]]
    assert lines(report, "agent") == [["Ilya Petrov", 2, 1, 0.5], ["Unassigned", 2, 0, 0.0]]
    assert lines(report, "group") == [["Network", 4, 1, 0.25]]
    assert lines(report, "client") == [["Halden Logistics", 4, 1, 0.25]]


def test_two_people_of_one_name_stay_two(halden: Client, november: Period) -> None:
    for _twin in range(2):
        ticket_at(NOON, halden, assignee=UserFactory(full_name="Ana Gil", is_agent=True))
    report = datasets.build("tickets", scope_of(halden, november))
    assert lines(report, "agent") == [["Ana Gil", 1, 0, 0.0]] * 2


def test_every_figure_leads_to_its_tickets(halden: Client, november: Period) -> None:
    late = ticket_at(NOON, halden, late=True)
    ticket_at(NOON, halden, status=Status.CANCELLED)
    report = datasets.build("tickets", scope_of(halden, november))
    for figure in report.figures:
        if isinstance(figure.value, int):
            assert len(report.rows_of(figure.facets)) == figure.value
    for table in report.tables:
        for line in table.lines:
            assert len(report.rows_of(line.facets)) == line.values[1]
    assert [row.ticket for row in report.rows_of({"overdue": "1"})] == [late.pk]


def test_ratings_of_the_period_are_averaged_and_shared_out(halden: Client, november: Period) -> None:
    ilya = UserFactory(full_name="Ilya Petrov", is_agent=True)
    before = datetime(2025, 9, 1, tzinfo=UTC)
    for mark in (5, 5, 2):
        rated(ticket_at(before, halden, assignee=ilya), NOON, mark, "Slow" if mark == 2 else "")
    rated(ticket_at(NOON, halden), datetime(2025, 12, 1, tzinfo=UTC), 1)  # of December
    report = datasets.build("ratings", scope_of(halden, november))
    assert figures(report) == {"average": 4.0, "count": 3, "good_share": pytest.approx(2 / 3), "bad": 1}
    assert [line[:2] for line in lines(report, "rating")] == [
        ["5", 2],
        ["4", 0],
        ["3", 0],
        ["2", 1],
        ["1", 0],
    ]
    assert lines(report, "agent") == [["Ilya Petrov", 3, 4.0]]
    assert report.summary == "3 requests were rated, 4.00 of 5 on average."
    assert [row.values[-2:] for row in report.rows] == [[5, ""], [5, ""], [2, "Slow"]]


def test_the_last_rating_of_a_ticket_counts(halden: Client, november: Period) -> None:
    ticket = ticket_at(NOON, halden)
    rated(ticket, NOON, 1)
    rated(ticket, NOON.replace(hour=15), 5)
    assert figures(datasets.build("ratings", scope_of(halden, november)))["average"] == 5.0


def test_a_ticket_reopened_twice_is_one_ticket_and_two_times(halden: Client, november: Period) -> None:
    twice, once = ticket_at(NOON, halden), ticket_at(NOON, halden, kind=Kind.SERVICE_REQUEST)
    for ticket, hour in ((twice, 13), (once, 14), (twice, 15)):
        event(ticket, EventKind.REOPENED, NOON.replace(hour=hour))
    event(once, EventKind.REOPENED, datetime(2025, 12, 2, tzinfo=UTC))  # of December
    event(once, EventKind.CLOSED, NOON)
    report = datasets.build("reopened", scope_of(halden, november))
    assert figures(report) == {"count": 2, "times": 3, "again": 1}
    assert lines(report, "kind") == [["Incident", 1, 2], ["Service request", 1, 1]]
    assert [row.ticket for row in report.rows] == [twice.pk, once.pk]
    assert report.summary == "2 requests were re-opened, 3 times in all."


@pytest.mark.parametrize("kind", ["tickets", "ratings", "reopened"])
def test_an_empty_report_has_no_shares_and_does_not_fail(kind: str, halden: Client, november: Period) -> None:
    report = datasets.build(kind, scope_of(halden, november))
    assert report.is_empty
    assert figures(report)["count"] == 0
    assert all(not table.lines for table in report.tables)


@pytest.mark.parametrize("kind", ["tickets", "ratings", "reopened"])
def test_a_viewer_is_told_only_about_tickets_they_may_see(
    kind: str, halden: Client, november: Period, manager: User
) -> None:
    for client in (halden, ClientFactory(name="Orchard Schools")):
        ticket = ticket_at(NOON, client)
        rated(ticket, NOON, 4)
        event(ticket, EventKind.REOPENED, NOON)
    report = datasets.build(kind, scope_of(None, november, viewer=manager))
    assert lines(report, "client")[0][0] == "Halden Logistics"
    assert len(report.rows) == 1


def test_a_report_speaks_the_language_asked_for(halden: Client, november: Period) -> None:
    service = ServiceFactory(name="Network", translations={"es": "Red"})
    ticket_at(NOON, halden, service=service)
    report = datasets.build("tickets", scope_of(halden, november, "es"))
    assert "Red" in report.rows[0].values


@pytest.mark.parametrize("kind", ["tickets", "ratings", "reopened"])
def test_a_report_is_one_statement_whatever_its_length(
    kind: str, halden: Client, november: Period, django_assert_num_queries: Any
) -> None:
    for length in (5, 45):
        for _number in range(length):
            ticket = ticket_at(NOON, halden, late=True)
            rated(ticket, NOON, 3)
            event(ticket, EventKind.REOPENED, NOON)
        with django_assert_num_queries(1):
            datasets.build(kind, scope_of(halden, november))
