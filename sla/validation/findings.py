"""What a check of the agreements has found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from django.urls import reverse


class Severity(StrEnum):
    """In order: targets fail; targets are probably not what is meant; worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Place:
    """Where to mend it: the page `view` (of the row `key`, if it is about one), if there is a page."""

    name: str
    view: str = ""
    key: int | None = None

    @property
    def url(self) -> str:
        args = [] if self.key is None else [self.key]
        return reverse(self.view, args=args) if self.view else ""

    @property
    def is_open_to_all(self) -> bool:
        """Policies and calendars are the administrators’ pages; clients and contracts the whole desk’s."""
        return self.view.startswith("clients:")


@dataclass(frozen=True)
class Finding:
    """`code` names the check for programs; the sentence is in the active language. Findings with a `step`
    are to be mended one after another."""

    severity: Severity
    code: str
    where: Place
    sentence: str = field(compare=False)
    step: int = 0


_ORDER = {severity: place for place, severity in enumerate(Severity)}


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """The gravest first; steps before the others, then by place."""
    return sorted(findings, key=_place_in_order)


def _place_in_order(one: Finding) -> tuple[int, bool, int, str, str]:
    return _ORDER[one.severity], not one.step, one.step, one.where.name.casefold(), one.code
