from django.urls import path

from servicedesk.portal.views import requests

urlpatterns = [
    path("requests/", requests.requests, name="requests"),
]
