"""What is wrong with the agreements, for those who keep them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from contracts.validation import lint
from servicedesk.people.access import for_terms
from servicedesk.people.http import UserRequest
from servicedesk.people.models import Client, User
from sla.validation.findings import Severity


@require_safe
@for_terms
def check(request: UserRequest) -> HttpResponse:
    """Findings by severity; administrators get links to where each is mended."""
    findings = lint.check(timezone.now(), request.user)
    steps = [one for one in findings if one.step]
    titles = {
        Severity.ERROR: _("Errors"),
        Severity.WARNING: _("Warnings"),
        Severity.NOTE: pgettext("validation", "Notes"),
    }
    groups = [
        {"severity": severity.value, "title": titles[severity], "findings": found}
        for severity, found in lint.grouped([one for one in findings if not one.step]).items()
        if found
    ]
    context = {"groups": groups, "count": len(findings) - len(steps), "steps": steps}
    context["keeps_nothing"] = not findings and not _keeps_any(request.user)
    return render(request, "setup/check.html", context)


def _keeps_any(user: User) -> bool:
    return user.is_superuser or Client.objects.visible_to(user).exists()
