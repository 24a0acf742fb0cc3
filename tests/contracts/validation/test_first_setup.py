"""What a new desk lacks before a first ticket is promised anything."""

from __future__ import annotations

import io
from html import unescape

import pytest
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from django.urls import reverse

from contracts.validation import first_setup
from servicedesk.people.models import User
from sla.models import Calendar, Policy
from tests.factories import (
    CategoryFactory,
    ClientFactory,
    GroupFactory,
    RequestTypeFactory,
    UserFactory,
    agent_of,
    contact_of,
    contract_for,
    published_calendar,
    published_policy,
)

pytestmark = pytest.mark.django_db

ALL = ["agents", "calendar", "policy", "service", "request_type", "client", "contact", "contract"]


def lacking() -> list[str]:
    return [one.code.removeprefix("start.") for one in first_setup.missing()]


def page(person: User) -> str:
    browser = Browser()
    browser.force_login(person)
    return unescape(browser.get(reverse("contracts:check")).content.decode())


def test_a_desk_is_made_step_by_step() -> None:
    assert lacking() == ALL
    agent_of(group := GroupFactory())
    published_calendar("Office")
    published_policy("Gold")
    assert lacking() == ALL[3:]
    item = RequestTypeFactory(service__group=group)
    assert lacking() == ALL[5:]
    client = ClientFactory()
    assert lacking() == ["contact", "contract"]
    contact_of(client)
    contract_for(client)
    assert lacking() == []
    item.is_archived = True
    item.save()
    assert lacking() == ["request_type"]


def test_drafts_and_people_who_have_left_do_not_count() -> None:
    Calendar.objects.create(name="Drafted")
    Policy.objects.create(name="Drafted")
    agent = agent_of(GroupFactory())
    User.objects.filter(pk=agent.pk).update(is_active=False)
    contact_of(ClientFactory(is_active=False))
    assert lacking() == ALL


def test_each_step_leads_to_where_it_is_done() -> None:
    urls = [one.where.url for one in first_setup.missing()]
    new = ("sla:calendar-new", "sla:policy-new", "catalog:category-new", "catalog:catalog")
    clients = ("clients:client-new", "clients:clients", "clients:clients")
    assert urls == [reverse(name) for name in ("assignment:groups", *new, *clients)]
    Calendar.objects.create(name="Drafted")
    CategoryFactory()
    client = ClientFactory()
    urls = [one.where.url for one in first_setup.missing()]
    assert urls[1] == reverse("sla:calendars")
    assert urls[3] == reverse("catalog:service-new")
    assert urls[5:] == [
        reverse("clients:contact-new", args=[client.pk]),
        reverse("clients:contract-new", args=[client.pk]),
    ]


def test_the_page_lists_the_steps_in_order_and_does_not_say_that_all_is_well() -> None:
    text = page(UserFactory(is_superuser=True))
    assert "No problems found" not in text
    places = [text.index(one.sentence) for one in first_setup.missing()]
    assert len(places) == len(ALL)
    assert places == sorted(places)
    assert f'href="{reverse("sla:policy-new")}"' in text


def test_the_command_fails_on_an_empty_desk_and_names_the_steps_first() -> None:
    output = io.StringIO()
    with pytest.raises(CommandError, match="Problems found: 8"):
        call_command("sla_lint", stdout=output)
    assert output.getvalue().splitlines()[0].endswith("[start.agents]")
    assert "No problems found" not in output.getvalue()


def test_an_account_manager_without_clients_is_told_so() -> None:
    text = page(UserFactory(is_account_manager=True))
    assert "You have no clients yet" in text
    assert "No problems found" not in text
