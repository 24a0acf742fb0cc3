"""What a check of the agreements has found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from django.urls import reverse


class Severity(StrEnum):
    """In order: promises fail; promises are probably not what is meant; worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Place:
    """Where to mend it: the page `view` of the row `key`, if there is one."""

    name: str
    view: str = ""
    key: int | None = None

    @property
    def url(self) -> str:
        return reverse(self.view, args=[self.key]) if self.view else ""

    @property
    def is_open_to_all(self) -> bool:
        """Policies and calendars are the administrators’ pages; clients and contracts the whole desk’s."""
        return self.view.startswith("clients:")


@dataclass(frozen=True)
class Finding:
    """`code` names the check for programs; the sentence is in the active language."""

    severity: Severity
    code: str
    where: Place
    sentence: str = field(compare=False)


_ORDER = {severity: place for place, severity in enumerate(Severity)}


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """The gravest first, then by place."""
    return sorted(findings, key=lambda one: (_ORDER[one.severity], one.where.name.casefold(), one.code))
