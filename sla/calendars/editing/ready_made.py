"""Ready-made calendars to begin with. Pure."""

from __future__ import annotations

from typing import Any


def default_calendar_definition(tz: str, country: str, subdivision: str | None = None) -> dict[str, Any]:
    """Monday to Friday, 9 to 18, closed on the public holidays of the country (ISO code, or empty)."""
    week = {day: ["09:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    definition: dict[str, Any] = {"tz": tz, "week": week}
    if country:
        definition["country"] = country
    if subdivision:
        definition["subdivision"] = subdivision
    return definition
