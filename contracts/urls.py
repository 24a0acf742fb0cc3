"""Setup pages that need both the agreements and the contracts."""

from django.urls import path

from contracts import views

app_name = "contracts"

urlpatterns = [
    # /setup/sla/check/
    path("", views.check, name="check"),
]
