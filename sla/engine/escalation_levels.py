"""Escalation levels as a policy version holds them, checked. Pure.

    [{"key": "half", "clock": "resolution", "threshold": "80%", "tell": ["assignee", "user:17"],
      "raise_priority": false, "reassign_to": null, "off_hours": false}]

`threshold` is working time: `80%` of the target, `-1h` before the deadline, `0` or `100%` at it, `+2h`
after it. A level before the deadline whose time is not shorter than the target would be reached with the
start already: it is never reached then, and the check of the agreements says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from sla.engine import durations
from sla.engine.calendar_definition import gettext_noop
from sla.engine.reactions import KINDS

ANY = "any"
CLOCKS = (*KINDS, ANY)
ROLES = ("assignee", "group", "leaders", "account_manager", "second_line")
MOST_LEVELS = 20
MOST_PERCENT = 1000
MOST_CHARACTERS = 19
AT_DEADLINE = "100%"
DEFAULTS: dict[str, Any] = {"tell": [], "raise_priority": False, "reassign_to": None, "off_hours": False}

_PERCENT = re.compile(r"(\d{1,4})\s*%", re.ASCII)
_SHIFT = re.compile(r"([+\-\u2212])\s*(.+)")
_KEY = re.compile(r"[\w-]{1,40}", re.ASCII)
_NAMED = re.compile(r"(user|group):([1-9]\d{0,17})", re.ASCII)
# Only to put levels into an order before a target is known.
_NOMINAL = timedelta(hours=8)


class LevelError(ValueError):
    """A level is wrong. `path` is the place (“1.threshold”), counted from 0.

    `template` and `params` let a screen say the sentence in the reader's language.
    """

    def __init__(self, path: str, template: str, **params: object) -> None:
        self.path, self.template, self.params = path, template, params
        sentence = template % params
        super().__init__(f"{path}: {sentence}" if path else sentence)


@dataclass(frozen=True)
class Level:
    """One level: which clocks, when, and what is done. `threshold` is in its shortest form."""

    key: str
    clock: str
    threshold: str
    tell: tuple[str, ...] = ()
    raise_priority: bool = False
    reassign_to: int | None = None
    off_hours: bool = False

    def is_for(self, kind: str) -> bool:
        return self.clock in {kind, ANY}

    def amount(self, target: timedelta, day: timedelta) -> timedelta | None:
        """The working time after which this level is reached; None: never, under such a target."""
        return amount(self.threshold, target, day)


def amount(threshold: str, target: timedelta, day: timedelta) -> timedelta | None:
    """The working time that a checked threshold means; `day` is a working day of the calendar."""
    if threshold.endswith("%"):
        return target * int(threshold[:-1]) / 100
    shift = durations.parse(threshold[1:], day)
    if threshold[0] == "+":
        return target + shift
    return target - shift if shift < target else None


def parse(levels: Any) -> tuple[Level, ...]:
    """Check the levels of a policy and return them, earliest first.

    Raises:
        LevelError: with the place of the fault.
    """
    if not isinstance(levels, list):
        raise LevelError("", gettext_noop("The levels must be a list."))
    if len(levels) > MOST_LEVELS:
        raise LevelError("", gettext_noop("At most %(most)s levels, please."), most=MOST_LEVELS)
    found: list[Level] = []
    for place, raw in enumerate(levels):
        level = parse_level(raw, f"{place}.")
        _check_beside(level, found, f"{place}.")
        found.append(level)
    return in_order(found)


def in_order(levels: Iterable[Level]) -> tuple[Level, ...]:
    """Earliest first, as it would be with a target of a working day."""
    return tuple(sorted(levels, key=lambda level: level.amount(_NOMINAL, _NOMINAL) or timedelta(0)))


def parse_level(raw: Any, path: str = "") -> Level:
    """Check one level by itself; `path` comes before the field in an error."""
    if not isinstance(raw, Mapping):
        raise LevelError(path.rstrip("."), gettext_noop("A level must be an object."))
    if unknown := set(raw) - {"key", "clock", "threshold", *DEFAULTS}:
        raise LevelError(
            f"{path}{min(map(str, unknown))}", gettext_noop("There is no such thing in a level.")
        )
    values = DEFAULTS | dict(raw)
    level = Level(
        key=_key(values.get("key"), path),
        clock=_clock(values.get("clock"), path),
        threshold=parse_threshold(values.get("threshold"), f"{path}threshold"),
        tell=_tell(values["tell"], path),
        raise_priority=_flag(values, "raise_priority", path),
        reassign_to=_group(values["reassign_to"], path),
        off_hours=_flag(values, "off_hours", path),
    )
    if not (level.tell or level.raise_priority or level.reassign_to):
        raise LevelError(
            f"{path}tell",
            gettext_noop("This level does nothing. Choose who is notified, or another action."),
        )
    return level


def parse_threshold(text: Any, path: str = "threshold") -> str:
    """Return the threshold in its shortest form, `0` as `100%`.

    Raises:
        LevelError: it is none.
    """
    cleaned = text.strip() if isinstance(text, str) else ""
    if percent := _PERCENT.fullmatch(cleaned):
        if not 1 <= int(percent[1]) <= MOST_PERCENT:
            raise LevelError(path, gettext_noop("Write a percentage from 1 to %(most)s."), most=MOST_PERCENT)
        return f"{int(percent[1])}%"
    if cleaned == "0":
        return AT_DEADLINE
    if shift := _SHIFT.fullmatch(cleaned):
        return _shifted(shift[1], " ".join(shift[2].split()), path)
    raise LevelError(
        path,
        gettext_noop(
            "“%(text)s” is no threshold. Write for example “80%%”, “-1h” before the deadline, "
            "“0” at it, or “+2h” after it."
        ),
        text="" if text is None else text,
    )


def _shifted(sign: str, length: str, path: str) -> str:
    try:
        is_some_time = bool(durations.parse(length, _NOMINAL))
    except durations.DurationError as error:
        raise LevelError(path, error.template, **error.params) from error
    if len(length) > MOST_CHARACTERS:
        raise LevelError(path, gettext_noop("This is too long. Write it in days."))
    if not is_some_time:
        return AT_DEADLINE
    return ("+" if sign == "+" else "-") + length


def as_json(level: Level) -> dict[str, Any]:
    """What a policy stores; `parse_level` reads it back."""
    return asdict(level) | {"tell": list(level.tell)}


def named(who: str) -> tuple[str, int] | None:
    """`user:17` as `("user", 17)`; None for a role."""
    match = _NAMED.fullmatch(who)
    return (match[1], int(match[2])) if match else None


def _check_beside(level: Level, others: Iterable[Level], path: str) -> None:
    for other in others:
        if other.key == level.key:
            raise LevelError(f"{path}key", gettext_noop("Two levels have the same key."))
        share = other.is_for(level.clock) or level.is_for(other.clock)
        if share and other.threshold == level.threshold:
            raise LevelError(
                f"{path}threshold",
                gettext_noop("There is a level at %(threshold)s for this clock already. Change that one."),
                threshold=level.threshold,
            )


def _key(value: Any, path: str) -> str:
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise LevelError(f"{path}key", gettext_noop("A level needs a key of at most 40 letters and digits."))
    return value


def _clock(value: Any, path: str) -> str:
    if value not in CLOCKS:
        raise LevelError(f"{path}clock", gettext_noop("Choose one of the clocks, or any."))
    return str(value)


def _tell(value: Any, path: str) -> tuple[str, ...]:
    known = isinstance(value, list | tuple) and all(
        isinstance(who, str) and (who in ROLES or named(who)) for who in value
    )
    if not known:
        raise LevelError(f"{path}tell", gettext_noop("Choose who is notified from the list."))
    return tuple(dict.fromkeys(value))


def _flag(values: Mapping[str, Any], name: str, path: str) -> bool:
    if not isinstance(values[name], bool):
        raise LevelError(f"{path}{name}", gettext_noop("This is either on or off."))
    return bool(values[name])


def _group(value: Any, path: str) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
        raise LevelError(f"{path}reassign_to", gettext_noop("Choose a group from the list."))
    return value
