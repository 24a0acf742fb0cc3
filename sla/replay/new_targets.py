"""A target to try in place of the agreed one: another duration, or a share of the present one. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from sla.engine import durations
from sla.engine.durations import Duration
from sla.engine.worktime import WorkTime

_SHARE = re.compile(r"(\d{1,4})\s*%", re.ASCII)
_ORDER = re.compile(r"(\w+)(?::[Pp]([1-4]))?=(.+)", re.ASCII)


class TargetError(ValueError):
    """The text is no target; the sentence may be shown."""


@dataclass(frozen=True)
class Tried:
    """A duration, and the shares of it that are tried, in percent."""

    duration: Duration
    shares: tuple[int, ...] = ()

    def working_time(self, calendar: WorkTime, since: datetime) -> timedelta:
        """Counted from where a clock starts.

        Raises:
            NoWorkingTime: the calendar has not so many working days.
        """
        time = self.duration.working_time(calendar, since)
        for share in self.shares:
            time = time * share / 100
        return time


@dataclass(frozen=True)
class NewTarget:
    """For tickets of this priority and type, None for any. A row must exist for the ticket."""

    promise: str
    text: str
    priority: int | None = None
    kind: str | None = None

    def __post_init__(self) -> None:
        """Raise TargetError for a text that means nothing."""
        share = _SHARE.fullmatch(self.text.strip())
        if share:
            if not int(share[1]):
                raise TargetError(_("A target must be longer than zero."))
            return
        try:
            target = durations.read(self.text)
        except durations.DurationError as error:
            sentence = _("“%(text)s” is no target. Write for example “4h”, “1d 4h”, “eod+1” or “75%%”.")
            raise TargetError(sentence % error.params) from error
        if not target.is_some_time:
            raise TargetError(_("A target must be longer than zero."))

    def concerns(self, promise: str, kind: str, priority: int) -> bool:
        return self.promise == promise and self.kind in (None, kind) and self.priority in (None, priority)

    def apply(self, target: Tried | None) -> Tried | None:
        """The new target. A share of nothing is nothing."""
        share = _SHARE.fullmatch(self.text.strip())
        if not share:
            return Tried(durations.read(self.text))
        return target and Tried(target.duration, (*target.shares, int(share[1])))


def read(order: str, promises: list[str]) -> NewTarget:
    """Read “resolution=4h”, “resolution:P1=75%”, as the command line has it.

    Raises:
        TargetError: with an example.
    """
    match = _ORDER.fullmatch(order.strip())
    if not match or match[1] not in promises:
        sentence = _("“%(order)s” is no target. Example: “resolution:P1=4h”. Targets: %(promises)s.")
        raise TargetError(sentence % {"order": order, "promises": ", ".join(promises)})
    return NewTarget(match[1], match[3], int(match[2]) if match[2] else None)
