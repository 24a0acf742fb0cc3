"""Who is away, for leaders and administrators: of their people, now and next."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from servicedesk.lib import keys
from servicedesk.once.acting import acts_once, repeatable
from servicedesk.people import absences, working_hours, working_week
from servicedesk.people.absence_forms import AbsenceForm, WeekForm
from servicedesk.people.access import for_staff
from servicedesk.people.http import UserRequest
from servicedesk.people.models import Absence, AbsenceQuerySet, Group, UserQuerySet

PER_PAGE = 50


@require_safe
@for_staff
def listed(request: UserRequest) -> HttpResponse:
    """Away now, then next; `?group=` for one group."""
    people = _people(request)
    rows = absences.not_over(_absences(request)).filter(user__in=people.values("pk"))
    today = timezone.localdate()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "now": [row for row in page.object_list if row.starts_on <= today],
        "next": [row for row in page.object_list if row.starts_on > today],
        **_filter(request),
    }
    return render(request, "people/absences.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
@acts_once
def new(request: UserRequest) -> HttpResponse:
    form = AbsenceForm(request.POST or None, instance=Absence(), people=_people(request))
    return _stored(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
@repeatable("it writes the same into the same absence")
def change(request: UserRequest, pk: int) -> HttpResponse:
    absence = get_object_or_404(_absences(request), pk=pk)
    return _stored(request, AbsenceForm(request.POST or None, instance=absence, people=_people(request)))


@require_POST
@for_staff
@repeatable("what is gone stays gone")
def remove(request: UserRequest, pk: int) -> HttpResponse:
    absence = get_object_or_404(_absences(request), pk=pk)
    absence.delete()
    messages.success(request, _("The absence of %(person)s is removed.") % {"person": absence.user})
    return redirect("people:absences")


@require_safe
@for_staff
def weeks(request: UserRequest) -> HttpResponse:
    """When everybody works, and who is at work now."""
    page = Paginator(_people(request), PER_PAGE).get_page(request.GET.get("page"))
    people = list(page.object_list)
    standing = working_hours.presences(people, timezone.now())
    lines = [(one, working_week.in_words(one.working_week), standing[one.pk]) for one in people]
    return render(request, "people/absence_weeks.html", {"page": page, "lines": lines, **_filter(request)})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
@repeatable("it writes the same week")
def week(request: UserRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(_people(request), pk=pk)
    form = WeekForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        form.keep()
        messages.success(request, _("The working week of %(person)s is saved.") % {"person": person})
        return redirect("people:absence-weeks")
    context = {"form": form, "person": person}
    return render(request, "people/absence_week.html", context, status=422 if form.errors else 200)


def _people(request: UserRequest) -> UserQuerySet:
    """Whom this person looks after, narrowed to a group if one is asked for; nobody: no page."""
    if not absences.leads_somebody(request.user):
        raise Http404
    people = absences.looks_after(request.user)
    group = _asked_group(request)
    return people.filter(support_groups=group) if group else people


def _absences(request: UserRequest) -> AbsenceQuerySet:
    return absences.visible_to(request.user).filter(user__in=absences.looks_after(request.user).values("pk"))


def _asked_group(request: UserRequest) -> int:
    return keys.read(request.GET.get("group")) or 0


def _filter(request: UserRequest) -> dict[str, Any]:
    groups = Group.objects.visible_to(request.user)
    if not request.user.is_superuser:
        led = request.user.group_memberships.filter(is_leader=True)
        groups = groups.filter(pk__in=led.values("group"))
    return {"groups": list(groups), "group": _asked_group(request)}


def _stored(request: UserRequest, form: AbsenceForm) -> HttpResponse:
    if request.method == "POST" and form.is_valid() and form.keep():
        messages.success(request, _("Saved."))
        for sentence in form.warnings:
            messages.warning(request, sentence)
        return redirect("people:absences")
    context = {"form": form, "absence": form.instance if form.instance.pk else None}
    return render(request, "people/absence.html", context, status=422 if form.errors else 200)
