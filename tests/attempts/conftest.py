"""People, and ways to try at their doors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from servicedesk.attempts import visitor
from servicedesk.people.models import User
from tests.factories import UserFactory

PASSWORD = "a-long-secret-1"
START = "2026-03-02 09:00:00+00:00"


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def helen(db: None, settings: Any) -> User:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    user: User = UserFactory(email="helen@example.com", password=PASSWORD, is_superuser=True)
    return user


@pytest.fixture
def told_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process has warned of nothing yet."""
    monkeypatch.setattr(visitor, "_told", [])


def sign_in(
    email: str = "helen@example.com", password: str = "wrong", *, browser: Browser | None = None, **meta: Any
) -> Any:
    given = {"username": email, "password": password}
    return (browser or Browser()).post(reverse("people:sign-in"), given, **meta)


def sign_out(browser: Browser) -> None:
    """As people do it; the test client's own `logout` throws all cookies away."""
    browser.post(reverse("people:sign-out"))


def statuses(count: int, **given: Any) -> list[int]:
    return [sign_in(**given).status_code for _ in range(count)]
