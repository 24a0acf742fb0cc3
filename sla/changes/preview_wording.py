"""What a new version would do to open tickets, in a sentence."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sla.changes.preview import Preview


def sentence(found: Preview | None) -> str:
    """“Open tickets: 3 would become due today, 1 would be late.”; asks for every open ticket."""
    if found is None:
        return ""
    counted = [
        (found.due, ngettext("%(n)s would become due today", "%(n)s would become due today", found.due)),
        (found.breached, ngettext("%(n)s would be overdue", "%(n)s would be overdue", found.breached)),
        (
            found.relieved,
            ngettext("%(n)s would no longer be overdue", "%(n)s would no longer be overdue", found.relieved),
        ),
    ]
    parts = [text % {"n": number} for number, text in counted if number]
    if parts:
        return _("Open tickets: %(effects)s.") % {"effects": ", ".join(parts)}
    if found.changed:
        text = ngettext(
            "%(n)s open ticket would get another deadline.",
            "%(n)s open tickets would get another deadline.",
            found.changed,
        )
        return text % {"n": found.changed}
    return _("No open ticket would change.")
