"""Versions of a policy: who published what from when, and each of them to look at."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from servicedesk.people.access import for_administrators
from servicedesk.people.http import UserRequest
from sla.models import PolicyVersion
from sla.policies import wording
from sla.policies.matrix import differences, grid
from sla.policies.page import Screen
from sla.version_pages.history import lines


@require_safe
@for_administrators
def history(request: UserRequest, pk: int) -> HttpResponse:
    screen = Screen.read(pk)

    def compared(before: PolicyVersion | None, version: PolicyVersion) -> tuple[str, list[str]]:
        found = differences.between(grid.rows_of(before) if before else [], grid.rows_of(version))
        return wording.summary(found), wording.told(found, screen.names, most=20)

    context = {
        "policy": screen.policy,
        "owner": screen.policy,
        "lines": lines(screen.policy, compared, "cells"),
        "version_url": "sla:policy-version",
        "same": _("The matrix is the same."),
    }
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
