"""Calendar files of other programs: read with distrust, written so that they can be read back."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.calendars.editing import holiday_countries, ics_export, ics_import
from sla.calendars.editing.exceptions import Entry
from sla.calendars.editing.ics_import import IcsError
from sla.engine.calendar_definition import parse
from tests.sla.example_calendars import C1, C2B

MONDAY = "DTSTART;VALUE=DATE:20260309"


def ics(*events: str) -> bytes:
    body = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{body}END:VCALENDAR\r\n".encode()


def keys(data: bytes) -> list[tuple[str, str]]:
    return [(entry.key, name) for entry, name in ics_import.read(data).events]


@pytest.mark.parametrize(
    ("event", "key"),
    [
        (MONDAY, "2026-03-09"),
        ("DTSTART:20260309", "2026-03-09"),
        (f"{MONDAY}\r\nDTEND;VALUE=DATE:20260310", "2026-03-09"),
        (f"{MONDAY}\r\nDTEND;VALUE=DATE:20260309", "2026-03-09"),
        (f"{MONDAY}\r\nDTEND;VALUE=DATE:20260312", "2026-03-09..2026-03-11"),
        (f"{MONDAY}\r\nDURATION:P3D", "2026-03-09..2026-03-11"),
        (f"{MONDAY}\r\nDURATION:P1W", "2026-03-09..2026-03-15"),
        (f"{MONDAY}\r\nRRULE:FREQ=YEARLY", "03-09"),
        (f"{MONDAY}\r\nRRULE:FREQ=YEARLY;INTERVAL=1;BYMONTH=3;BYMONTHDAY=9;WKST=MO", "03-09"),
        ("DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270109\r\nRRULE:FREQ=YEARLY", "12-31..01-08"),
        ("DTSTART;VALUE=DATE:20240229\r\nRRULE:FREQ=YEARLY", "02-29"),
        (f'{MONDAY}\r\nATTENDEE;CN="a:b;c":mailto:x@example.com', "2026-03-09"),
        (f"{MONDAY}\r\nBEGIN:VALARM\r\nTRIGGER:-P1D\r\nDTSTART:20990101\r\nEND:VALARM", "2026-03-09"),
    ],
)
def test_whole_days_are_taken(event: str, key: str) -> None:
    assert keys(ics(f"{event}\r\nSUMMARY:Day")) == [(key, "Day")]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("DTSTART:20260309T090000Z", "time of day"),
        ("DTSTART;TZID=Europe/Berlin:20260309T090000", "time of day"),
        (f"{MONDAY}\r\nRRULE:FREQ=WEEKLY", "another way than every year"),
        (f"{MONDAY}\r\nRRULE:FREQ=YEARLY;COUNT=3", "another way than every year"),
        (f"{MONDAY}\r\nRRULE:FREQ=YEARLY;BYDAY=1MO;BYMONTH=3", "another way than every year"),
        (f"{MONDAY}\r\nRRULE:FREQ=YEARLY;BYMONTH=4", "another way than every year"),
        (f"{MONDAY}\r\nRRULE:FREQ=YEARLY\r\nEXDATE;VALUE=DATE:20270309", "with exceptions"),
        (f"{MONDAY}\r\nSTATUS:CANCELLED", "cancelled"),
        (f"{MONDAY}\r\nDTEND;VALUE=DATE:20260301", "ends before it begins"),
        (f"{MONDAY}\r\nDTEND;VALUE=DATE:20990301", "ten years"),
        (f"{MONDAY}\r\nDURATION:PT4H", "whole days"),
        ("DTSTART;VALUE=DATE:20260230", "cannot be read"),
        ("DTSTART;VALUE=DATE:00010101", "cannot be read"),
        ("DTSTART;VALUE=DATE:", "cannot be read"),
        ("UID:1", "no day"),
        (f"{MONDAY}\r\nDTEND;VALUE=DATE:20280309\r\nRRULE:FREQ=YEARLY", "longer than one"),
    ],
)
def test_what_is_no_whole_day_is_named_and_left_out(event: str, reason: str) -> None:
    contents = ics_import.read(ics(f"SUMMARY:Party\r\n{event}", f"{MONDAY}\r\nSUMMARY:Day"))
    assert [name for _, name in contents.events] == ["Day"]
    (left_out,) = contents.left_out
    assert left_out.name == "Party"
    assert reason in left_out.template


def test_folded_lines_and_escapes_are_undone() -> None:
    folded = f"{MONDAY}\r\nSUMMARY:Eve\\, all\r\n  day\\; off\\nreally\r\n\t!"
    assert keys(ics(folded)) == [("2026-03-09", "Eve, all day; off really!")]


def test_the_same_day_twice_is_one() -> None:
    assert keys(ics(f"{MONDAY}\r\nSUMMARY:A", f"{MONDAY}\r\nSUMMARY:B")) == [("2026-03-09", "A")]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "not a calendar file"),
        (b"PK\x03\x04", "not a calendar file"),
        (b"\xff\xfe\x00", "not text in UTF-8"),
        (b"<html></html>", "not a calendar file"),
        (b"BEGIN:VCARD\r\nEND:VCARD\r\n", "not a calendar file"),
        (ics(), "no events"),
        (ics(MONDAY)[:-15], "cut off"),
        (b"BEGIN:VCALENDAR\r\nwhat is this\r\nEND:VCALENDAR\r\n", "damaged"),
        (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:X\r\n" * 50, "cut off"),
        (b"x" * (ics_import.MOST_BYTES + 1), "larger than 512 KB"),
        (ics(*[MONDAY] * 1001), "more than 1000 events"),
    ],
)
def test_a_file_that_is_no_calendar_gets_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(IcsError, match=sentence):
        ics_import.read(data)


def test_a_name_is_short_and_printable() -> None:
    (entry, name) = ics_import.read(ics(f"{MONDAY}\r\nSUMMARY:\x00\u202ea{'b' * 5000}")).events[0]
    assert entry.key == "2026-03-09"
    assert len(name) <= 100
    assert name.isprintable()


pieces = st.sampled_from(
    ["BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", MONDAY, "DTEND:", "RRULE:FREQ=YEARLY",
     ":", ";", "\r\n", "\n", " ", "\t", '"', "SUMMARY", "DURATION:P99W", "\\", "RRULE:=;;=",
     "DTSTART:99999999"]
)  # fmt: skip


@given(st.lists(pieces | st.text(max_size=5), max_size=40))
def test_hostile_files_get_sentences_only(found: list[str]) -> None:
    for data in ("".join(found), "BEGIN:VCALENDAR\r\n" + "\r\n".join(found)):
        with contextlib.suppress(IcsError):
            for entry, _name in ics_import.read(data.encode("utf-8", "surrogatepass")).events:
                parse({**C1, entry.section: {entry.key: []}})


AT = datetime(2026, 1, 1, tzinfo=UTC)


def test_closed_days_are_written_with_names_and_read_back() -> None:
    hours = parse(
        {**C2B, "country": "DE", "days": {"2026-03-09..2026-03-11": [], "2026-03-12": ["10:00-12:00"]}}
    )
    names = holiday_countries.holiday_names("DE", "", 2026, "en")
    closed = ics_export.closed(hours, names, [2026])
    data = ics_export.write("Büro, Berlin", closed, key="7@example", usual_name="Closed", at=AT)
    found = dict(ics_import.read(data).events)
    assert found[Entry(date(2026, 3, 9), date(2026, 3, 11))] == "Closed"
    assert found[Entry(date(2026, 12, 25), date(2026, 12, 25))] == "Christmas Day"
    assert Entry(date(2026, 3, 12), date(2026, 3, 12)) not in found
    assert b"X-WR-CALNAME:B\xc3\xbcro\\, Berlin\r\n" in data


@given(st.text(min_size=1, max_size=200))
def test_lines_are_folded_between_letters(title: str) -> None:
    data = ics_export.write(title, [], key="1@x", usual_name="Closed", at=AT)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    data.decode()
