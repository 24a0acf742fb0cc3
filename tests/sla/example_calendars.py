"""The calendars of the examples in the contract, and moments in their local time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sla.engine.worktime import WorkTime, compiled

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
ALL_DAYS = (*WEEKDAYS, "sat", "sun")
HOUR = timedelta(hours=1)


def office(tz: str, *hours: str, days: tuple[str, ...] = WEEKDAYS, **more: Any) -> dict[str, Any]:
    return {"tz": tz, "week": {day: list(hours) for day in days}, **more}


C1 = office("Europe/Moscow", "09:00-18:00")
C2 = office("Europe/Berlin", "09:00-13:00", "14:00-18:00")
C2B = office("Europe/Berlin", "09:00-18:00")
C3 = office("Europe/Berlin", "00:00-24:00", days=ALL_DAYS)
C4 = office("Europe/Berlin", "22:00-06:00")
C4D = office("Europe/Berlin", "22:00-06:00", days=ALL_DAYS)
NEW_YORK = office("America/New_York", "09:00-17:00")


def calendar(definition: dict[str, Any], **more: Any) -> WorkTime:
    return compiled({**definition, **more})


def local(text: str, tz: str) -> datetime:
    """`local("03-02 17:00", "Europe/Moscow")`: a moment of 2026."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZoneInfo(tz))


def moscow(text: str) -> datetime:
    return local(text, "Europe/Moscow")


def berlin(text: str) -> datetime:
    return local(text, "Europe/Berlin")
