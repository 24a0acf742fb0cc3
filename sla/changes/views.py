"""Applied changes: the list, one of them with its tickets, undo and retry."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from servicedesk.once.acting import acts_once
from servicedesk.people.access import for_administrators
from servicedesk.people.http import UserRequest
from sla.changes import batches, rollout, ticket_lines
from sla.models import TermsChange, TermsChangeItem

PER_PAGE = 25
TICKETS_PER_PAGE = 50


@require_safe
@for_administrators
def changes(request: UserRequest) -> HttpResponse:
    page = Paginator(_found(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "sla/changes/changes.html", {"page": page})


@require_safe
@for_administrators
def change(request: UserRequest, pk: int) -> HttpResponse:
    """Its tickets: those whose deadlines moved, all it looked at, or those it had to leave out."""
    change = get_object_or_404(_found(), pk=pk)
    which = request.GET.get("which", "")
    left_out = ticket_lines.left_out(change)
    chosen = {"all": change.items.all(), "left": left_out}.get(which, ticket_lines.felt(change))
    page = Paginator(_items(chosen), TICKETS_PER_PAGE).get_page(request.GET.get("page"))
    to_undo = batches.to_take_back(change).count()
    context = {
        "change": change,
        "which": which if which in {"all", "left"} else "",
        "page": page,
        "lines": ticket_lines.lines(change, list(page.object_list)),
        "total": change.items.count(),
        "left_out": left_out.count(),
        "to_undo": to_undo,
        "kept": change.items.filter(is_undone=False).count() - to_undo,
        "later": rollout.resting_on(change),
    }
    return render(request, "sla/changes/change.html", context)


@require_safe
@for_administrators
def progress(request: UserRequest, pk: int) -> HttpResponse:
    """The bar alone, asked for each two seconds; at the end the page is loaded anew."""
    change = get_object_or_404(_found(), pk=pk)
    answer = render(request, "sla/changes/_progress.html", {"change": change})
    if not change.is_at_work:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@for_administrators
@acts_once
def undo(request: UserRequest, pk: int) -> HttpResponse:
    change = get_object_or_404(_found(), pk=pk)
    rollout.undo(change, by=request.user, at=timezone.now())
    messages.success(request, _("The change is being undone. This page shows the progress."))
    return redirect("sla:change", pk)


@require_POST
@for_administrators
@acts_once
def retry(request: UserRequest, pk: int) -> HttpResponse:
    change = get_object_or_404(_found(), pk=pk)
    rollout.retry(change)
    messages.success(request, _("It resumes where it stopped."))
    return redirect("sla:change", pk)


def _found() -> QuerySet[TermsChange]:
    return TermsChange.objects.select_related(
        "calendar_version__calendar", "policy_version__policy", "ordered_by", "undone_by"
    )


def _items(chosen: QuerySet[TermsChangeItem]) -> QuerySet[TermsChangeItem]:
    return chosen.select_related("ticket__client").order_by("ticket")
