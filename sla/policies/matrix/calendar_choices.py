"""The calendars that rows of a matrix may name."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from sla.models import Calendar


@dataclass(frozen=True)
class KnownCalendars:
    """Names by key, archived ones and drafts too; `unfit` says which of them no row may name, and why."""

    names: dict[int, str]
    unfit: dict[int, str]

    @classmethod
    def read(cls) -> KnownCalendars:
        """One statement."""
        counted = Calendar.objects.annotate(count=Count("versions")).order_by("name")
        found = list(counted.values_list("pk", "name", "is_archived", "count"))
        reasons = {pk: _trouble(name, is_archived, count) for pk, name, is_archived, count in found}
        names = {pk: name for pk, name, *_rest in found}
        return cls(names, {pk: sentence for pk, sentence in reasons.items() if sentence})


def _trouble(name: str, is_archived: bool, versions: int) -> str:
    if not versions:
        text = _("The calendar “%(name)s” is only a draft. Publish it first, or choose another.")
    elif is_archived:
        text = _("The calendar “%(name)s” is in the archive. Choose another.")
    else:
        return ""
    return text % {"name": name}
