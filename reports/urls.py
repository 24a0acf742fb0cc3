"""Reports, their schedules and their archive."""

from django.urls import path

from reports.views import archive, reports, schedules

app_name = "reports"
urlpatterns = [
    path("", reports.reports, name="reports"),
    path("requests/", reports.rows, name="rows"),
    path("download/<str:format>/", reports.download, name="download"),
    path("schedules/", schedules.schedules, name="schedules"),
    path("schedules/new/", schedules.schedule_form, name="schedule-new"),
    # /schedules/<pk>/
    path("schedules/<int:pk>/", schedules.schedule_form, name="schedule"),
    path("schedules/<int:pk>/pause/", schedules.pause, name="schedule-pause"),
    path("schedules/<int:pk>/preview/", schedules.preview, name="schedule-preview"),
    path("schedules/<int:pk>/send/", schedules.send_now, name="schedule-send"),
    path("archive/", archive.archive, name="archive"),
    path("archive/runs/<int:pk>/retry/", archive.retry, name="run-retry"),
    path("archive/files/<int:pk>/", archive.archive_file, name="archive-file"),
]
