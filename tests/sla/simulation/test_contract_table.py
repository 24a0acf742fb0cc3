"""The rows of the contract's table about calendars and choices, each played by the command.

The rows about what happens to a ticket are in `test_playing`; those about hours bought in `tests/contracts`.
"""

from __future__ import annotations

import itertools
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError

from servicedesk.intake.submit import Submission, submit
from servicedesk.people.models import User
from sla.engine.worktime import NoWorkingTime, compiled
from sla.models import Calendar, Policy
from tests.contracts.conftest import make_contract
from tests.factories import ClientFactory, UserFactory
from tests.sla.example_calendars import C1, C2, C2B, C3, C4, C4D, HOUR, NEW_YORK, berlin, moscow
from tests.sla.simulation.playing import FOUR, at, msk, play_file, played, resolution, to

SHORT_FRIDAY = C1 | {"week": C1["week"] | {"fri": ["09:00-17:00"]}}
HOLIDAY = C1 | {"days": {"2026-03-09": []}}
SATURDAY = C1 | {"days": {"2026-03-14": ["09:00-15:00"]}}


@pytest.mark.parametrize(
    ("calendar", "created", "target", "due"),
    [
        (C1, moscow("03-02 17:00"), "4h", moscow("03-03 12:00")),
        (C1, moscow("03-02 14:00"), "4h", moscow("03-02 18:00")),
        (C1, moscow("03-02 18:00"), "4h", moscow("03-03 13:00")),
        (C1, moscow("03-03 08:59:59"), "4h", moscow("03-03 13:00")),
        (C2, berlin("03-02 12:00"), "2h", berlin("03-02 15:00")),
        (C2, berlin("03-02 13:30"), "1h", berlin("03-02 15:00")),
        (HOLIDAY, moscow("03-06 17:00"), "4h", moscow("03-10 12:00")),
        (SATURDAY, moscow("03-13 17:00"), "4h", moscow("03-14 12:00")),
        (C3, berlin("03-28 20:00"), "24h", berlin("03-29 21:00")),
        (C2B, berlin("03-27 17:00"), "2h", datetime(2026, 3, 30, 8, tzinfo=UTC)),
        (C4D, berlin("03-28 22:00"), "8h", berlin("03-29 23:00")),
        (NEW_YORK, moscow("03-09 15:30"), "1h", datetime(2026, 3, 9, 14, tzinfo=UTC)),
        (C3, berlin("03-02 23:59:30"), "1m", berlin("03-03 00:00:30")),
        (SHORT_FRIDAY, moscow("03-02 10:00"), "5d", moscow("03-09 10:00")),
        (C1, moscow("03-06 12:00"), "1d", moscow("03-09 12:00")),
        (C1, moscow("03-02 10:00"), "eod", moscow("03-02 18:00")),
        (C1, moscow("03-02 19:00"), "eod", moscow("03-03 18:00")),
        (C1, moscow("03-02 10:00"), "eod+1", moscow("03-03 18:00")),
        # Not in the table, but of its kind
        (SHORT_FRIDAY, moscow("03-05 17:30"), "1d", moscow("03-06 17:00")),  # at closing of a short day
        (SHORT_FRIDAY, moscow("03-05 17:30"), "1d 2h", moscow("03-09 11:00")),
        (SHORT_FRIDAY, moscow("03-05 10:00"), "eod+1", moscow("03-06 17:00")),
        (C1, moscow("03-02 18:00"), "eod", moscow("03-03 18:00")),  # closed at the very instant (R2)
        (C1, moscow("03-02 08:00"), "eod", moscow("03-02 18:00")),
        (C2, berlin("03-02 13:30"), "eod", berlin("03-02 18:00")),  # a break is of the day
        (C2, berlin("03-02 11:30"), "2d", berlin("03-04 11:30")),
        (HOLIDAY, moscow("03-06 10:00"), "eod+1", moscow("03-10 18:00")),
        (C4, berlin("03-07 02:00"), "1d", berlin("03-10 02:00")),  # in Friday's night: the next is Monday's
        (C4, berlin("03-07 02:00"), "eod", berlin("03-07 06:00")),
        (C4D, berlin("03-28 01:30"), "1d", berlin("03-29 01:30")),
        (C3, berlin("03-28 02:30"), "1d", berlin("03-29 03:00")),  # 02:30 is left out that night
        (C3, berlin("03-02 10:00"), "eod", berlin("03-03 00:00")),
        (C4, berlin("03-06 23:00"), "8h", berlin("03-09 23:00")),
        (C1, moscow("03-02 17:00"), "1d 4h", moscow("03-04 12:00")),
        (C1, moscow("03-07 12:00"), "24h", moscow("03-11 15:00")),
        (C2, berlin("03-02 09:00"), "1d", berlin("03-02 18:00")),
    ],
)
def test_the_deadline_of_a_new_ticket(
    calendar: dict[str, Any], created: datetime, target: str, due: datetime
) -> None:
    event = {"at": created.isoformat(), "do": "create"}
    data = {"calendars": {"c": calendar}, "cells": [{"resolution": target}], "events": [event]}
    clock = play_file(data)["resolution"]
    assert (clock["state"], datetime.fromisoformat(clock["due_at"])) == ("running", due)


