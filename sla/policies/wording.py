"""How the matrix is spoken of: columns, targets, rows, what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.models import Kind, Service
from servicedesk.tickets.models import Priority
from servicedesk.tickets.statuses import Status
from sla.engine.selection import ANY_KIND
from sla.models.policies import default_pauses
from sla.policies.matrix.calendar_choices import KnownCalendars
from sla.policies.matrix.differences import Differences, TextChange
from sla.policies.matrix.inheritance import ANY_PRIORITY, PRIORITIES, Row

TARGETS = {
    "first_response": gettext_lazy("first response"),
    "next_response": gettext_lazy("next update"),
    "resolution": gettext_lazy("resolution"),
}
CAPTIONS = {
    "first_response": gettext_lazy("respond"),
    "next_response": gettext_lazy("update"),
    "resolution": gettext_lazy("resolve"),
}
KIND_ICONS = {ANY_KIND: "list", "incident": "alert", "service_request": "box", "consultation": "help"}
_OPTIONAL_PAUSES = {
    Status.WAITING_APPROVAL.value: gettext_lazy("approval not counted"),
    Status.WAITING_THIRD_PARTY.value: gettext_lazy("supplier time not counted"),
}


@dataclass(frozen=True)
class Names:
    """Services and calendars by key, archived ones too: two statements. `unfit`: see `matrix.calendars`."""

    services: Mapping[int, str]
    calendars: Mapping[int, str]
    unfit: Mapping[int, str]

    @classmethod
    def read(cls) -> Names:
        services = {service.pk: service.localized_name() for service in Service.objects.all()}
        calendars = KnownCalendars.read()
        return cls(services, calendars.names, calendars.unfit)

    def service(self, key: int | None) -> str:
        return _("All services") if key is None else self.services.get(key, _("Deleted service"))

    def calendar(self, key: int | None) -> str:
        return _("Client’s") if key is None else self.calendars.get(key, _("Deleted calendar"))

    def row(self, row: Row) -> str:
        """Type and service: “Incident, E-mail”."""
        text = f"{kind_name(row['kind'])}, {self.service(row['service'])}"
        return _("%(row)s, rank %(rank)s") % {"row": text, "rank": row["rank"]} if row["rank"] else text


def kind_name(kind: str) -> str:
    return _("Any type") if kind == ANY_KIND else str(Kind(kind).label)


def column_name(column: str) -> str:
    return _("Any priority") if column == ANY_PRIORITY else str(Priority(int(column)).label)


def short_column(column: str) -> str:
    return f"P{column}" if column in PRIORITIES else _("any priority")


def row_note(row: Row, *, is_alone: bool, calendar: str) -> str:
    """What is special about a row, in a few words."""
    parts = []
    if row["service"] is None:
        parts.append(_("default") if is_alone else _("default, the rest inherits"))
    if row["rank"]:
        parts.append(_("rank %(rank)s") % {"rank": row["rank"]})
    if row["calendar"] is not None:
        parts.append(calendar)
    parts += [str(words) for status, words in _OPTIONAL_PAUSES.items() if status in row["pause_in"]]
    if not set(default_pauses()) <= set(row["pause_in"]):
        parts.append(_("client’s time counted"))
    return ", ".join(parts)


def summary(differences: Differences) -> str:
    """“4 cells changed, 1 row added.”; "" when nothing did."""
    added, removed, options = differences.added, differences.removed, differences.options
    counted: Iterable[tuple[int, str]] = (
        (
            len(differences.texts),
            ngettext("%(n)s cell changed", "%(n)s cells changed", len(differences.texts)),
        ),
        (len(added), ngettext("%(n)s row added", "%(n)s rows added", len(added))),
        (len(removed), ngettext("%(n)s row removed", "%(n)s rows removed", len(removed))),
        (
            len(options),
            ngettext("options of %(n)s row changed", "options of %(n)s rows changed", len(options)),
        ),
    )
    parts = [text % {"n": number} for number, text in counted if number]
    return f"{', '.join(parts)}." if parts else ""


def told(differences: Differences, names: Names, most: int = 8) -> list[str]:
    """One line for each difference: “Incident, E-mail, P2 resolution: 8h → 4h”; the rest is counted."""
    lines = [text_change(change, names) for change in differences.texts]
    for rows, words in (
        (differences.added, _("row added: %(row)s")),
        (differences.removed, _("row removed: %(row)s")),
        (differences.options, _("options changed: %(row)s")),
    ):
        lines += [words % {"row": names.row(row)} for row in rows]
    rest = len(lines) - most
    if rest > 0:
        more = ngettext("and %(n)s more", "and %(n)s more", rest) % {"n": rest}
        return [*lines[:most], more]
    return lines


def text_change(change: TextChange, names: Names) -> str:
    return _("%(row)s, %(column)s, %(promise)s: %(before)s → %(after)s") % {
        "row": names.row(change.row),
        "column": short_column(change.column),
        "promise": TARGETS[change.target],
        "before": change.before or _("inherited"),
        "after": change.after or _("inherited"),
    }


def listed(lines: list[str]) -> str:
    return get_text_list(lines, _("and"))
