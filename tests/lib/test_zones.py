"""Time zones come from the edition that the product is locked to (R14)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zoneinfo
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import tzdata
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from servicedesk.lib import zones
from servicedesk.portal.requests.filter_form import RequestFilter
from tests.factories import ClientFactory, TicketFactory, contact_of

ROOT = Path(__file__).resolve().parents[2]
OURS = ("catalog", "contracts", "reports", "servicedesk", "sla", "workflows")
# Whether the offset of winter is that of summer; other editions say otherwise.
IN_THIS_EDITION = {
    "America/Vancouver": timedelta(hours=-7),
    "America/Winnipeg": timedelta(hours=-5),
    "Africa/Casablanca": timedelta(0),
}


def test_the_edition_is_the_one_of_the_lock_file() -> None:
    locked = re.search(r"^tzdata==(\S+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    assert locked
    assert tzdata.__version__ == locked[1]
    assert zones.locked_edition() == tzdata.IANA_VERSION


@pytest.mark.parametrize(("name", "offset"), IN_THIS_EDITION.items())
def test_zones_are_those_of_the_edition(name: str, offset: timedelta) -> None:
    assert datetime(2027, 1, 15, 12, tzinfo=ZoneInfo(name)).utcoffset() == offset


@pytest.mark.parametrize(
    "start",
    ["import servicedesk", "import servicedesk.wsgi", "import servicedesk.celery", "import tests.settings"],
)
def test_every_process_uses_it_whatever_the_machine_says(start: str) -> None:
    asked = "from zoneinfo import *; import zoneinfo; print(zoneinfo.TZPATH, ZoneInfo('America/Vancouver'))"
    values = {"PYTHONTZPATH": "/usr/share/zoneinfo", "SECRET_KEY": "x", "DEBUG": "True"}
    said = subprocess.run(
        [sys.executable, "-c", f"{start}; {asked}"], env=os.environ | values, cwd=ROOT, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert said.stdout == "() America/Vancouver\n"


def test_no_statement_lets_the_database_convert_a_moment() -> None:
    """Lookups and functions of Django that become AT TIME ZONE, and SQL that would do it by hand."""
    converting = re.compile(
        r"__(date|time|year|iso_year|quarter|month|day|week|week_day|iso_week_day|hour)(__\w+)?[\"'=]"
        r"|\b(Trunc|Extract)[A-Z(]|AT TIME ZONE|date_trunc\(|\.datetimes\(|\bpytz\b|dateutil\.tz"
    )
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for folder in OURS
        for path in (ROOT / folder).rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if path.name != "zones.py" and converting.search(line)
    ]
    assert found == []


@pytest.mark.django_db
def test_days_of_the_portal_are_the_readers_own_and_reckoned_here() -> None:
    person = contact_of(ClientFactory())
    vancouver = ZoneInfo("America/Vancouver")
    late = TicketFactory(client=person.memberships.get().client, requester=person)
    # 23:30 of the fifteenth by the edition, 22:30 by older ones; 00:30 of the sixteenth an hour later
    opened = datetime(2027, 1, 15, 23, 30, tzinfo=vancouver).astimezone(UTC)
    type(late).objects.update(opened_at=opened)
    with timezone.override(vancouver), CaptureQueriesContext(connection) as statements:
        on = {"since": "2027-01-15", "until": "2027-01-15"}
        assert list(RequestFilter(on, user=person).requests()) == [late]
        type(late).objects.update(opened_at=opened + timedelta(hours=1))
        assert list(RequestFilter(on, user=person).requests()) == []
    assert not [each for each in statements.captured_queries if "AT TIME ZONE" in each["sql"].upper()]


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_there_are_break_nothing(day: str) -> None:
    with timezone.override("Pacific/Kiritimati"):
        assert (
            list(RequestFilter({"since": day, "until": day}, user=contact_of(ClientFactory())).requests())
            == []
        )


def test_a_day_begins_when_its_first_hour_is_first_shown() -> None:
    # midnight is skipped in Cairo (clocks go from 24:00 to 01:00), and comes twice in Havana
    cairo, havana = ZoneInfo("Africa/Cairo"), ZoneInfo("America/Havana")
    assert zones.midnight(date(2026, 4, 24), cairo) == datetime(2026, 4, 23, 22, tzinfo=UTC)
    assert zones.midnight(date(2026, 4, 24), cairo).astimezone(cairo).hour == 1
    assert zones.midnight(date(2025, 11, 2), havana) == datetime(2025, 11, 2, 4, tzinfo=UTC)


def test_another_edition_can_be_looked_at_and_put_away(tmp_path: Path) -> None:
    (tmp_path / "tzdata.zi").write_text("# version 2019a\n# rest\n")
    (tmp_path / "Europe").mkdir()
    utc = Path(str(tzdata.__file__)).parent / "zoneinfo" / "UTC"
    (tmp_path / "Europe" / "Berlin").write_bytes(utc.read_bytes())
    try:
        zones.use_edition_of(tmp_path)
        assert datetime(2026, 7, 1, tzinfo=ZoneInfo("Europe/Berlin")).utcoffset() == timedelta(0)
    finally:
        zones.use_locked_edition()
    assert zoneinfo.TZPATH == ()
    assert datetime(2026, 7, 1, tzinfo=ZoneInfo("Europe/Berlin")).utcoffset() == timedelta(hours=2)
    assert zones.edition_of(tmp_path) == "2019a"