@pytest.mark.parametrize(
    "text", ["eod+0", "eod-1", "eod + 1", "EOD", "eod 2h", "1d eod", "2 d", "1w", "1.5d", "2d+", "d", ""]
)
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(CommandError, match="Write for example “30m”, “4h”, “2d”, “1d 4h”, or “eod”"):
        resolution({"resolution": text}, at("03-02 09:00", "create"))


def test_days_are_settled_once_and_pauses_put_them_off() -> None:
    events = [
        at("03-05 10:00", "create"),
        to("03-05 12:00", "waiting_client"),
        to("03-06 12:00", "in_progress"),
    ]
    calendars = {"c1": SHORT_FRIDAY}
    clock = resolution({"resolution": "2d"}, *events, calendars=calendars)
    assert (clock["target_s"], clock["due_at"]) == (17 * 3600, msk("03-10 10:00"))


def test_days_of_a_new_target_count_from_the_start_of_the_clock() -> None:
    rows = [{"priority": "P3", "resolution": "2h"}, {"priority": "P1", "resolution": "eod+1"}]
    events = [at("03-02 10:00", "create"), at("03-02 11:00", "set", priority="P1")]
    assert resolution(rows, *events)["due_at"] == msk("03-03 18:00")
    rows[1]["retarget"] = "change"
    assert resolution(rows, events[0], at("03-03 11:00", "set", priority="P1"))["due_at"] == msk(
        "03-04 18:00"
    )


def test_a_new_cycle_settles_its_days_anew() -> None:
    events = [at("03-05 10:00", "create"), to("03-05 12:00", "resolved"), to("03-06 16:00", "in_progress")]
    cell = {"resolution": "eod", "reopen": "cycle"}
    assert resolution(cell, *events, calendars={"c1": SHORT_FRIDAY})["due_at"] == msk("03-06 17:00")


def test_a_breach_by_time_stays_what_it_was_when_the_type_is_changed_there_and_back() -> None:
    rows = [
        {"type": "incident", "first_response": "1h"},
        {"type": "service_request", "first_response": "4h"},
    ]
    events = [
        at("03-02 09:00", "create", type="incident"),
        at("03-02 12:00", "set", type="service_request"),
        at("03-02 13:00", "set", type="incident"),
    ]
    for told in (events, events[:2]):
        clock = played(rows, *told)["first_response"]
        assert (clock["breached_at"], clock["breach_cause"]) == (msk("03-02 10:00"), "time")
    assert [one["state"] for one in played(rows, *events)["first_response"]["cycles"]] == [
        "cancelled", "cancelled", "breached",
    ]  # fmt: skip


@pytest.mark.parametrize("rule", ["keep", "change", "recompute"])
def test_so_does_one_whose_priority_is_changed_there_and_back(rule: str) -> None:
    rows = [
        {"priority": "P1", "resolution": "1h", "retarget": rule},
        {"priority": "P3", "resolution": "8h", "retarget": rule},
    ]
    events = [
        at("03-02 09:00", "create", priority="P1"),
        at("03-02 12:00", "set", priority="P3"),
        at("03-02 13:00", "set", priority="P1"),
        to("03-02 13:30", "resolved"),
    ]
    for told in (events, events[:3], events[:2]):
        clock = resolution(rows, *told)
        assert (clock["breached_at"], clock["breach_cause"]) == (msk("03-02 10:00"), "time")


def test_no_row_no_clock_when_the_ticket_comes_back_and_then_it_goes_on() -> None:
    rows = [{"priority": "P1", "resolution": "8h"}]
    events = [
        at("03-02 09:00", "create", priority="P1"),
        to("03-02 11:00", "resolved"),
        at("03-02 12:00", "set", priority="P4"),
        to("03-02 13:00", "in_progress"),
        at("03-02 14:00", "set", priority="P1"),
    ]
    stood = resolution(rows, *events[:4], now="03-06 10:00")
    assert (stood["state"], stood["elapsed_s"], len(stood["cycles"])) == ("met", 2 * 3600, 1)
    clock = resolution(rows, *events)
    assert (clock["state"], clock["elapsed_s"], clock["due_at"]) == ("running", 2 * 3600, msk("03-03 11:00"))


