"""A file or a word that cannot be used: one sentence with the place, exit code 2, nothing printed."""

from __future__ import annotations

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tests.sla.example_calendars import C1
from tests.sla.simulation.playing import FOUR, at, written

START = "2026-03-02T17:00:00+03:00"


def refusal_of(*words: str) -> str:
    out = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command(*words, stdout=out)
    assert refusal.value.returncode == 2
    assert not out.getvalue()
    return str(refusal.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "file.json: Expecting"),
        (b"\xff\xfe{}", "file.json: 'utf-8' codec"),
        (b"[" * 200_000, "file.json: "),
        (b"[]", "must be an object"),
        (b'{"events": [{"do": "create", "at": "yesterday"}]}', "events[0].at: Write a moment"),
    ],
)
def test_sla_play_refuses_the_file(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "file.json"
    path.write_bytes(content)
    assert sentence in refusal_of("sla_play", str(path))


@pytest.mark.parametrize("command", [["sla_play"], ["worktime", "add", START, "1h", "--calendar"]])
@pytest.mark.parametrize("name", ["missing.json", ""])
def test_a_file_that_is_not_there_or_no_file_is_named(tmp_path: Path, command: list[str], name: str) -> None:
    path = str(tmp_path / name)
    words = [command[0], *command[-1:][: len(command) - 1], path, *command[1:-1]]
    assert path in refusal_of(*words)


@pytest.mark.parametrize(
    ("change", "words", "sentence"),
    [
        ({}, ["add", START, "1 day"], "“1 day” is not a duration"),
        ({}, ["add", START, "-2h"], "“-2h” is not a duration"),
        ({}, ["add", START, "1.5h"], "“1.5h” is not a duration"),
        ({}, ["add", START], "“” is not a duration"),
        ({}, ["add", START, "999999d"], "does not pass before the year 2200"),
        ({}, ["add", "9999-12-31T23:59:59Z", "1h"], "from 1900 to 2200"),
        ({}, ["between", "0001-01-01T00:00:00+14:00", START], "from 1900 to 2200"),
        ({"tz": "Mars/Base"}, ["add", START, "1h"], "tz: “Mars/Base” is not a time zone"),
        ({"week": {"mon": ["09:00-00:00"]}}, ["add", START, "1h"], "week.mon[0]: "),
        ({"week": {"mon": ["09:00-13:00", "12:00-18:00"]}}, ["add", START, "1h"], "week.mon[1]: "),
        ({"week": {"mon": ["22:00-06:00"], "tue": ["05:00-09:00"]}}, ["add", START, "1h"], "week.mon[0]: "),
        ({"week": {"monday": []}}, ["add", START, "1h"], "week.monday: Unknown day"),
        ({"days": {"2026-01-01..2026-12-31": []}}, ["add", START, "1h"], "days: "),
        ({"days": {"9 March": []}}, ["add", START, "1h"], "days.9 March: "),
        ({"yearly": {"13-01": []}}, ["add", START, "1h"], "yearly.13-01: "),
        ({"country": "XX"}, ["add", START, "1h"], "country: "),
        ({"country": "DE", "subdivision": "XX"}, ["add", START, "1h"], "subdivision: "),
        ({"subdivision": "BE"}, ["add", START, "1h"], "subdivision: A subdivision needs its country."),
        ({"hours": {}}, ["add", START, "1h"], "hours: Unknown key"),
    ],
)
def test_worktime_refuses_what_it_cannot_use(
    tmp_path: Path, change: dict[str, Any], words: list[str], sentence: str
) -> None:
    path = tmp_path / "calendar.json"
    path.write_text(json.dumps(C1 | change), encoding="utf-8")
    assert sentence in refusal_of("worktime", "--calendar", str(path), *words)


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (["sla_play", "{folder}/scenario.json"], "events[1].at: "),
        (["worktime", "--calendar", "{folder}/calendar.json", "add", START, "1h"], "week.tue[0]: "),
        (["worktime", "--calendar", "{folder}/none.json", "add", START, "-2h"], "none.json: "),
        (["sla_play"], "SCENARIO.json"),
    ],
)
def test_in_a_shell(tmp_path: Path, words: list[str], place: str) -> None:
    early = written(FOUR, at("03-02 09:00", "create"), at("03-02 08:00", "cancel"))
    (tmp_path / "scenario.json").write_text(json.dumps(early), encoding="utf-8")
    (tmp_path / "calendar.json").write_text(json.dumps(C1 | {"week": {"tue": ["9-18"]}}), encoding="utf-8")
    command = [sys.executable, "manage.py", *(word.format(folder=tmp_path) for word in words)]
    ended = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert place in ended.stderr
    assert "Traceback" not in ended.stderr
