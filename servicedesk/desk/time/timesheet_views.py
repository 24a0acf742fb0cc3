"""One's own week of time, and the weeks that wait for a leader."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contracts.coverage.intake_rule.rule import rule
from contracts.errors import ContractError
from contracts.models import TimeEntry
from contracts.time import timesheets
from contracts.time.entries import correct_time
from servicedesk.desk.access import for_staff
from servicedesk.lib import days
from servicedesk.once.acting import acts_once
from servicedesk.people.http import UserRequest
from servicedesk.people.models import User
from servicedesk.tickets.visible_name import Names


@require_safe
@for_staff
def week(request: UserRequest) -> HttpResponse:
    return _show(request, _day(request.GET.get("day", "")))


@require_POST
@for_staff
@acts_once
def hand_in(request: UserRequest) -> HttpResponse:
    day = _told(request.POST.get("day", ""))
    if day is None:
        messages.error(request, _("Specify the week."))
        return redirect("desk:timesheet")
    try:
        timesheets.hand_in(request.user, day)
        messages.success(request, _("Your timesheet is submitted."))
    except ContractError as refused:
        messages.error(request, str(refused))
    return _at(day)


@require_POST
@for_staff
@acts_once
def take_back(request: UserRequest, pk: int) -> HttpResponse:
    """One of one's own entries; it stays readable and no longer counts."""
    entry = get_object_or_404(TimeEntry.objects.select_related("ticket"), pk=pk, person=request.user)
    try:
        correct_time(entry, by=request.user, reason=request.POST.get("reason", ""))
        messages.success(request, _("The time entry is voided."))
    except ContractError as refused:
        messages.error(request, str(refused))
    return _at(entry.spent_on)


@require_safe
@for_staff
def sheet(request: UserRequest, pk: int) -> HttpResponse:
    """The week of somebody one leads."""
    found = get_object_or_404(timesheets.waiting_for(request.user), pk=pk)
    return _show(request, found.monday, person=found.person, to_approve=found)


@require_POST
@for_staff
@acts_once
def decide(request: UserRequest, pk: int) -> HttpResponse:
    """Approve a week, or give it back with a reason."""
    found = get_object_or_404(timesheets.visible_to(request.user), pk=pk)
    try:
        if request.POST.get("decision") == "approve":
            timesheets.approve(found, by=request.user)
            said = _("The timesheet of %(person)s is approved.")
        else:
            timesheets.give_back(found, by=request.user, reason=request.POST.get("reason", ""))
            said = _("The timesheet of %(person)s is returned.")
        messages.success(request, said % {"person": found.person})
    except ContractError as refused:
        messages.error(request, str(refused))
        return redirect("desk:timesheet-one", pk)
    return redirect("desk:timesheet")


def _show(request: UserRequest, day: date, **more: Any) -> HttpResponse:
    shown = timesheets.week(more.pop("person", request.user), day)
    _name_tickets(shown, request.user)
    context = {
        "week": shown,
        "before": shown.monday - timesheets.WEEK,
        "after": shown.monday + timesheets.WEEK,
        "this_monday": timesheets.monday_of(timezone.localdate()),
        "is_own": shown.person == request.user,
        "waiting": timesheets.waiting_for(request.user) if rule().approve_timesheets else [],
    } | more
    return render(request, "desk/time/timesheet.html", context)


def _name_tickets(shown: timesheets.Week, reader: User) -> None:
    """Of tickets that the reader may not see only the time is told."""
    entries = [entry for day in shown.days for entry in day.entries]
    names = Names((entry.ticket_id for entry in entries), reader)
    for entry in entries:
        entry.named = names.of(entry.ticket)


def _day(text: str) -> date:
    """The day asked for; today when it is none."""
    return _told(text) or timezone.localdate()


def _told(text: str) -> date | None:
    """The day, if it is one whose week has a week before and after it."""
    return days.read(text)


def _at(day: date) -> HttpResponse:
    return redirect(f"{reverse('desk:timesheet')}?day={day.isoformat()}")
