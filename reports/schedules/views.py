"""Schedules: the list, the form, pause, preview, send now."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reports import tasks
from reports.access import keeps_schedules, schedule_keepers_only, staff_only
from reports.delivery import mail_text
from reports.delivery import sending as delivery
from reports.formats import Format
from reports.forms import ScheduleForm
from reports.models import ReportSchedule
from reports.periods import Preset
from reports.render import html
from reports.report import Report
from servicedesk.lib.refusals import Refusal
from servicedesk.once.acting import acts_once
from servicedesk.people.http import UserRequest


@require_GET
@staff_only
def schedules(request: UserRequest) -> HttpResponse:
    found = ReportSchedule.objects.visible_to(request.user).select_related("client", "created_by")
    page = {
        "found": found.annotate(last_finished_at=Max("runs__finished_at")),
        "may_keep": keeps_schedules(request.user),
    }
    return render(request, "reports/schedules/schedules.html", page)


@require_http_methods(["GET", "POST"])
@schedule_keepers_only
@acts_once
def schedule_form(request: UserRequest, pk: int | None = None) -> HttpResponse:
    schedule = _visible(request, pk) if pk else ReportSchedule(created_by=request.user)
    form = ScheduleForm(request.POST or None, instance=schedule, user=request.user, initial=_usual(pk))
    if request.method == "POST" and form.is_valid():
        schedule = form.save(commit=False)
        schedule.plan(timezone.now())
        schedule.save()
        messages.success(request, _("Saved. It is sent next on the day shown in the list."))
        return redirect("reports:schedules")
    status = 422 if form.is_bound else 200
    return render(
        request, "reports/schedules/schedule.html", {"form": form, "schedule": schedule}, status=status
    )


@require_POST
@schedule_keepers_only
@acts_once
def pause(request: UserRequest, pk: int) -> HttpResponse:
    """Stop an active schedule, or let a stopped one go on; what it missed meanwhile is not sent."""
    schedule = _visible(request, pk)
    schedule.is_active = not schedule.is_active
    schedule.plan(timezone.now())
    schedule.save(update_fields=["is_active", "next_run_at"])
    messages.success(request, _("Resumed.") if schedule.is_active else _("Paused."))
    if schedule.is_active and schedule.standstill:
        messages.warning(request, _("Nothing is sent: %(why)s") % {"why": schedule.standstill})
    return redirect("reports:schedules")


@require_GET
@schedule_keepers_only
def preview(request: UserRequest, pk: int) -> HttpResponse:
    """What would be sent now, and to whom. Writes and sends nothing."""
    schedule = _visible(request, pk)
    period = schedule.timetable.period_sent_at(timezone.now())
    reports = delivery.make_reports(schedule, period)
    names = [Format(shape).file_name(report) for report in reports for shape in schedule.formats]
    page = {
        "schedule": schedule,
        "period": period,
        "recipients": schedule.recipients(),
        "letter": mail_text.write(reports, names),
        "drawings": [(report, html.drawn(report).figures) for report in reports],
        "files": [_file_link(schedule, report, shape) for report in reports for shape in schedule.formats],
    }
    return render(request, "reports/schedules/preview.html", page)


@require_POST
@schedule_keepers_only
@acts_once
def send_now(request: UserRequest, pk: int) -> HttpResponse:
    schedule = _visible(request, pk)
    try:
        run = delivery.open_now(schedule, timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        tasks.hand_over(run.pk)
        messages.success(request, _("It is being created and will be sent shortly."))
    return redirect(f"{reverse('reports:archive')}?schedule={schedule.pk}")


def _visible(request: UserRequest, pk: int) -> ReportSchedule:
    visible = ReportSchedule.objects.visible_to(request.user).select_related("client", "created_by")
    return get_object_or_404(visible, pk=pk)


def _usual(pk: int | None) -> dict[str, object] | None:
    """What a new schedule starts with."""
    return None if pk else {"kinds": ["tickets", "ratings", "reopened"], "formats": ["pdf", "xlsx"]}


def _file_link(schedule: ReportSchedule, report: Report, shape: str) -> dict[str, str]:
    asked = {
        "report": report.kind.value,
        "client": str(schedule.client_id or ""),
        "preset": Preset.CUSTOM.value,
        "first": report.period.first.isoformat(),
        "last": report.period.last.isoformat(),
        "language": report.language,
        "time_zone": report.period.zone,
    }
    url = reverse("reports:download", args=[shape])
    return {"name": Format(shape).file_name(report), "url": f"{url}?{urlencode(asked)}"}
