"""Language and time zone of an answer."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone, translation

from servicedesk.people.middleware import preferred_language_and_zone
from servicedesk.people.models import User
from tests.factories import ClientFactory, UserFactory

pytestmark = pytest.mark.django_db


def answer(user: User | AnonymousUser, *, browser: str = "", cookie: str = "") -> HttpResponse:
    """Language and zone that were active while the view ran."""

    def view(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"{translation.get_language()} {timezone.get_current_timezone_name()}")

    request = RequestFactory().get("/", headers={"Accept-Language": browser})
    request.user = user
    if cookie:
        request.COOKIES["django_language"] = cookie
    response = preferred_language_and_zone(view)(request)
    assert isinstance(response, HttpResponse)
    return response


def test_own_language_wins_over_cookie_and_browser() -> None:
    response = answer(UserFactory(language="ru"), browser="es", cookie="es")
    assert response.content == b"ru UTC"
    assert response["Content-Language"] == "ru"


def test_cookie_wins_over_the_browser() -> None:
    assert answer(AnonymousUser(), browser="ru", cookie="es")["Content-Language"] == "es"


@pytest.mark.parametrize(
    ("browser", "language"), [("es-MX,en;q=0.5", "es"), ("ru", "ru"), ("ja", "en"), ("", "en"), ("%%%", "en")]
)
def test_browser_is_asked_last(browser: str, language: str) -> None:
    assert answer(UserFactory(language=""), browser=browser)["Content-Language"] == language


def test_caches_are_told_what_the_answer_depends_on() -> None:
    assert {"Accept-Language", "Cookie"} <= set(answer(AnonymousUser())["Vary"].split(", "))


def test_nothing_stays_active_for_the_next_request() -> None:
    answer(UserFactory(language="ru", time_zone="Asia/Tokyo"))
    assert translation.get_language() == "en"
    assert timezone.get_current_timezone_name() == "UTC"


def test_own_zone_wins_over_the_companys() -> None:
    user = UserFactory(time_zone="Asia/Tokyo")
    ClientFactory(time_zone="Europe/Madrid").memberships.create(user=user)
    assert answer(user).content == b"en Asia/Tokyo"


def test_contact_without_a_zone_has_the_companys() -> None:
    user = UserFactory(time_zone="")
    ClientFactory(time_zone="Europe/Madrid").memberships.create(user=user)
    assert answer(user).content == b"en Europe/Madrid"


@pytest.mark.parametrize("zone", ["", "Mars/Olympus"])
def test_unknown_zone_is_utc(zone: str) -> None:
    assert answer(UserFactory(time_zone=zone)).content == b"en UTC"
