"""Time zones: the rules of the edition that the product is locked to, never those of the machine (R14).

Nothing asks the database server to convert a moment either: it has an edition of its own.
"""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, time, tzinfo
from pathlib import Path

import tzdata

# Days whose midnight is a moment in every zone; nothing of ours is older or younger.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9990, 1, 1)


def use_locked_edition() -> None:
    """From now on every `ZoneInfo` of this process is read from the package `tzdata`."""
    zoneinfo.reset_tzpath(to=[])
    zoneinfo.ZoneInfo.clear_cache()


def use_edition_of(folder: Path) -> None:
    """Read the zones of a folder first, such as /usr/share/zoneinfo; to compare editions, in a command."""
    zoneinfo.reset_tzpath(to=[str(folder.absolute())])
    zoneinfo.ZoneInfo.clear_cache()


def locked_edition() -> str:
    """The IANA edition of the product, “2026f”."""
    return str(tzdata.IANA_VERSION)


def edition_of(folder: Path) -> str:
    """The edition that a folder says it holds; "" when it does not say."""
    for name, words in (("tzdata.zi", "# version "), ("+VERSION", "")):
        if (file := folder / name).is_file():
            with file.open(encoding="utf-8") as lines:
                return lines.readline().removeprefix(words).strip()
    return ""


def midnight(day: date, zone: tzinfo) -> datetime:
    """The first moment of a local day, in UTC. Days before 1900 or after 9990 mean those."""
    day = min(max(day, FIRST_DAY), LAST_DAY)
    return datetime.combine(day, time.min, zone).astimezone(UTC)
