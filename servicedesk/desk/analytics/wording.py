"""How insight writes its figures."""

from __future__ import annotations

from datetime import timedelta

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from servicedesk.lib.formatting import HOUR, duration
from workflows.analytics.loops import Part, folded
from workflows.analytics.step_names import label

_LONG = 10 * HOUR


def time(seconds: float) -> str:
    """“52m”, “1h 05m”; from ten hours on whole hours, which is as exact as anybody needs."""
    if seconds >= _LONG:
        return duration(timedelta(hours=round(seconds / HOUR)))
    return duration(timedelta(seconds=round(seconds)))


def share(part: float) -> str:
    """“12.5 %”; from ten percent on without decimals, “< 0.1 %” for what would round to nothing."""
    percent = part * 100
    if 0 < percent < 0.1:
        return _("< %(number)s %%") % {"number": number_format(0.1, 1)}
    places = 0 if percent >= 10 or not percent else 1
    return _("%(number)s %%") % {"number": number_format(round(percent, places), places)}


def number(value: int) -> str:
    return number_format(value, use_l10n=True, force_grouping=True)


def ratio(value: float) -> str:
    """“1.3”: visits for each ticket."""
    return number_format(round(value, 2), 2)


def tickets(count: int) -> str:
    return ngettext("%(count)s ticket", "%(count)s tickets", count) % {"count": number(count)}


def way(steps: tuple[str, ...]) -> str:
    """“Classify → Accept → (Work → Waiting for client) ×2 → Resolved”."""
    return " → ".join(_part(part) for part in folded(steps)) or "–"


def _part(part: Part) -> str:
    steps = " → ".join(label(step) for step in part.steps)
    if part.times == 1:
        return steps
    return f"{steps} ×{part.times}" if len(part.steps) == 1 else f"({steps}) ×{part.times}"
