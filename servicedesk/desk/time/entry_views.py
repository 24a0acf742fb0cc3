"""Time worked on a ticket: logged, changed, taken back."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contracts.errors import ContractError
from contracts.models import TimeEntry
from contracts.time import ticket_hours
from contracts.time.booking_rules import may_log
from contracts.time.entries import Told, change_time, correct_time, log_time, may_change
from servicedesk.desk.access import for_staff, found
from servicedesk.desk.ticket_again import TicketAgain
from servicedesk.desk.time.change_form import ChangeForm, TakeBackForm, entry_zone, standstill
from servicedesk.desk.time.entry_form import TimeForm
from servicedesk.lib import formatting
from servicedesk.once.acting import acts_once
from servicedesk.people.http import UserRequest
from servicedesk.tickets.errors import NotPermitted


@require_POST
@for_staff
@acts_once
def log(request: UserRequest, pk: int) -> HttpResponse:
    """Book one's own time; 422 when it cannot be read, 409 when the contract or a rule refuses it."""
    ticket = found(request, pk)
    if not may_log(request.user, ticket):
        raise NotPermitted
    form = TimeForm(request.POST, ticket=ticket, person=request.user)
    if not form.is_valid():
        return TicketAgain(ticket, status=422, time_form=form)
    try:
        entry = log_time(ticket, by=request.user, **form.cleaned_data)
    except ContractError as refused:
        form.refuse(refused)
        return TicketAgain(ticket, status=409, time_form=form)
    messages.success(request, _("%(time)s logged.") % {"time": _spent(entry)})
    _warn(request, entry)
    return redirect("desk:ticket", pk)


@require_safe
@for_staff
def charge(request: UserRequest, pk: int) -> HttpResponse:
    """What the time in the form would take, while it is typed."""
    ticket = found(request, pk)
    if not may_log(request.user, ticket):
        raise NotPermitted
    form = TimeForm(request.GET, ticket=ticket, person=request.user)
    return render(request, "desk/time/_charge.html", {"form": form})


@require_safe
@for_staff
def charge_anew(request: UserRequest, pk: int) -> HttpResponse:
    """The same for an entry that is changed."""
    entry = _entry(request, pk)
    with entry_zone(entry):
        form = ChangeForm(request.GET, entry=entry)
        return render(request, "desk/time/_charge.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
@acts_once
def change(request: UserRequest, pk: int) -> HttpResponse:
    """Take an entry back and log it anew; 422 when it cannot be read, 409 when it is refused."""
    entry = _entry(request, pk)
    with entry_zone(entry):
        form = ChangeForm(request.POST if request.method == "POST" else None, entry=entry)
        if not form.is_bound:
            return _show(request, entry, form=form)
        if not form.is_valid():
            return _show(request, entry, 422, form=form)
        reason = form.cleaned_data.pop("reason")
        try:
            new = change_time(entry, by=request.user, reason=reason, told=Told(**form.cleaned_data))
        except ContractError as refused:
            form.refuse(refused)
            return _show(request, _entry(request, pk), 409, form=form)
    messages.success(request, _("Time changed: %(time)s.") % {"time": _spent(new)})
    _warn(request, new)
    return _back(request, entry)


@require_POST
@for_staff
@acts_once
def take_back(request: UserRequest, pk: int) -> HttpResponse:
    """It stays readable and no longer counts."""
    entry = _entry(request, pk)
    form = TakeBackForm(request.POST)
    if not form.is_valid():
        return _show(request, entry, 422, back_form=form)
    try:
        correct_time(entry, by=request.user, reason=form.cleaned_data["reason"])
    except ContractError as refused:
        form.add_error(None, str(refused))
        return _show(request, _entry(request, pk), 409, back_form=form)
    messages.success(request, _("The time entry is voided."))
    return _back(request, entry)


def _entry(request: UserRequest, pk: int) -> TimeEntry:
    """An entry that this person may change; 404 otherwise."""
    seen = TimeEntry.objects.visible_to(request.user).select_related("ticket", "person", "reversed_by")
    entry = get_object_or_404(seen, pk=pk)
    if not may_change(request.user, entry):
        raise Http404
    return entry


def _show(
    request: UserRequest,
    entry: TimeEntry,
    status: int = 200,
    *,
    form: ChangeForm | None = None,
    back_form: TakeBackForm | None = None,
) -> HttpResponse:
    with entry_zone(entry):
        context = {
            "entry": entry,
            "ticket": entry.ticket,
            "standstill": standstill(entry),
            "form": form or ChangeForm(entry=entry),
            "back_form": back_form or TakeBackForm(),
            "came_from": f"?to={_to(request)}" if _to(request) else "",
            "back": _address(request, entry),
        }
        return render(request, "desk/time/entry.html", context, status=status)


def _to(request: UserRequest) -> str:
    """Where the person came from, if it was their timesheet."""
    return "timesheet" if request.GET.get("to") == "timesheet" else ""


def _address(request: UserRequest, entry: TimeEntry) -> str:
    if _to(request):
        return f"{reverse('desk:timesheet')}?day={entry.spent_on.isoformat()}"
    return f"{reverse('desk:ticket', args=[entry.ticket_id])}?tab=time"


def _back(request: UserRequest, entry: TimeEntry) -> HttpResponse:
    return redirect(_address(request, entry))


def _spent(entry: TimeEntry) -> str:
    return formatting.duration(timedelta(minutes=entry.minutes))


def _warn(request: UserRequest, entry: TimeEntry) -> None:
    if told := ticket_hours.warning(entry):
        messages.warning(request, told)
