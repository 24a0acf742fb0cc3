"""Lists of holidays as they are pasted: what is understood, what is not and why."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.calendars.editing import pasted_text
from sla.calendars.editing.exceptions import Entry
from sla.engine.calendar_definition import parse
from tests.sla.example_calendars import C1


def one(line: str) -> tuple[str, tuple[str, ...], str]:
    lines, faults = pasted_text.read(line)
    assert faults == []
    (found,) = lines
    parse({**C1, found.entry.section: {found.entry.key: list(found.entry.lines)}})
    return found.entry.key, found.entry.lines, found.name


SHORT = ("09:00-17:00",)


@pytest.mark.parametrize(
    ("line", "key", "lines", "name"),
    [
        ("2026-03-09", "2026-03-09", (), ""),
        ("2026-3-9 Women's Day", "2026-03-09", (), "Women's Day"),
        ("09.03.2026 Holiday", "2026-03-09", (), "Holiday"),
        ("9.3.2026 – Holiday", "2026-03-09", (), "Holiday"),
        ("2026-12-28..2027-01-03", "2026-12-28..2027-01-03", (), ""),
        ("2026-12-28 - 2027-01-03 Winter", "2026-12-28..2027-01-03", (), "Winter"),
        ("28.12.2026-03.01.2027", "2026-12-28..2027-01-03", (), ""),
        ("28.12.–31.12.2026", "2026-12-28..2026-12-31", (), ""),
        ("28.12.-03.01.2027", "2026-12-28..2027-01-03", (), ""),
        ("28.12.2026 - 03.01", "2026-12-28..2027-01-03", (), ""),
        ("2026-12-28\t2027-01-03\tWinter", "2026-12-28..2027-01-03", (), "Winter"),
        ("31.12", "12-31", (), ""),
        ("31.12. New Year's Eve", "12-31", (), "New Year's Eve"),
        ("31.12-08.01 Winter", "12-31..01-08", (), "Winter"),
        ("12-31..01-08", "12-31..01-08", (), ""),
        ("29.02", "02-29", (), ""),
        ("30.04.2026 09:00-17:00", "2026-04-30", SHORT, ""),
        ("30.04.2026; 9:00 – 17:00; Short day", "2026-04-30", SHORT, "Short day"),
        ("30.04.2026\t09.00-17.00\tShort", "2026-04-30", SHORT, "Short"),
        ("2026-04-30 09:00-12:00, 13:00-17:00 Lunch", "2026-04-30", ("09:00-12:00", "13:00-17:00"), "Lunch"),
        ("2026-04-30; ; 10:00-12:00 is its name", "2026-04-30", (), "10:00-12:00 is its name"),
        ("2026-04-30;Labour Day;Germany", "2026-04-30", (), "Labour Day Germany"),
        ("2026-03-14,Moved", "2026-03-14", (), "Moved"),
        ("\ufeff2026-03-09\u00a0Holiday\r", "2026-03-09", (), "Holiday"),
        ("12.06.2026 День России", "2026-06-12", (), "День России"),
    ],
)
def test_common_forms_are_understood(line: str, key: str, lines: tuple[str, ...], name: str) -> None:
    assert one(line) == (key, lines, name)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Holidays 2026", "There is no date at the beginning"),
        ("Date;Name", "There is no date at the beginning"),
        ("31.02.2026", "There is no day “31.02.2026”"),
        ("30.02", "There is no day “30.02”"),
        ("2026-13-01", "There is no day “2026-13-01”"),
        ("0001-01-01", "There is no day “0001-01-01”"),
        ("03/09/2026", "can mean two days"),
        ("2027-01-03..2026-12-28", "runs backwards"),
        ("2000-01-01..2026-12-28", "ten years"),
        ("30.04.2026 09:00-25:00", "“09:00-25:00” is not a time range"),
        ("30.04.2026 09:00", "“09:00” is not a time range"),
        ("30.04.2026 09:00-12:00, 11:00-13:00", "overlaps"),
        ("20260309", "There is no date"),
        ("2026-03-099", "There is no date"),
        ("x" * 400, "longer than 300 characters"),
    ],
)
def test_a_bad_line_is_named_with_its_number_and_reason(line: str, reason: str) -> None:
    lines, faults = pasted_text.read(f"2026-03-09\n\n{line}\n2026-03-10")
    assert [found.number for found in lines] == [1, 4]
    (fault,) = faults
    assert fault.number == 3
    assert reason in fault.template % fault.params
    assert len(fault.text) <= 80


def test_a_thousand_lines_are_enough() -> None:
    lines, faults = pasted_text.read("2026-03-09\n" * 5000)
    assert (len(lines), len(faults)) == (1000, 1)
    assert faults[0].number == 1001


def test_names_cannot_become_hours_when_written() -> None:
    entry = one("2026-03-09")[0]
    line = pasted_text.write(pasted_text.read(entry)[0][0].entry, "09:00-10:00;\tStand-up\r\n2026-03-10")
    assert one(line) == ("2026-03-09", (), "09:00-10:00, Stand-up 2026-03-10")


days = st.dates(min_value=date(1901, 1, 1), max_value=date(2190, 1, 1))
hours = st.sampled_from([(), ("09:00-17:00",), ("09:00-12:00", "22:00-06:00")])


@given(days, st.integers(0, 400), hours, st.text(max_size=40))
def test_what_is_written_is_read_back(first: date, length: int, lines: tuple[str, ...], name: str) -> None:
    entry = Entry(first, first + timedelta(days=length), lines)
    found, faults = pasted_text.read(pasted_text.write(entry, name))
    assert faults == []
    assert [line.entry for line in found] == [entry]


@given(st.text())
def test_any_text_is_understood_or_named(text: str) -> None:
    lines, faults = pasted_text.read(text)
    for line in lines:
        parse({**C1, line.entry.section: {line.entry.key: list(line.entry.lines)}})
    for fault in faults:
        assert fault.template % fault.params
