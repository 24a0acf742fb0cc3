"""Countries, their parts and the names of their holidays, in the language of the reader. Pure.

`holidays` and the names of countries are loaded on first use: most requests need neither.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

Choices = tuple[tuple[str, str], ...]

_AREAS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@lru_cache(maxsize=1)
def time_zones() -> tuple[str, ...]:
    """Zones that people know by a place, and UTC."""
    return ("UTC", *sorted(name for name in available_timezones() if name.partition("/")[0] in _AREAS))


@lru_cache(maxsize=8)
def countries(language: str) -> Choices:
    """Code and name of every country whose holidays are known, by name."""
    import babel
    import holidays

    names = babel.Locale.parse(language, sep="-").territories
    codes = {code for code in holidays.list_supported_countries(include_aliases=False) if len(code) == 2}
    return tuple(sorted(((code, names.get(code, code)) for code in codes), key=lambda choice: choice[1]))


@lru_cache(maxsize=64)
def subdivisions(country: str) -> Choices:
    """Code and own name of every part of a country that has holidays of its own; none for strangers."""
    import holidays

    try:
        found: Any = holidays.country_holidays(country)
    except (NotImplementedError, KeyError):
        return ()
    # Several names may stand for one code, the local one is written first.
    names: dict[str, str] = {}
    for name, code in found.subdivisions_aliases.items():
        names.setdefault(code, name)
    choices = ((code, names.get(code, code)) for code in found.subdivisions)
    return tuple(sorted(choices, key=lambda choice: choice[1]))


def country_name(code: str, language: str) -> str:
    import babel

    return str(babel.Locale.parse(language, sep="-").territories.get(code, code))


def subdivision_name(country: str, code: str) -> str:
    return dict(subdivisions(country)).get(code, code)


@lru_cache(maxsize=512)
def holiday_names(country: str, subdivision: str, year: int, language: str) -> dict[int, str]:
    """Names by ordinal for the days that `sla.engine.calendar_definition.public_holidays` lists; none
    for strangers.
    """
    import holidays

    if not country:
        return {}
    try:
        known: Any = holidays.country_holidays(country, subdiv=subdivision or None)
        spoken = language if language in known.supported_languages else "en_US"
        found = holidays.country_holidays(country, subdiv=subdivision or None, years=year, language=spoken)
    except (NotImplementedError, KeyError):
        return {}
    return {day.toordinal(): name for day, name in found.items()}
