from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from servicedesk.people.models import User
from tests.factories import UserFactory

PASSWORD = "a-long-secret-1"

pytestmark = pytest.mark.django_db


@pytest.fixture
def helen() -> User:
    user: User = UserFactory(email="helen@example.com", password=PASSWORD)
    return user


def sign_in(browser: Browser, **fields: Any) -> Any:
    given = {"username": "helen@example.com", "password": PASSWORD} | fields
    return browser.post(reverse("people:sign-in"), given)


def test_page_helps_password_managers(client: Browser) -> None:
    page = client.get(reverse("people:sign-in")).content.decode()
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page


def test_right_password_leads_home(client: Browser, helen: User) -> None:
    response = sign_in(client)
    assert response.status_code == 302
    assert response["Location"] == reverse("home")
    assert client.session["_auth_user_id"] == str(helen.pk)


def test_capitals_in_the_address_do_not_matter(client: Browser, helen: User) -> None:
    assert sign_in(client, username=" Helen@Example.com").status_code == 302


def test_session_ends_with_the_browser_unless_asked(client: Browser, helen: User) -> None:
    sign_in(client)
    assert client.session.get_expire_at_browser_close()
    client.logout()
    sign_in(client, remember="on")
    assert not client.session.get_expire_at_browser_close()


@pytest.mark.parametrize(
    "fields", [{"password": "wrong"}, {"username": "nobody@example.com"}], ids=["password", "address"]
)
def test_wrong_password_and_unknown_address_get_one_sentence(
    client: Browser, helen: User, fields: dict[str, str]
) -> None:
    response = sign_in(client, **fields)
    assert response.status_code == 422
    assert "Wrong e-mail address or password." in response.content.decode()


def test_closed_account_gets_the_same_sentence(client: Browser, helen: User) -> None:
    User.objects.update(is_active=False)
    assert "Wrong e-mail address or password." in sign_in(client).content.decode()


def test_next_is_kept_on_our_own_host(client: Browser, helen: User) -> None:
    ours, theirs = "/preferences/", "https://evil.example/"
    assert sign_in(client, next=ours)["Location"] == ours
    client.logout()
    assert sign_in(client, next=theirs)["Location"] == reverse("home")


def test_sign_out_needs_a_post(client: Browser, helen: User) -> None:
    client.force_login(helen)
    assert client.get(reverse("people:sign-out")).status_code == 405
    assert "_auth_user_id" in client.session
    assert client.post(reverse("people:sign-out")).status_code == 302
    assert "_auth_user_id" not in client.session


def test_who_is_signed_in_already_is_led_on(client: Browser, helen: User) -> None:
    client.force_login(helen)
    assert client.get(reverse("people:sign-in"))["Location"] == reverse("home")


def test_page_speaks_the_language_of_the_browser(client: Browser) -> None:
    page = client.get(reverse("people:sign-in"), headers={"Accept-Language": "ru"}).content.decode()
    assert '<html lang="ru"' in page
