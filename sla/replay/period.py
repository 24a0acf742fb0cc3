"""Which past tickets: those of some clients, opened in a period, of a type. Days are local ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status

ONE_DAY = timedelta(days=1)
_MONTHS = {"last_month": 1, "last_quarter": 3, "last_year": 12}


class Preset(models.TextChoices):
    LAST_MONTH = "last_month", _("Last month")
    LAST_QUARTER = "last_quarter", _("Last quarter")
    LAST_YEAR = "last_year", _("Last year")
    CUSTOM = "custom", _("Custom period")


@dataclass(frozen=True)
class Selection:
    """Opened from `first` to `last`, both included, in `zone`. No clients: all; no `kind`: any."""

    first: date
    last: date
    zone: str
    clients: tuple[int, ...] = ()
    kind: str = ""
    with_open: bool = False

    def of(self, tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
        """Those of `tickets` that are meant. Cancelled ones never are: their targets were called off."""
        found = tickets.filter(
            opened_at__gte=_begins(self.first, self.zone),
            opened_at__lt=_begins(self.last + ONE_DAY, self.zone),
        )
        if self.clients:
            found = found.filter(client__in=self.clients)
        if self.kind:
            found = found.filter(kind=self.kind)
        if self.with_open:
            return found.exclude(status=Status.CANCELLED)
        return found.filter(status__in=[Status.RESOLVED, Status.CLOSED])


def preset_days(preset: str, today: date) -> tuple[date, date]:
    """The first and last day of the whole month, quarter or year before this one.

    >>> preset_days("last_quarter", date(2026, 2, 10))
    (datetime.date(2025, 10, 1), datetime.date(2025, 12, 31))
    """
    months = _MONTHS[preset]
    this = today.replace(day=1, month=(today.month - 1) // months * months + 1)
    last = this - ONE_DAY
    return last.replace(day=1, month=last.month - months + 1), last


def _begins(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)
