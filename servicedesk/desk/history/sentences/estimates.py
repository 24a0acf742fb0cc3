"""The history of estimates and of looks at access data as sentences."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from servicedesk.desk.history.event_names import Names
from servicedesk.lib import formatting
from servicedesk.tickets.models import EventKind

Details = dict[str, Any]


def _revealed(_details: Details, _names: Names) -> str:
    return _("viewed access data")


def _offered(details: Details, _names: Names) -> str:
    return _("sent the client an estimate of %(hours)s h") % {"hours": _hours(details)}


def _decided(details: Details, _names: Names) -> str:
    if details.get("approved"):
        return _("approved the estimate of %(hours)s h") % {"hours": _hours(details)}
    return _("declined the estimate of %(hours)s h") % {"hours": _hours(details)}


def _hours(details: Details) -> str:
    return formatting.hours(Decimal(details.get("hours", 0)))


WRITERS: dict[str, Callable[[Details, Names], str]] = {
    EventKind.SECRET_REVEALED: _revealed,
    EventKind.ESTIMATE_OFFERED: _offered,
    EventKind.ESTIMATE_DECIDED: _decided,
}
