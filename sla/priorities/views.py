"""Which priority follows from urgency and impact."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from catalog.models import Level
from servicedesk.once.acting import repeatable
from servicedesk.people.access import for_administrators
from servicedesk.people.http import UserRequest
from servicedesk.tickets import priority
from sla.priorities.forms import PriorityTableForm


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@repeatable("it writes the same table")
def priorities(request: UserRequest) -> HttpResponse:
    """POST with “usual” takes back everything that was set."""
    table = priority.table()
    if request.method != "POST":
        return _page(request, PriorityTableForm(table=table))
    if "usual" in request.POST:
        changes = priority.change(priority.USUAL, by=request.user)
    else:
        form = PriorityTableForm(request.POST, table=table)
        if not form.is_valid():
            return _page(request, form)
        changes = priority.change(form.wanted(), by=request.user)
    messages.success(request, _sentence(len(changes)))
    return redirect("sla:priorities")


def _page(request: UserRequest, form: PriorityTableForm) -> HttpResponse:
    context = {
        "form": form,
        "rows": list(form.rows()),
        "impacts": [impact.label for impact in Level],
        "is_usual": form.table == priority.USUAL,
    }
    return render(request, "sla/priorities/page.html", context, status=422 if form.errors else 200)


def _sentence(changed: int) -> str:
    if not changed:
        return _("The table is as it was.")
    return ngettext(
        "%(cells)s cell of the table changed.", "%(cells)s cells of the table changed.", changed
    ) % {"cells": changed}
