"""What was sent: runs with their files and the fate of their mails."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from reports import tasks
from reports.access import schedule_keepers_only, staff_only
from reports.delivery import sending as delivery
from reports.formats import Format
from reports.models import ReportFile, ReportRun, ReportSchedule
from servicedesk.lib import keys
from servicedesk.lib.downloads import file_response
from servicedesk.once.acting import acts_once
from servicedesk.people.http import UserRequest

_RUNS_A_PAGE = 25


@require_GET
@staff_only
def archive(request: UserRequest) -> HttpResponse:
    """All runs this person may see, or those of one schedule (`?schedule=`)."""
    runs = ReportRun.objects.visible_to(request.user).select_related("schedule", "client")
    schedule = None
    if asked := keys.read(request.GET.get("schedule", "")):
        schedule = get_object_or_404(ReportSchedule.objects.visible_to(request.user), pk=asked)
        runs = runs.filter(schedule=schedule)
    found = Paginator(runs.prefetch_related("files", "mails"), _RUNS_A_PAGE)
    page = {"page": found.get_page(request.GET.get("page")), "schedule": schedule}
    return render(request, "reports/schedules/archive.html", page)


@require_GET
@login_required
def archive_file(request: UserRequest, pk: int) -> HttpResponse:
    """One archived file, also for the managers of the client it was sent to."""
    kept = get_object_or_404(ReportFile.objects.visible_to(request.user), pk=pk)
    try:
        with kept.file.open("rb") as file:
            content: bytes = file.read()
    except FileNotFoundError as error:
        raise Http404(_("The file is not in the archive any more.")) from error
    return file_response(content, kept.name, Format(kept.format).content_type)


@require_POST
@schedule_keepers_only
@acts_once
def retry(request: UserRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(ReportRun.objects.visible_to(request.user), pk=pk)
    if delivery.retry(run, timezone.now()):
        tasks.hand_over(run.pk)
        messages.success(request, _("It is being created again."))
    return redirect("reports:archive")
