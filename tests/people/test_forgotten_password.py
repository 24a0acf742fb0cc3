import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse

from servicedesk.people.models import User
from tests.factories import UserFactory

PASSWORD = "a-long-secret-1"
FRESH = "another-secret-2"

pytestmark = pytest.mark.django_db


@pytest.fixture
def helen(settings: Any) -> User:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    user: User = UserFactory(email="helen@example.com", full_name="Helen Marsh", password=PASSWORD)
    return user


def ask(browser: Browser, address: str = "helen@example.com") -> Any:
    return browser.post(reverse("people:password-reset"), {"email": address})


def link() -> str:
    found = re.search(r"http://testserver(/\S+)", str(mail.outbox[0].body))
    assert found
    return found[1]


def test_link_leads_to_a_new_password(client: Browser, helen: User) -> None:
    ask(client)
    form = client.get(link(), follow=True)
    address = form.redirect_chain[-1][0]
    assert helen.email in form.content.decode()
    response = client.post(address, {"new_password1": FRESH, "new_password2": FRESH})
    assert response["Location"] == reverse("people:password-reset-done")
    helen.refresh_from_db()
    assert helen.check_password(FRESH)


def test_link_works_once(client: Browser, helen: User) -> None:
    ask(client)
    address = client.get(link(), follow=True).redirect_chain[-1][0]
    client.post(address, {"new_password1": FRESH, "new_password2": FRESH})
    assert "This link is no longer valid" in Browser().get(link(), follow=True).content.decode()


def test_unknown_address_gets_the_same_answer_and_no_mail(client: Browser, helen: User) -> None:
    known, unknown = ask(client), ask(client, "nobody@example.com")
    assert known["Location"] == unknown["Location"]
    assert [message.to for message in mail.outbox] == [["helen@example.com"]]


def test_mail_is_in_the_language_of_its_reader(client: Browser, helen: User, monkeypatch: Any) -> None:
    from django.contrib.auth.forms import PasswordResetForm
    from django.utils import translation

    User.objects.update(language="es")
    seen: list[str | None] = []
    monkeypatch.setattr(
        PasswordResetForm, "send_mail", lambda *a, **k: seen.append(translation.get_language())
    )
    ask(client)
    assert seen == ["es"]


def test_weak_password_is_refused_beside_its_field(client: Browser, helen: User) -> None:
    ask(client)
    address = client.get(link(), follow=True).redirect_chain[-1][0]
    response = client.post(address, {"new_password1": "short", "new_password2": "short"})
    assert response.status_code == 422
    assert "at least 10 characters" in response.content.decode()


def test_new_password_opens_a_closed_door(client: Browser, helen: User) -> None:
    wrong = {"username": helen.email, "password": "x"}
    for _ in range(8):
        client.post(reverse("people:sign-in"), wrong)
    ask(client)
    address = client.get(link(), follow=True).redirect_chain[-1][0]
    client.post(address, {"new_password1": FRESH, "new_password2": FRESH})
    assert client.post(reverse("people:sign-in"), wrong | {"password": FRESH}).status_code == 302
