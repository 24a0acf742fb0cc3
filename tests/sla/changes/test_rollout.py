"""A change is carried out in batches: costs, a killed worker, failures, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from sla.changes import batches, preview, rollout
from sla.models import Calendar, ClockEvent, Policy, PolicyCell, TermsChange
from tests.sla.changes.applying import HOLIDAY, new_calendar, new_policy, order, run, undone
from tests.sla.example_calendars import C1, HOUR, moscow
from tests.sla.life import clock_of

pytestmark = pytest.mark.django_db
Opener = Callable[..., Ticket]


def test_a_version_for_later_waits_until_it_is_valid(opened: Opener, calendar: Calendar, admin: User) -> None:
    ticket = opened("03-13 17:00")
    change = order(new_calendar(calendar, "03-16 09:00"), admin, "03-13 17:30")
    assert run(change, "03-13 18:00").state == "waiting"
    assert rollout.to_hand_over(moscow("03-13 18:00")) == []
    assert rollout.to_hand_over(moscow("03-16 09:00")) == [change]
    assert run(change, "03-16 09:00").state == "done"
    assert clock_of(ticket).due_at == moscow("03-17 12:00")


def test_a_change_that_waits_can_be_called_off(opened: Opener, calendar: Calendar, admin: User) -> None:
    ticket = opened("03-13 17:00")
    change = order(new_calendar(calendar, "03-16 09:00"), admin, "03-13 17:30")
    undone(change, admin, "03-13 17:40")
    assert run(change, "03-16 09:00").state == "undone"
    assert clock_of(ticket).due_at == moscow("03-16 12:00")


def test_a_batch_costs_the_same_however_many_tickets(
    opened: Opener, calendar: Calendar, policy: Policy, admin: User
) -> None:
    def statements(act: Callable[[], Any]) -> int:
        with CaptureQueriesContext(connection) as seen:
            act()
        return len(seen)

    def all_of(version: Any, moment: str, seen: Callable[[], Any]) -> list[int]:
        change = order(version, admin, moment)
        counts = [statements(seen), statements(lambda: run(change, moment))]
        rollout.undo(change, by=admin, at=moscow(moment))
        return [*counts, statements(lambda: run(change, moment))]

    def both(minute: str) -> list[list[int]]:
        at, rows = moscow(minute), [PolicyCell(resolution=2 * HOUR)]
        matrix = new_policy(policy, minute, {"resolution": 2 * HOUR})
        by_calendar = all_of(
            new_calendar(calendar, minute), minute, lambda: preview.of_calendar(calendar, HOLIDAY, at)
        )
        return [by_calendar, all_of(matrix, minute, lambda: preview.of_policy(policy, rows, at))]

    for _ in range(2):
        opened("03-13 17:00")
    both("03-13 17:01")  # from here on old tickets know of more versions
    few = both("03-13 17:02")
    for _ in range(8):
        opened("03-13 17:00")
    assert both("03-13 17:03") == few
    assert max(max(counts) for counts in few) < 80


def test_a_killed_worker_leaves_nothing_half_and_another_goes_on(
    opened: Opener, calendar: Calendar, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets = [opened("03-13 17:00") for _ in range(5)]
    monkeypatch.setattr(batches, "SIZE", 2)
    change = order(new_calendar(calendar, "03-16 15:00"), admin, "03-16 15:00")
    store, calls = batches._store, []

    def dies_in_the_second(*args: Any) -> Any:
        calls.append(1)
        written = store(*args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return written

    monkeypatch.setattr(batches, "_store", dies_in_the_second)
    with pytest.raises(KeyboardInterrupt):
        run(change, "03-16 15:00")
    change.refresh_from_db()
    assert (change.state, change.done, change.total) == ("running", 2, 5)
    assert ClockEvent.objects.filter(kind="calendar", clock__kind="resolution").count() == 2
    assert rollout.to_hand_over(moscow("03-16 15:01")) == []
    assert rollout.to_hand_over(moscow("03-16 15:02")) == [change]
    run(change, "03-16 15:03")
    assert (change.state, change.done, change.changed) == ("done", 5, 5)
    assert ClockEvent.objects.filter(kind="calendar", clock__kind="resolution").count() == 5
    assert {clock_of(ticket).due_at for ticket in tickets} == {moscow("03-17 12:00")}


def test_a_failed_change_says_so_and_goes_on_when_asked(
    opened: Opener, calendar: Calendar, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = opened("03-13 17:00")
    change = order(new_calendar(calendar, "03-16 15:00"), admin, "03-16 15:00")
    with monkeypatch.context() as patch:
        patch.setattr(batches, "_store", lambda *_: 1 / 0)
        run(change, "03-16 15:00")
    assert (change.state, change.reason) == ("failed", "An internal error; see the server log.")
    assert rollout.to_hand_over(moscow("03-17 15:00")) == []
    rollout.retry(change)
    assert run(change, "03-16 15:10").state == "done"
    assert clock_of(ticket).due_at == moscow("03-17 12:00")
    with pytest.raises(rollout.ChangeRefused, match="has not failed"):
        rollout.retry(change)


def test_changes_of_the_same_come_one_after_the_other(
    opened: Opener, calendar: Calendar, admin: User
) -> None:
    ticket = opened("03-13 17:00")
    first = order(new_calendar(calendar, "03-16 15:00"), admin, "03-16 15:00")
    second = order(new_calendar(calendar, "03-16 15:05", C1), admin, "03-16 15:05")
    assert run(second, "03-16 15:06").state == "waiting"
    assert run(first, "03-16 15:07").state == "done"
    assert run(second, "03-16 15:08").state == "done"
    assert clock_of(ticket).due_at == moscow("03-16 12:00")
    assert TermsChange.objects.filter(state="done").count() == 2
