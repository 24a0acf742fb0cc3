from django.urls import path

from servicedesk.portal.requests import views

urlpatterns = [
    path("requests/", views.requests, name="requests"),
]
