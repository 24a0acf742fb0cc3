"""The commands for experts: worktime, sla_play, sla_rebuild."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from servicedesk.tickets.models import Ticket
from sla.models import Clock
from sla.sweep import clock_sweep
from tests.sla.example_calendars import C1, moscow
from tests.sla.life import ask_client, clock_of, work


def run(*args: str, **options: Any) -> str:
    out = StringIO()
    call_command(*args, stdout=out, stderr=StringIO(), **options)
    return out.getvalue().strip()


@pytest.fixture
def calendar_file(tmp_path: Path) -> str:
    path = tmp_path / "calendar.json"
    path.write_text(json.dumps(C1), encoding="utf-8")
    return str(path)


def test_worktime_adds_in_the_zone_of_the_calendar(calendar_file: str) -> None:
    start = "2026-03-02T14:00:00+00:00"
    assert run("worktime", "--calendar", calendar_file, "add", start, "1d 4h") == "2026-03-04T12:00:00+03:00"


def test_worktime_measures_in_seconds(calendar_file: str) -> None:
    moments = ("2026-03-02T17:00:00+03:00", "2026-03-03T09:00:30+03:00")
    assert run("worktime", "--calendar", calendar_file, "between", *moments) == "3630"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["add", "2026-03-02T17:00:00+03:00", "1 day"], "“1 day” is not a duration"),
        (["add", "2026-03-02T17:00:00+03:00", "-2h"], "“-2h” is not a duration"),
        (["add", "2026-03-02T17:00:00", "2h"], "no moment with an offset"),
        (["between", "2026-03-02T17:00:00+03:00", "tomorrow"], "no moment with an offset"),
    ],
)
def test_worktime_names_what_it_cannot_read(calendar_file: str, words: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence) as refusal:
        run("worktime", "--calendar", calendar_file, *words)
    assert refusal.value.returncode == 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "calendar.json"),
        (json.dumps(C1 | {"week": {"mon": ["09:00-00:00"]}}), r"week\.mon\[0\]"),
        (json.dumps({"tz": "UTC"}), "no working time"),
    ],
)
def test_worktime_refuses_a_bad_file_with_the_place(calendar_file: str, text: str, sentence: str) -> None:
    Path(calendar_file).write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=sentence) as refusal:
        run("worktime", "--calendar", calendar_file, "add", "2026-03-02T17:00:00+03:00", "2h")
    assert refusal.value.returncode == 2


def test_sla_play_prints_the_clocks_and_touches_no_database(tmp_path: Path) -> None:
    path = tmp_path / "scenario.json"
    created = {"at": "2026-03-02T17:00:00+03:00", "do": "create", "type": "incident", "priority": "P3"}
    data = {"calendars": {"c1": C1}, "cells": [{"resolution": "4h"}], "events": [created]}
    path.write_text(json.dumps(data), encoding="utf-8")
    played = json.loads(run("sla_play", str(path)))
    assert played["clocks"]["resolution"]["due_at"] == "2026-03-03T12:00:00+03:00"
    assert played["clocks"]["first_response"]["state"] == "none"


def test_sla_play_names_the_fault(tmp_path: Path) -> None:
    path = tmp_path / "scenario.json"
    path.write_text('{"events": []}', encoding="utf-8")
    with pytest.raises(CommandError, match="events: ") as refusal:
        run("sla_play", str(path))
    assert refusal.value.returncode == 2


@pytest.fixture
def lived(ticket: Ticket) -> Ticket:
    work(ticket, "03-02 10:30")
    ask_client(ticket, "03-02 15:00")
    clock_sweep.sweep(moscow("03-02 16:00"))
    return ticket


@time_machine.travel(moscow("03-02 16:30"), tick=False)
def test_a_rebuild_of_right_columns_finds_nothing(lived: Ticket) -> None:
    assert run("sla_rebuild") == "0 differences corrected in 1 tickets"


@time_machine.travel(moscow("03-02 16:30"), tick=False)
@pytest.mark.parametrize("dry_run", [True, False])
def test_a_rebuild_says_what_differs_and_mends_it(lived: Ticket, dry_run: bool) -> None:
    Clock.objects.filter(ticket=lived, kind="resolution").update(breached_at=None)
    Ticket.objects.filter(pk=lived.pk).update(is_overdue=False)
    said = run("sla_rebuild", dry_run=dry_run)
    assert f"{lived.reference} resolution breached_at: None -> 2026-03-02 11:00:00+00:00" in said
    assert f"{lived.reference} deadline" in said
    lived.refresh_from_db()
    assert lived.is_overdue is not dry_run
    assert (clock_of(lived).breached_at is None) is dry_run
