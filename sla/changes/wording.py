"""Changes of terms in sentences."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from servicedesk.lib import formatting
from servicedesk.tickets.models import DueKind
from sla.changes.effects import Effect


class Counted(Protocol):
    """A preview."""

    @property
    def open_tickets(self) -> int: ...
    @property
    def changed(self) -> int: ...
    @property
    def due(self) -> int: ...
    @property
    def breached(self) -> int: ...
    @property
    def relieved(self) -> int: ...


def of_preview(seen: Counted) -> str:
    """Return “12 of 43 open tickets change: 3 become due today, 1 is newly late, 2 are no longer late.”"""
    if not seen.open_tickets:
        return _("There are no open tickets.")
    if not seen.changed:
        return _("No open ticket changes.")
    whole = ngettext(
        "%(changed)s of %(total)s open tickets changes",
        "%(changed)s of %(total)s open tickets change",
        seen.changed,
    ) % {"changed": seen.changed, "total": seen.open_tickets}
    parts = ", ".join(_parts(seen))
    return _("%(whole)s: %(parts)s.") % {"whole": whole, "parts": parts} if parts else f"{whole}."


def _parts(seen: Counted) -> list[str]:
    told = [
        (seen.due, ngettext("%(n)s becomes due today", "%(n)s become due today", seen.due)),
        (seen.breached, ngettext("%(n)s is newly overdue", "%(n)s are newly overdue", seen.breached)),
        (seen.relieved, ngettext("%(n)s is no longer overdue", "%(n)s are no longer overdue", seen.relieved)),
    ]
    return [sentence % {"n": number} for number, sentence in told if number]


def of_clocks(details: dict[str, Any]) -> str:
    """Of a line of history: “Resolution: Mon 12:00 → Tue 12:00, no longer late.”"""
    return " ".join(
        _("%(promise)s: %(before)s → %(after)s, %(effect)s.")
        % {
            "promise": DueKind(kind).label,
            "before": formatting.when(moment(told["due_at"][0])),
            "after": formatting.when(moment(told["due_at"][1])),
            "effect": Effect(told["effect"]).label,
        }
        for kind, told in details.get("clocks", {}).items()
    )


def moment(told: str | None) -> datetime | None:
    """A moment of a record."""
    return datetime.fromisoformat(told) if told else None
