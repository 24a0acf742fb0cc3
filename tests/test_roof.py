"""The two pages of the roof itself."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "page"),
    [
        ({}, "portal:home"),
        ({"is_agent": True}, "desk:queue"),
        ({"is_account_manager": True}, "desk:queue"),
        ({"is_superuser": True}, "desk:queue"),
    ],
)
def test_home_is_where_the_persons_work_is(client: Client, role: dict[str, bool], page: str) -> None:
    client.force_login(UserFactory(**role))
    assert client.get("/")["Location"] == reverse(page)


def test_home_of_a_stranger_is_the_sign_in(client: Client) -> None:
    assert client.get("/")["Location"] == reverse("people:sign-in")


def test_health_asks_the_database_once_and_needs_nobody(
    client: Client, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        response = client.get("/health/")
    assert response.status_code == 200
    assert response.content == b"ok"


def test_home_only_shows(client: Client) -> None:
    assert client.post("/").status_code == 405
