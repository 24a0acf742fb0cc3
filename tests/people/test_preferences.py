import pytest
from django.test import Client as Browser
from django.urls import reverse

from servicedesk.people.models import User
from tests.factories import UserFactory

PASSWORD = "a-long-secret-1"
PREFERENCES = "people:preferences"

pytestmark = pytest.mark.django_db


@pytest.fixture
def marta(client: Browser) -> User:
    user: User = UserFactory(full_name="Marta Ruiz", password=PASSWORD, is_agent=True)
    client.force_login(user)
    return user


def test_strangers_are_asked_to_sign_in(client: Browser) -> None:
    address = reverse(PREFERENCES)
    assert client.get(address)["Location"] == f"{reverse('people:sign-in')}?next={address}"


def test_person_changes_their_own_settings(client: Browser, marta: User) -> None:
    given = {
        "full_name": "Marta R.", "phone": "", "language": "es", "time_zone": "Europe/Madrid", "theme": "dark"
    }  # fmt: skip
    assert client.post(reverse(PREFERENCES), given).status_code == 302
    marta.refresh_from_db()
    assert (marta.full_name, marta.language, marta.time_zone, marta.theme) == (
        "Marta R.", "es", "Europe/Madrid", "dark",
    )  # fmt: skip


def test_nobody_makes_themselves_an_administrator(client: Browser, marta: User) -> None:
    client.post(
        reverse(PREFERENCES),
        {"full_name": "M", "theme": "auto", "is_superuser": "on", "email": "x@y.example"},
    )
    marta.refresh_from_db()
    assert not marta.is_superuser
    assert marta.email != "x@y.example"


def test_refused_form_keeps_what_was_typed(client: Browser, marta: User) -> None:
    response = client.post(reverse(PREFERENCES), {"full_name": "", "phone": "123", "theme": "auto"})
    assert response.status_code == 422
    page = response.content.decode()
    assert 'value="123"' in page
    assert 'title="Marta Ruiz"' in page  # the shell still greets the person by name


@pytest.mark.parametrize("is_agent", [True, False])
def test_page_stands_in_the_shell_of_the_role(client: Browser, marta: User, is_agent: bool) -> None:
    User.objects.update(is_agent=is_agent)
    page = client.get(reverse(PREFERENCES)).content.decode()
    assert ('class="rail"' in page) is is_agent
    assert ('class="portal-head"' in page) is not is_agent


def test_page_takes_few_statements(client: Browser, marta: User, django_assert_num_queries: object) -> None:
    client.get(reverse(PREFERENCES))
    # session, person, form, addresses, groups, timer
    with django_assert_num_queries(6):  # type: ignore[operator]
        client.get(reverse(PREFERENCES))


def test_new_password_needs_the_old_one_and_keeps_this_session(client: Browser, marta: User) -> None:
    fresh = {"new_password1": "another-secret-2", "new_password2": "another-secret-2"}
    refused = client.post(reverse("people:password"), {"old_password": "wrong"} | fresh)
    assert refused.status_code == 422
    assert client.post(reverse("people:password"), {"old_password": PASSWORD} | fresh).status_code == 302
    assert client.get(reverse(PREFERENCES)).status_code == 200
    marta.refresh_from_db()
    assert marta.check_password("another-secret-2")


def test_theme_is_kept_with_the_person(client: Browser, marta: User) -> None:
    response = client.post(reverse("people:theme"), {"theme": "dark", "next": "/preferences/"})
    assert response["Location"] == "/preferences/"
    assert 'data-theme="dark"' in client.get(reverse(PREFERENCES)).content.decode()


def test_theme_of_a_stranger_is_a_cookie(client: Browser) -> None:
    client.post(reverse("people:theme"), {"theme": "dark"})
    assert 'data-theme="dark"' in client.get(reverse("people:sign-in")).content.decode()


def test_unknown_theme_changes_nothing(client: Browser, marta: User) -> None:
    assert client.post(reverse("people:theme"), {"theme": "pink"}).status_code == 302
    marta.refresh_from_db()
    assert marta.theme == "auto"


def test_language_of_a_stranger_is_a_cookie(client: Browser) -> None:
    client.post(reverse("people:language"), {"language": "es"})
    assert '<html lang="es"' in client.get(reverse("people:sign-in")).content.decode()


def test_language_is_kept_with_the_person(client: Browser, marta: User) -> None:
    client.post(reverse("people:language"), {"language": "ru"})
    marta.refresh_from_db()
    assert marta.language == "ru"


@pytest.mark.parametrize("name", ["people:theme", "people:language"])
def test_switches_lead_to_our_own_pages_only(client: Browser, name: str) -> None:
    given = {"theme": "dark", "language": "es", "next": "//evil.example/"}
    assert client.post(reverse(name), given)["Location"] == "/"


@pytest.mark.parametrize("name", ["people:theme", "people:language", "people:password"])
def test_reading_never_writes(client: Browser, marta: User, name: str) -> None:
    assert client.get(reverse(name)).status_code == 405
