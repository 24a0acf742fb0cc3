"""Two people save at one moment what may be there once: one gets a sentence, nobody a fault."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client as Browser
from django.urls import reverse

from catalog.models import Category
from servicedesk.lib import middleware
from servicedesk.lib.unique_names import OneName
from servicedesk.people.models import Client, User
from servicedesk.tickets.models import AssignmentRule
from sla.models import Calendar, Policy
from tests.factories import ClientFactory, GroupFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

NAMED = {"name": "Vega"}
PAGES: dict[str, tuple[Any, str, dict[str, Any]]] = {
    "client": (Client, "clients:client-new", {"language": "en", "time_zone": "UTC", "is_active": "on"}),
    "category": (Category, "catalog:category-new", {"is_active": "on"}),
    "policy": (Policy, "sla:policy-new", {}),
    "calendar": (Calendar, "sla:calendar-new", {"zone": "UTC", "tz": "UTC", "preset": "office"}),
    "assignment rule": (AssignmentRule, "assignment:new", {"method": "nobody", "is_active": "on"}),
}


@pytest.fixture
def admin() -> User:
    return UserFactory(is_superuser=True)


def browser(user: User) -> Browser:
    opened = Browser()
    opened.force_login(user)
    return opened


@pytest.mark.parametrize("kind", PAGES)
def test_the_name_was_free_when_the_form_looked(kind: str, admin: User, monkeypatch: Any) -> None:
    model, page, values = PAGES[kind]
    assert browser(admin).post(reverse(page), NAMED | values).status_code == 302
    assert browser(admin).post(reverse(page), NAMED | values).status_code == 422
    monkeypatch.setattr(OneName, "validate", lambda *_args, **_options: None)
    late = browser(admin).post(reverse(page), NAMED | values)
    assert late.status_code == 409
    assert "has just saved the same" in late.content.decode()
    assert model.objects.filter(name="Vega").count() == 1


def test_every_unique_row_that_a_page_makes_is_refused_by_the_same_rule() -> None:
    """One place answers for all of them, copies, drafts and rows that are there once among them."""
    GroupFactory(name="One")
    with pytest.raises(IntegrityError) as fault:
        GroupFactory(name="ONE")
    assert middleware.is_about_one_of_a_kind(fault.value)
    other = ClientFactory()
    with pytest.raises(IntegrityError) as missing:
        Client.objects.filter(pk=other.pk).update(time_zone=None)
    assert not middleware.is_about_one_of_a_kind(missing.value)
