"""Levels in words, in the active language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from servicedesk.tickets.models import DueKind
from sla.engine.escalation_levels import ANY, AT_DEADLINE
from sla.escalation.recipients import ADMINISTRATORS, LEADERS

CLOCK_LABELS: dict[str, Promise | str] = {
    **dict(DueKind.choices),
    ANY: pgettext_lazy("clock", "Any target"),
}
ROLE_LABELS: dict[str, Promise] = {
    "assignee": gettext_lazy("Assignee"),
    "group": gettext_lazy("Everybody in the group"),
    "leaders": gettext_lazy("Leaders of the group"),
    "account_manager": gettext_lazy("Account manager"),
    "second_line": gettext_lazy("Second line"),
}
_INSTEAD: dict[str, Promise] = {
    LEADERS: gettext_lazy("fallback: the leaders of the group"),
    ADMINISTRATORS: gettext_lazy("fallback: the administrators"),
}


def threshold(text: str) -> str:
    """“80% of the time used”, “1h before the deadline”, “at the deadline”."""
    if text == AT_DEADLINE:
        return _("at the deadline")
    if text.endswith("%"):
        return _("%(percent)s of the time used") % {"percent": text}
    sentence = _("%(time)s after the deadline") if text[:1] == "+" else _("%(time)s before the deadline")
    return sentence % {"time": text[1:]}


def clock(kind: str) -> str:
    return str(CLOCK_LABELS.get(kind, kind))


def instead(code: str) -> str:
    """Why other people than the level names were told; empty when it was they."""
    return str(_INSTEAD.get(code, ""))


def happened(
    details: dict[str, Any], *, told: list[str], group: str, empty_groups: Sequence[str] = ()
) -> str:
    """What an escalation in the history says; names were looked up by the caller."""
    parts = [
        _("%(clock)s, %(threshold)s")
        % {"clock": clock(details.get("clock", "")), "threshold": threshold(details.get("threshold", ""))}
    ]
    if told:
        names = ", ".join(told)
        why = instead(details.get("instead", ""))
        told_to = _("notified: %(names)s (%(why)s)") if why else _("notified: %(names)s")
        parts.append(told_to % {"names": names, "why": why})
    if priority := details.get("raised_to"):
        parts.append(_("priority raised to %(priority)s") % {"priority": f"P{priority}"})
    if group:
        parts.append(_("reassigned to %(group)s") % {"group": group})
    if empty_groups:
        names = ", ".join(empty_groups)
        parts.append(_("not reassigned to %(group)s: no active members") % {"group": names})
    if passed := details.get("passed_over"):
        levels = ", ".join(passed)
        parts.append(_("skipped without notification: %(levels)s") % {"levels": levels})
    return _("Escalated: %(what)s") % {"what": "; ".join(parts)}
