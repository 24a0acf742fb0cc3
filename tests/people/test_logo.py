"""The client's logo on the portal."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from servicedesk.people.models import Client
from tests.factories import ClientFactory, contact_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Client:
    company = ClientFactory()
    company.logo.save("mark.svg", ContentFile(b"<svg><script>alert(1)</script></svg>"))
    return company


def test_the_portal_wears_the_logo_of_the_company(client: Any, company: Client) -> None:
    client.force_login(contact_of(company))
    address = reverse("people:logo", args=[company.pk])
    assert address in client.get(reverse("portal:home")).content.decode()
    answer = client.get(address)
    assert (answer["Content-Type"], b"".join(answer.streaming_content)[:4]) == ("image/svg+xml", b"<svg")


def test_a_script_in_a_logo_cannot_run(client: Any, company: Client) -> None:
    client.force_login(contact_of(company))
    answer = client.get(reverse("people:logo", args=[company.pk]))
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]


def test_another_companys_logo_is_not_found(client: Any, company: Client) -> None:
    client.force_login(contact_of(ClientFactory()))
    assert client.get(reverse("people:logo", args=[company.pk])).status_code == 404


def test_without_a_logo_the_house_shows_its_own(client: Any) -> None:
    client.force_login(contact_of(ClientFactory()))
    assert "Quayside IT" in client.get(reverse("portal:home")).content.decode()
