"""The table of contents of the site."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path, re_path
from django.views.decorators.http import require_safe

from servicedesk.health import views as health


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Send people where their work is."""
    if not request.user.is_authenticated:
        return redirect("people:sign-in")
    return redirect("desk:queue" if request.user.is_staff else "portal:home")


urlpatterns = [
    path("", home, name="home"),
    path("health/", health.alive, name="health"),
    re_path(r"^health/ready/?$", health.ready, name="health-ready"),
    path("", include("servicedesk.people.urls")),
    path("portal/", include("servicedesk.portal.urls")),
    path("desk/", include("servicedesk.desk.urls")),
    path("setup/assignment/", include("servicedesk.tickets.assignment_setup.urls")),
    path("setup/sla/check/", include("contracts.validation.urls")),
    path("setup/sla/", include("sla.urls")),
    path("setup/catalog/", include("catalog.urls")),
    path("clients/", include("contracts.clients.urls")),
    path("reports/", include("reports.urls")),
    path("attachments/", include("servicedesk.tickets.urls")),
]
