"""An administrator in front of the catalog's setup screens."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from catalog.models import RequestType
from servicedesk.people.models import User
from tests.factories import RequestTypeFactory, ServiceFactory, UserFactory


class Desk:
    """Pages by the names of their URLs, as an administrator."""

    def __init__(self, person: User) -> None:
        self.browser = Browser()
        self.browser.force_login(person)

    def get(self, name: str, /, *args: Any, **query: str) -> str:
        answer = self.browser.get(reverse(f"catalog:{name}", args=args), query)
        assert answer.status_code == 200, answer.status_code
        return str(answer.content.decode())

    def post(self, name: str, /, *args: Any, htmx: Any = False, **data: Any) -> Any:
        headers = {"hx-request": "true"} if htmx else {}
        return self.browser.post(reverse(f"catalog:{name}", args=args), data, headers=headers)


@pytest.fixture
def admin(db: None) -> User:
    return UserFactory(is_superuser=True, full_name="Ada Min")


@pytest.fixture
def desk(admin: User) -> Desk:
    return Desk(admin)


@pytest.fixture
def item(db: None) -> RequestType:
    """A service request with nothing in it yet."""
    return RequestTypeFactory(
        kind="service_request", name="New computer", service=ServiceFactory(name="Computers")
    )
