"""R14: local hours that are left out or come twice; `sla_zones` names the clocks that an edition moves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
import tzdata
from django.core.management import CommandError, call_command

from servicedesk.lib import zones
from sla.engine.worktime import compiled
from sla.models import Clock, ZoneEdition
from sla.time_zones import checks, moved_deadlines
from tests.factories import ClientFactory, contract_for, opened_by_door

ZONES = Path(str(tzdata.__file__)).parent / "zoneinfo"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


@pytest.mark.parametrize(
    ("zone", "hours", "day", "opens", "closes"),
    [
        # left out: 02:00 to 03:00 in Berlin, 00:00 to 01:00 in Cairo, 02:00 to 02:30 on Lord Howe Island
        ("Europe/Berlin", "02:30-10:00", "2026-03-29", "2026-03-29T01:00", "2026-03-29T08:00"),
        ("Africa/Cairo", "00:30-08:00", "2026-04-24", "2026-04-23T22:00", "2026-04-24T05:00"),
        ("Australia/Lord_Howe", "02:15-06:00", "2026-10-04", "2026-10-03T15:30", "2026-10-03T19:00"),
        # twice: 02:00 to 03:00 in Berlin, 00:00 to 01:00 in Havana, 01:30 to 02:00 on Lord Howe Island
        ("Europe/Berlin", "02:30-10:00", "2026-10-25", "2026-10-25T00:30", "2026-10-25T09:00"),
        ("Europe/Berlin", "01:00-02:30", "2026-10-25", "2026-10-24T23:00", "2026-10-25T00:30"),
        ("America/Havana", "00:30-08:00", "2025-11-02", "2025-11-02T04:30", "2025-11-02T13:00"),
        ("Australia/Lord_Howe", "01:45-06:00", "2026-04-05", "2026-04-04T14:45", "2026-04-04T19:30"),
    ],
)
def test_an_hour_left_out_moves_forward_and_one_that_comes_twice_is_the_first(
    zone: str, hours: str, day: str, opens: str, closes: str
) -> None:
    worktime = compiled({"tz": zone, "days": {day: [hours]}, "week": {"mon": ["09:00-10:00"]}})
    midnight = zones.midnight(datetime.fromisoformat(day).date(), ZoneInfo(zone))
    found = worktime.intervals(midnight - timedelta(hours=1), midnight + timedelta(hours=14))
    assert (utc(opens), utc(closes)) in found


def test_hours_of_the_round_clock_have_no_hole_on_any_of_these_days() -> None:
    for zone in (
        "Europe/Berlin",
        "Africa/Cairo",
        "America/Havana",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
    ):
        worktime = compiled({"tz": zone, "week": {day: ["00:00-24:00"] for day in DAYS}})
        since, until = utc("2026-01-01T00:00"), utc("2027-06-01T00:00")
        assert worktime.between(since, until) == until - since, zone


def test_a_deadline_follows_the_edition_of_the_product() -> None:
    """Vancouver stays at UTC-7 in this edition; older ones turn the clocks back in November."""
    worktime = compiled({"tz": "America/Vancouver", "week": {day: ["09:00-17:00"] for day in DAYS}})
    assert worktime.add(utc("2027-01-15T12:00"), timedelta(hours=1)) == utc("2027-01-15T17:00")


# Winnipeg as it was before: the rules of Chicago.
@pytest.fixture
def older(tmp_path: Path) -> Path:
    for name, source in {"Europe/London": "Europe/London", "America/Winnipeg": "America/Chicago"}.items():
        target = tmp_path / "older" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((ZONES / source).read_bytes())
    (tmp_path / "older" / "tzdata.zi").write_text("# version 2020a\n")
    return tmp_path / "older"


@pytest.fixture
def opened(db: None) -> Iterator[Any]:
    """A ticket of Winnipeg, opened on a Friday of winter, and one of Berlin, which no edition moves."""
    with time_machine.travel(utc("2027-01-15T14:00"), tick=False):
        found = []
        for zone in ("America/Winnipeg", "Europe/Berlin"):
            client = ClientFactory()
            contract_for(client, tz=zone)
            found.append(opened_by_door(client=client))
        yield found


def zones_command(*words: str) -> tuple[int, list[str]]:
    out = StringIO()
    try:
        call_command("sla_zones", *words, stdout=out, stderr=StringIO())
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


def test_nothing_moves_by_the_edition_that_reckoned(opened: Any) -> None:
    assert zones_command() == (0, ["0 open clocks moved"])
    assert moved_deadlines.agreed() == zones.locked_edition()


def test_clocks_that_another_edition_moves_are_named_and_not_moved(opened: Any, older: Path) -> None:
    reference, day = opened[0].reference, "2027-01-15"
    stored = list(Clock.objects.order_by("pk").values_list("due_at", flat=True))
    code, lines = zones_command("--tzdata", str(older))
    # 09:00 to 18:00: opened at 14:00 UTC, 09:00 by this edition and 08:00 by the older one
    assert code == 1
    assert lines == [
        f"{reference}  first_response  {day}T15:00:00+00:00  ->  {day}T16:00:00+00:00  America/Winnipeg",
        f"{reference}  resolution  {day}T22:00:00+00:00  ->  {day}T23:00:00+00:00  America/Winnipeg",
        "2 open clocks moved",
    ]
    assert list(Clock.objects.order_by("pk").values_list("due_at", flat=True)) == stored
    assert moved_deadlines.agreed() == ""
    assert zones_command() == (0, ["0 open clocks moved"])  # the product's own rules are back


def test_after_an_upgrade_stored_deadlines_are_compared_and_moved_by_order(opened: Any, older: Path) -> None:
    with moved_deadlines.edition(older):
        call_command("sla_rebuild", stdout=StringIO(), stderr=StringIO())
    ZoneEdition.objects.update(edition="2020a")
    assert [each.id for each in checks.deadlines_agree_with_the_zones()] == ["sla.W001"]
    code, lines = zones_command()
    assert code == 1
    assert lines[-1] == "2 open clocks moved"
    call_command("sla_rebuild", stdout=StringIO(), stderr=StringIO())
    assert list(checks.deadlines_agree_with_the_zones()) == []
    assert zones_command()[0] == 0


def test_closed_and_paused_clocks_are_not_named(opened: Any, older: Path) -> None:
    Clock.objects.filter(kind="resolution").update(state=Clock.State.PAUSED, due_at=None)
    Clock.objects.filter(kind="first_response").update(state=Clock.State.MET)
    assert zones_command("--tzdata", str(older)) == (0, ["0 open clocks moved"])


@pytest.mark.django_db
def test_a_folder_without_zones_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="holds no compiled time zones") as refusal:
        call_command("sla_zones", "--tzdata", str(tmp_path))
    assert refusal.value.returncode == 2


@pytest.mark.django_db
def test_an_edition_is_known_only_when_it_was_looked_at(opened: Any) -> None:
    assert moved_deadlines.agreed() == ""
    moved_deadlines.agree(datetime(2027, 1, 1, tzinfo=UTC))
    assert moved_deadlines.agreed() == zones.locked_edition()
