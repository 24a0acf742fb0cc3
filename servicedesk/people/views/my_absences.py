"""What people say about themselves: when they are away, who stands in, when they work."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from servicedesk.once.acting import acts_once, repeatable
from servicedesk.people import absences
from servicedesk.people.absence_forms import AbsenceForm, WeekForm
from servicedesk.people.http import UserRequest
from servicedesk.people.models import Absence


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@acts_once
def away(request: UserRequest) -> HttpResponse:
    """One's own absences; POST adds one."""
    _require(request)
    form = AbsenceForm(request.POST or None, instance=Absence(user=request.user))
    if request.method == "POST" and form.is_valid() and form.keep():
        return _kept(request, form)
    return _page(request, form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@repeatable("it writes the same into the same absence")
def change(request: UserRequest, pk: int) -> HttpResponse:
    """The same page with one absence in the form."""
    _require(request)
    form = AbsenceForm(request.POST or None, instance=_own(request, pk))
    if request.method == "POST" and form.is_valid() and form.keep():
        return _kept(request, form)
    return _page(request, form)


@login_required
@require_POST
@repeatable("what is gone stays gone")
def remove(request: UserRequest, pk: int) -> HttpResponse:
    _require(request)
    _own(request, pk).delete()
    messages.success(request, _("The absence is removed."))
    return redirect("people:away")


@login_required
@require_POST
@repeatable("it writes the same week")
def week(request: UserRequest) -> HttpResponse:
    """One's own working week; people of the desk only."""
    if not request.user.is_staff:
        raise Http404
    form = WeekForm(request.POST, person=request.user)
    if not form.is_valid():
        return _page(request, AbsenceForm(instance=Absence(user=request.user)), form)
    form.keep()
    messages.success(request, _("Your working week is saved."))
    return redirect("people:away")


def _require(request: UserRequest) -> None:
    if not absences.may_be_away(request.user):
        raise Http404


def _own(request: UserRequest, pk: int) -> Absence:
    return get_object_or_404(absences.visible_to(request.user), pk=pk, user=request.user)


def _kept(request: UserRequest, form: AbsenceForm) -> HttpResponse:
    messages.success(request, _("Saved."))
    for sentence in form.warnings:
        messages.warning(request, sentence)
    return redirect("people:away")


def _page(request: UserRequest, form: AbsenceForm, week_form: WeekForm | None = None) -> HttpResponse:
    user = request.user
    mine = absences.not_over(absences.visible_to(user).filter(user=user))
    context: dict[str, Any] = {
        "form": form,
        "absences": list(mine),
        "week_form": (week_form or WeekForm(person=user)) if user.is_staff else None,
        "leads": absences.leads_somebody(user),
        "shell": "desk/base.html" if user.is_staff else "portal/base.html",
    }
    failed = form.errors or (week_form and week_form.errors)
    return render(request, "people/away.html", context, status=422 if failed else 200)
