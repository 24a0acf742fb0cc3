"""In which language and time zone a person is answered."""

import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from servicedesk.people.models import User

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def preferred_language_and_zone(get_response: GetResponse) -> GetResponse:
    """Answer in the person's language, else the cookie's, else the browser's; in their time zone."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        language = _language(request)
        with translation.override(language), timezone.override(_zone(request.user)):
            request.LANGUAGE_CODE = language
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response

    return middleware


def _language(request: HttpRequest) -> str:
    chosen = getattr(request.user, "language", "")
    known = dict(settings.LANGUAGES)
    return chosen if chosen in known else translation.get_language_from_request(request)


def _zone(user: User | AnonymousUser) -> zoneinfo.ZoneInfo:
    """The person's own zone, else their company's, else UTC."""
    if not isinstance(user, User):
        return zoneinfo.ZoneInfo("UTC")
    name = user.time_zone or (None if user.is_staff else _zone_of_company(user)) or "UTC"
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):  # a zone that a newer tz database dropped
        return zoneinfo.ZoneInfo("UTC")


def _zone_of_company(user: User) -> str | None:
    zones = user.memberships.filter(is_active=True).order_by("pk")
    return zones.values_list("client__time_zone", flat=True).first()