def test_a_clock_that_lost_its_row_goes_on_when_the_ticket_comes_back_with_one() -> None:
    rows = [{"priority": "P1", "resolution": "8h"}]
    events = [
        at("03-02 09:00", "create", priority="P1"),
        at("03-02 10:00", "set", priority="P4"),
        to("03-02 11:00", "resolved"),
        at("03-02 12:00", "set", priority="P1"),
        to("03-02 13:00", "in_progress"),
    ]
    assert resolution(rows, *events[:4])["state"] == "cancelled"
    clock = resolution(rows, *events)
    assert (clock["state"], clock["due_at"]) == ("running", msk("03-03 11:00"))


def test_a_quiet_sweep_sees_no_breach_of_a_paused_clock() -> None:
    events = [at("03-02 10:00", "create"), to("03-02 13:00", "waiting_client")]
    clock = resolution(FOUR, *events, now="03-03 10:00")
    assert (clock["state"], clock["remaining_s"], clock["breached_at"]) == ("paused", 3600, None)


def test_two_rows_match_the_same_whatever_they_are_called_and_however_they_lie() -> None:
    rows: list[dict[str, Any]] = [
        {"priority": "P1", "resolution": "1h"},
        {"type": "incident", "resolution": "2h"},
        {"type": "incident", "rank": -1, "resolution": "3h"},
        {"service": "mail", "resolution": "4h"},
        {"service": "mail", "priority": "P1", "rank": 9, "resolution": "5h"},
    ]
    for name in ("mail", "a", "ящик"):
        named = [row | ({"service": name} if "service" in row else {}) for row in rows]
        created = at("03-02 09:00", "create", type="incident", priority="P1", service=name)
        for order in itertools.islice(itertools.permutations(named), 0, None, 4):
            assert resolution(list(order), created)["remaining_s"] == 5 * 3600


@pytest.mark.parametrize(
    ("calendar", "place"),
    [
        ({"tz": "UTC", "week": {}}, "calendars.c1.week: "),
        ({"tz": "UTC", "week": {"mon": ["09:00-00:00"]}}, "calendars.c1.week.mon[0]: "),
        (C1 | {"yearly": {"01-01..12-31": []}}, "calendars.c1.week: "),
        (C1 | {"days": {"2026-03-01..2027-03-01": []}}, "calendars.c1.days: "),
        (
            C1 | {"days": {(date(2026, 3, 1) + timedelta(days=n)).isoformat(): [] for n in range(366)}},
            "calendars.c1.days: ",
        ),
    ],
)
def test_a_calendar_that_keeps_no_promise_is_refused(calendar: dict[str, Any], place: str) -> None:
    with pytest.raises(CommandError) as refusal:
        resolution(FOUR, at("03-02 09:00", "create"), calendars={"c1": calendar})
    assert str(refusal.value).startswith(place)
    assert refusal.value.returncode == 2


@pytest.mark.parametrize(
    "definition",
    [
        {"tz": "UTC", "week": {}},
        C1 | {"days": {"2026-03-01..2029-03-01": []}},
        C1 | {"yearly": {"01-01..12-31": []}},
    ],
)
def test_the_engine_says_at_once_that_there_is_no_working_time(definition: dict[str, Any]) -> None:
    calendar, started = compiled(definition), time.process_time()
    with pytest.raises(NoWorkingTime):
        calendar.add(moscow("03-02 10:00"), HOUR)
    assert (
        time.process_time() - started < 5
    )  # seconds of CPU: it must not search for ever; `make bench` measures


@pytest.mark.django_db
def test_the_day_after_the_contract_there_is_no_promise_and_the_agent_reads_why(
    policy: Policy, calendar: Calendar
) -> None:
    company = ClientFactory(time_zone="Europe/Moscow")
    make_contract(company, ends_on=date(2026, 3, 31), policy=policy, calendar=calendar)
    person: User = UserFactory()

    def asked(moment: str) -> Any:
        return submit(Submission(person, company, "No letters", "Since Friday.", at=moscow(moment)))

    last, late = asked("03-31 17:00"), asked("04-01 09:00")
    assert last.clocks.get(kind="resolution").due_at == moscow("04-01 12:00")
    assert not late.clocks.exists()
    assert late.coverage.reason == "expired"
    assert "Gold 2026" in late.coverage.reason_text()  # stands on the agent's page


def test_a_holiday_told_of_later_leaves_the_closed_alone_and_frees_the_open() -> None:
    events = [
        at("03-13 17:00", "create"),
        at("03-16 15:00", "calendar", name="c1", replace=C1 | {"days": {"2026-03-16": []}}),
    ]
    assert resolution(FOUR, *events)["due_at"] == msk("03-17 12:00")
    closed = resolution(FOUR, *events, to("03-16 12:30", "closed"))
    assert (closed["state"], closed["breached_at"]) == ("breached", msk("03-16 12:00"))
