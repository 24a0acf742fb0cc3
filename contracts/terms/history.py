"""The versions of a contract as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import zip_longest

from contracts.models import Contract, ContractVersion
from contracts.terms import text as terms_text
from contracts.terms import versions
from contracts.terms.text import Difference

SHOWN = 10  # the rest is folded away


@dataclass(frozen=True)
class Line:
    """A version with what it changed; nothing: it is the first one, or changes nothing any more."""

    version: ContractVersion
    differences: list[Difference]


@dataclass(frozen=True)
class History:
    """`coming` is what is planned, `obstacle` why it could not come into force as things stand.

    `lines` are the versions that are or were in force, the newest first; none: a contract from before there
    were versions, whose terms were not changed since.
    """

    coming: Line | None = None
    obstacle: str = ""
    lines: list[Line] = field(default_factory=list)

    @property
    def newest(self) -> list[Line]:
        return self.lines[:SHOWN]

    @property
    def older(self) -> list[Line]:
        return self.lines[SHOWN:]


def of(contract: Contract) -> History:
    """One statement however many there are, and a fixed number for what is planned."""
    found = list(contract.versions.select_related("made_by").order_by("-number"))
    planned = next((one for one in found if one.applied_at is None), None)
    applied = [one for one in found if one.applied_at]
    lines = [
        Line(one, terms_text.differences(before.terms, one.terms) if before else [])
        for one, before in zip_longest(applied, applied[1:])
    ]
    if planned is None or not applied:
        return History(lines=lines)
    now = applied[0].terms
    coming = Line(planned, terms_text.differences(now, versions.to_come(now, planned)))
    return History(coming, versions.obstacle(contract, planned), lines)
