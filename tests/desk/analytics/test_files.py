"""The tables of insight as files."""

from __future__ import annotations

import pytest

from catalog.models import Kind
from tests.desk.analytics.conftest import get, lines, summarised
from tests.desk.conftest import Cast
from tests.factories import (
    ClientFactory,
    RequestTypeFactory,
    TicketFactory,
)

pytestmark = pytest.mark.django_db


def test_the_steps_as_a_file(cast: Cast) -> None:
    summarised(cast.ticket(), stays="360>360>3600>3600")
    summarised(cast.ticket(), stays="720>360>10800>3600")
    assert lines(cast.admin)[:3] == [
        [
            "Step",
            "Waiting on",
            "Visits",
            "Tickets",
            "Visits per ticket",
            "Median, hours",
            "p90, hours",
            "Total, hours",
            "Share of time, %",
        ],
        ["Classify", "Us", "2", "2", "1.0", "0.15", "0.19", "0.3", "4.62"],
        ["Accept", "Us", "2", "2", "1.0", "0.1", "0.1", "0.2", "3.08"],
    ]
    assert lines(cast.admin, sort="total")[1][0] == "Work"


def test_the_ways_as_a_file(cast: Cast) -> None:
    for _ in range(3):
        summarised(cast.ticket(), stays="0>0>3600>0")
    summarised(cast.ticket(), "classify>cancelled", "7200>0")
    assert lines(cast.admin, table="paths") == [
        ["Path", "Tickets", "Share, %", "Median, hours", "p90, hours"],
        ["Classify → Accept → Work → Resolved", "3", "75.0", "1.0", "1.0"],
        ["Classify → Cancelled", "1", "25.0", "2.0", "2.0"],
    ]


def test_no_cell_of_a_file_is_a_formula(cast: Cast) -> None:
    """Nodes that are gone from the flows keep their names; whatever they are, they stay text."""
    summarised(cast.ticket(), "=cmd|calc", "5")
    assert lines(cast.admin)[1][0] == "'=cmd|calc"
    assert lines(cast.admin, table="paths")[1][0] == "'=cmd|calc"


def test_the_file_follows_the_filter_and_knows_two_tables(cast: Cast) -> None:
    summarised(cast.ticket())
    assert len(lines(cast.admin, client=ClientFactory().pk)) == 1
    assert get(cast.admin, "insight-csv", table="people").status_code == 404
    answer = get(cast.admin, "insight-csv", table="paths")
    assert answer["Content-Disposition"] == 'attachment; filename="insight-paths-incident-2026-01-05.csv"'


def test_a_process_of_another_kind_has_its_own_steps(cast: Cast) -> None:
    RequestTypeFactory(kind=Kind.SERVICE_REQUEST)
    summarised(TicketFactory(), "approve>rejected", "7200>0", flow="ServiceRequestFlow")
    assert lines(cast.admin, process="service_request", table="paths")[1][0] == "Approve → Not approved"
