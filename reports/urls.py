"""Reports, their schedules and their archive."""

from django.urls import path

from reports.pages import views as report_views
from reports.schedules import archive
from reports.schedules import views as schedule_views

app_name = "reports"
urlpatterns = [
    path("", report_views.reports, name="reports"),
    path("requests/", report_views.rows, name="rows"),
    path("download/<str:format>/", report_views.download, name="download"),
    path("schedules/", schedule_views.schedules, name="schedules"),
    path("schedules/new/", schedule_views.schedule_form, name="schedule-new"),
    # /schedules/<pk>/
    path("schedules/<int:pk>/", schedule_views.schedule_form, name="schedule"),
    path("schedules/<int:pk>/pause/", schedule_views.pause, name="schedule-pause"),
    path("schedules/<int:pk>/preview/", schedule_views.preview, name="schedule-preview"),
    path("schedules/<int:pk>/send/", schedule_views.send_now, name="schedule-send"),
    path("archive/", archive.archive, name="archive"),
    path("archive/runs/<int:pk>/retry/", archive.retry, name="run-retry"),
    path("archive/files/<int:pk>/", archive.archive_file, name="archive-file"),
]
