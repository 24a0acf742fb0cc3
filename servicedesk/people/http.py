"""The type of a request behind `login_required`."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from servicedesk.people.models import User


class UserRequest(HttpRequest):
    """A request whose person is known."""

    user: User
    htmx: HtmxDetails
