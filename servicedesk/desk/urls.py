"""The desk's pages, a room for each."""

from django.urls import include, path

app_name = "desk"

urlpatterns = [
    path("", include("servicedesk.desk.queue.urls")),
    path("", include("servicedesk.desk.my_work.urls")),
    path("", include("servicedesk.desk.new_ticket.urls")),
    path("", include("servicedesk.desk.ticket.urls")),
    path("", include("servicedesk.desk.bulk.urls")),
    path("", include("servicedesk.desk.analytics.urls")),
    path("", include("servicedesk.desk.faults.urls")),
    path("", include("servicedesk.desk.time.urls")),
    path("", include("servicedesk.desk.mail.urls")),
]
