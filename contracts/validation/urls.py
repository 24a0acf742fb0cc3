"""Setup pages that need both the agreements and the contracts."""

from django.urls import path

from contracts.validation import views as validation_views

app_name = "contracts"

urlpatterns = [
    # /setup/sla/check/
    path("", validation_views.check, name="check"),
]
