from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from servicedesk.people.models import Client
from tests.reports.conftest import ticket_at

NOVEMBER = ["--from", "2025-11-01", "--to", "2025-11-30"]


def written(tmp_path: Path, *arguments: str) -> bytes:
    out = tmp_path / "report"
    call_command("report", *arguments, "--out", str(out))
    return out.read_bytes()


def test_the_client_gives_zone_and_language(halden: Client, tmp_path: Path) -> None:
    halden.language = "es"
    halden.save()
    ticket_at(datetime(2025, 10, 31, 23, 30, tzinfo=UTC), halden)  # already November in Madrid
    plain = json.loads(written(tmp_path, "tickets", "--client", "halden logistics", *NOVEMBER))
    assert plain["figures"]["count"] == 1
    assert plain["language"] == "es"
    assert plain["period"]["time_zone"] == "Europe/Madrid"


def test_a_client_may_be_named_by_number(halden: Client, tmp_path: Path) -> None:
    plain = json.loads(written(tmp_path, "ratings", "--client", str(halden.pk), *NOVEMBER))
    assert plain["client"] == {"id": halden.pk, "name": "Halden Logistics"}


def test_without_a_client_all_are_counted_in_the_zone_asked_for(halden: Client, tmp_path: Path) -> None:
    ticket_at(datetime(2025, 10, 31, 23, 30, tzinfo=UTC), halden)
    for zone, count in (("UTC", 0), ("Asia/Tokyo", 1)):
        plain = json.loads(written(tmp_path, "tickets", *NOVEMBER, "--time-zone", zone))
        assert plain["figures"]["count"] == count


@pytest.mark.parametrize(
    ("format", "magic"),
    [("html", b"<!doctype"), ("pdf", b"%PDF"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf"), ("json", b"{")],
)
def test_every_format_is_written(halden: Client, tmp_path: Path, format: str, magic: bytes) -> None:
    assert written(tmp_path, "reopened", *NOVEMBER, "--format", format).startswith(magic)


def test_bytes_go_to_standard_output(halden: Client, capsysbinary: Any) -> None:
    call_command("report", "tickets", *NOVEMBER)
    assert json.loads(capsysbinary.readouterr().out)["report"] == "tickets"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--client", "Nobody", *NOVEMBER], "There is no client “Nobody”."),
        (["--from", "01.11.2025", "--to", "2025-11-30"], "--from 01.11.2025: write a day as YYYY-MM-DD"),
        (["--from", "2025-11-01", "--to", "2025-11-31"], "--to 2025-11-31: write a day"),
        (["--from", "2025-12-01", "--to", "2025-11-30"], "--from 2025-12-01 is after --to 2025-11-30."),
        ([*NOVEMBER, "--time-zone", "Moon/Base"], "“Moon/Base” is not a time zone."),
        ([*NOVEMBER, "--out", "/nowhere/report"], "/nowhere/report cannot be written"),
    ],
)
@pytest.mark.django_db
def test_a_wrong_question_gets_a_sentence_and_code_2(arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("report", "tickets", *arguments)
    assert sentence in str(refused.value)
    assert refused.value.returncode == 2


def test_an_unknown_report_ends_with_code_2() -> None:
    """As the shell sees it; no database is needed to refuse."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "django", "report", "weather", *NOVEMBER],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "invalid choice" in done.stderr
