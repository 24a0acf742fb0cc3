"""The versions of a calendar or a policy: who published what from when, and what it changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Generic

from django.utils import timezone

from sla.versions.drafts import V


@dataclass(frozen=True)
class Line(Generic[V]):
    """`summary` counts what differs from the version before, `details` name it."""

    version: V
    summary: str
    details: list[str]
    is_in_force: bool


def lines(owner: Any, compare: Callable[[V | None, V], tuple[str, list[str]]], *also: str) -> list[Line[V]]:
    """The latest first; one statement whatever their number, and one for each of `also`."""
    found = owner.versions.select_related("published_by").prefetch_related(*also)
    versions: Sequence[V] = list(found.order_by("effective_from", "number"))
    valid = [version.pk for version in versions if version.effective_from <= timezone.now()]
    made: list[Line[V]] = []
    for before, version in pairwise([None, *versions]):
        if version:
            made.append(Line(version, *compare(before, version), version.pk in valid[-1:]))
    return made[::-1]
