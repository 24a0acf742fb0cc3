"""The clients' pages, a room for each."""

from django.urls import include, path

app_name = "portal"

urlpatterns = [
    path("", include("servicedesk.portal.home.urls")),
    path("", include("servicedesk.portal.new_request.urls")),
    path("", include("servicedesk.portal.requests.urls")),
    path("", include("servicedesk.portal.request.urls")),
    path("", include("servicedesk.portal.deadline.urls")),
    path("", include("servicedesk.portal.contract.urls")),
    path("", include("servicedesk.portal.mailed_answer.urls")),
]
