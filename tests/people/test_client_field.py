"""A client is chosen from a list while there are few, else by typing a part of the name."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.test import Client as Browser
from django.urls import reverse

from servicedesk.people import client_field
from servicedesk.people.client_field import ClientField
from servicedesk.people.models import Client, User
from tests.factories import ClientFactory, GroupFactory, UserFactory, agent_of, contact_of

pytestmark = pytest.mark.django_db

URL = reverse("people:client-choices")


class Asking(forms.Form):
    client = ClientField(required=False, empty_label="Any")

    def __init__(self, text: str | None = None, clients: Any = None) -> None:
        super().__init__(None if text is None else QueryDict(mutable=True) | {"client": text})
        field = self.fields["client"]
        assert isinstance(field, ClientField)
        field.offer(Client.objects.all() if clients is None else clients)


@pytest.fixture
def many() -> list[Client]:
    return [ClientFactory(name=f"Harbour {number:02}") for number in range(client_field.FEW + 1)]


def chosen(text: str) -> Client | None:
    form = Asking(text)
    assert form.is_valid(), form.errors
    found: Client | None = form.cleaned_data["client"]
    return found


def test_few_clients_are_a_list() -> None:
    company = ClientFactory(name="Acme")
    html = str(Asking()["client"])
    assert "<select" in html
    assert f'<option value="{company.pk}">Acme</option>' in html
    assert chosen(str(company.pk)) == company


def test_many_clients_are_not_in_the_page(many: list[Client]) -> None:
    html = str(Asking()["client"])
    assert "Harbour" not in html
    assert 'type="text"' in html
    assert f'hx-get="{URL}?of=client"' in html
    assert 'list="id_client_list"' in html


@pytest.mark.parametrize("text", ["Harbour 07", "harbour 07", " HARBOUR 07 ", "ur 07"])
def test_typed_text_is_enough(many: list[Client], text: str) -> None:
    assert chosen(text) == many[7]


def test_an_exact_name_wins_over_a_part_of_others(many: list[Client]) -> None:
    short = ClientFactory(name="Harbour")
    assert chosen("harbour") == short


def test_a_key_of_an_address_is_shown_by_its_name(many: list[Client]) -> None:
    form = Asking(str(many[3].pk))
    assert form.is_valid()
    assert form.cleaned_data["client"] == many[3]
    assert 'value="Harbour 03"' in str(form["client"])


@pytest.mark.parametrize("text", ["Harbour", "nobody", "9" * 30, "%"])
def test_what_fits_none_or_several_is_refused_and_kept(many: list[Client], text: str) -> None:
    form = Asking(text)
    assert not form.is_valid()
    assert "Choose one from the list" in str(form.errors)
    assert f'value="{text}"' in str(form["client"])


def test_clients_that_were_not_offered_cannot_be_named(many: list[Client]) -> None:
    ClientFactory(name="Quay")
    others = Client.objects.exclude(pk=many[7].pk)
    assert not Asking("Harbour 07", others).is_valid()
    assert not Asking(str(many[7].pk), others).is_valid()
    assert Asking("Harbour 08", others).is_valid()


def test_it_asks_the_database_the_same_however_many_there_are(
    many: list[Client], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        str(Asking()["client"])
    with django_assert_num_queries(2):
        form = Asking("Harbour 07")
        assert form.is_valid()
        str(form["client"])


def names(person: User, text: str) -> list[str]:
    browser = Browser()
    browser.force_login(person)
    page = browser.get(URL, {"of": "client", "client": text}).content.decode()
    return re.findall(r'<option value="([^"]*)">', page)


def test_names_that_fit_are_offered_while_one_types(many: list[Client]) -> None:
    agent = agent_of(GroupFactory())
    assert names(agent, "harbour 0") == [f"Harbour {number:02}" for number in range(10)]
    assert len(names(agent, "")) == 12
    ClientFactory(name="Harbour 09 former", is_active=False)
    assert names(agent, "09") == ["Harbour 09"]


def test_an_account_manager_is_offered_their_own_clients(many: list[Client]) -> None:
    manager = UserFactory(is_account_manager=True)
    ClientFactory(name="Harbour mine", account_manager=manager)
    assert names(manager, "harbour") == ["Harbour mine"]


def test_clients_find_no_names(many: list[Client]) -> None:
    browser = Browser()
    browser.force_login(contact_of(many[0]))
    assert browser.get(URL, {"of": "client", "client": "h"}).status_code == 404
