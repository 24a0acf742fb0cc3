"""Versions of a policy: who published what from when, and each of them to look at."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from servicedesk.people.access import for_administrators
from servicedesk.people.http import UserRequest
from sla.models import PolicyVersion
from sla.policies import wording
from sla.policies.matrix import differences, grid
from sla.policies.page import Screen


@dataclass(frozen=True)
class Line:
    """`summary` counts what differs from the version before, `details` name it."""

    version: PolicyVersion
    summary: str
    details: list[str]
    is_in_force: bool


@require_safe
@for_administrators
def history(request: UserRequest, pk: int) -> HttpResponse:
    screen = Screen.read(pk)
    context = screen.bar() | {"policy": screen.policy, "draft": screen.draft, "lines": _lines(screen)}
    return render(request, "sla/policies/history.html", context)


@require_safe
@for_administrators
def version(request: UserRequest, pk: int, number: int) -> HttpResponse:
    """One version, for reading only."""
    screen = Screen.read(pk)
    found = get_object_or_404(screen.policy.versions.select_related("published_by"), number=number)
    reading = Screen(screen.policy, None, found, screen.names, {})
    context = reading.context() | {"is_history": True, "current": ""}
    return render(request, "sla/policies/version.html", context)


def _lines(screen: Screen) -> list[Line]:
    """The latest first; three statements whatever their number."""
    found = screen.policy.versions.select_related("published_by").prefetch_related("cells")
    versions = list(found.order_by("effective_from", "number"))
    grids = [[], *(grid.rows_of(version) for version in versions)]
    now = timezone.now()
    valid = [version.pk for version in versions if version.effective_from <= now]
    lines = []
    for version, (before, after) in zip(versions, pairwise(grids), strict=True):
        found_ones = differences.between(before, after)
        details = wording.told(found_ones, screen.names, most=20)
        lines.append(Line(version, wording.summary(found_ones), details, version.pk in valid[-1:]))
    return lines[::-1]
