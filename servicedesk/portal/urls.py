"""The clients' pages."""

from django.urls import path

from servicedesk.portal.views import answer, home, new_request, request, requests

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    path("new/", new_request.new_request, name="new-request"),
    path("requests/", requests.requests, name="requests"),
    path("requests/<int:pk>/", request.page, name="request"),
    path("requests/<int:pk>/reply/", request.reply, name="request-reply"),
    path("requests/<int:pk>/solved/", request.solved, name="request-solved"),
    path("requests/<int:pk>/decision/", request.decision, name="request-decision"),
    path("requests/<int:pk>/withdrawal/", request.withdraw, name="request-withdrawal"),
    # From a mail, without signing in.
    path("answer/<str:token>/", answer.answer, name="answer"),
]
