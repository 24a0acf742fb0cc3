"""The addresses of a contact, on the client's card."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from servicedesk.people import addresses
from servicedesk.people.models import Address, Membership, User
from tests.contracts.conftest import Desk, signed_in
from tests.factories import agent_of, contact_of

pytestmark = pytest.mark.django_db
PERSON = {"email": "new@oldmill.example", "full_name": "Ann Gil", "role": "contact", "is_active": "on"}


@pytest.fixture
def ann(desk: Desk) -> User:
    person = contact_of(desk.mill, email="ann@oldmill.example", full_name="Ann Gil")
    Address.objects.create(user=person, email="ann@home.example")
    return person


def member(person: User) -> Membership:
    return Membership.objects.get(user=person, client__name="Old Mill")


def page(person: User) -> str:
    return reverse("clients:contact", args=[member(person).client_id, member(person).pk])


def url(name: str, person: User, *more: int) -> str:
    return reverse(f"clients:{name}", args=[member(person).client_id, member(person).pk, *more])


def home(person: User) -> Address:
    return person.addresses.get(email="ann@home.example")


def test_an_address_is_added_and_stands_on_the_card(desk: Desk, ann: User) -> None:
    browser = signed_in(desk.grace)
    answer = browser.post(url("address-add", ann), {"email": "Ann@Third.example"})
    assert answer["Location"] == page(ann)
    for path in (page(ann), reverse("clients:client", args=[desk.mill.pk])):
        text = browser.get(path).content.decode()
        assert "Ann@third.example" in text
        assert "ann@home.example" in text


@pytest.mark.parametrize("typed", ["nonsense", "", "ANN@home.example", "grace"])
def test_what_cannot_be_added_is_told_beside_the_field_and_stays(desk: Desk, ann: User, typed: str) -> None:
    typed = desk.grace.email if typed == "grace" else typed
    answer = signed_in(desk.grace).post(url("address-add", ann), {"email": typed})
    assert answer.status_code == 422
    assert answer.context["address_form"].errors["email"]
    assert answer.context["form"].errors == {}
    assert typed in answer.content.decode()
    assert ann.addresses.count() == 1


def test_who_comes_second_gets_a_sentence(desk: Desk, ann: User, monkeypatch: Any) -> None:
    def given_meanwhile(person: User, email: str) -> Address:
        raise addresses.AddressRefused("This address is already in use.")

    monkeypatch.setattr(addresses, "add", given_meanwhile)
    answer = signed_in(desk.grace).post(url("address-add", ann), {"email": "ann@third.example"})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "This address is already in use." in text
    assert 'value="ann@third.example"' in text


def test_an_address_is_switched_off_and_on(desk: Desk, ann: User) -> None:
    browser, switch = signed_in(desk.grace), url("address", ann, home(ann).pk)
    browser.post(switch, {"off": ""})
    browser.post(switch, {"off": ""})
    assert not home(ann).is_active
    card = browser.get(reverse("clients:client", args=[desk.mill.pk])).content.decode()
    assert '<s>ann@home.example</s> <span class="badge">inactive</span>' in card
    assert "Make it the main one" not in browser.get(page(ann)).content.decode()
    browser.post(switch, {"on": ""})
    assert home(ann).is_active


def test_an_address_is_removed(desk: Desk, ann: User) -> None:
    signed_in(desk.grace).post(url("address-remove", ann, home(ann).pk))
    assert not ann.addresses.exists()


def test_another_address_becomes_the_main_one(desk: Desk, ann: User) -> None:
    answer = signed_in(desk.grace).post(url("address-main", ann, home(ann).pk), follow=True)
    assert "Ann Gil signs in with ann@home.example from now on." in answer.content.decode()
    ann.refresh_from_db()
    assert ann.email == "ann@home.example"
    assert [one.email for one in ann.addresses.all()] == ["ann@oldmill.example"]


def test_one_that_is_off_is_refused_as_the_main_one(desk: Desk, ann: User) -> None:
    addresses.switch(home(ann), False)
    answer = signed_in(desk.grace).post(url("address-main", ann, home(ann).pk))
    assert answer.status_code == 409
    assert "Activate the address first." in answer.content.decode()


def every_change(person: User) -> list[tuple[str, dict[str, str]]]:
    rows = [url(name, person, home(person).pk) for name in ("address", "address-main", "address-remove")]
    return [(url("address-add", person), {"email": "x@third.example"}), *((row, {}) for row in rows)]


def test_only_who_keeps_the_client_changes_addresses(desk: Desk, ann: User) -> None:
    changes = every_change(ann)
    for person in (desk.other, agent_of(), ann):
        browser = signed_in(person)
        assert [browser.post(*change).status_code for change in changes] == [404] * 4
    assert [signed_in(desk.grace).get(path).status_code for path, _sent in changes] == [405] * 4
    assert home(ann).is_active


@pytest.mark.parametrize("also", ["another's client", "desk"])
def test_who_could_not_sign_in_as_them_changes_no_address(desk: Desk, ann: User, also: str) -> None:
    if also == "desk":
        User.objects.filter(pk=ann.pk).update(is_agent=True)
    else:
        Membership.objects.create(client=desk.port, user=ann)
    browser = signed_in(desk.grace)
    text = browser.get(page(ann)).content.decode()
    assert "Only an administrator can change their addresses." in text
    assert "Make it the main one" not in text
    assert [browser.post(*change).status_code for change in every_change(ann)] == [404] * 4
    assert signed_in(desk.admin).post(url("address", ann, home(ann).pk)).status_code == 302


def test_an_address_of_somebody_else_is_not_found_here(desk: Desk, ann: User) -> None:
    stranger = Address.objects.create(user=contact_of(desk.port), email="x@third.example")
    browser = signed_in(desk.grace)
    for name in ("address", "address-main", "address-remove"):
        assert browser.post(url(name, ann, stranger.pk)).status_code == 404
    assert Address.objects.get(pk=stranger.pk).is_active


def test_a_new_contact_gets_no_further_address_of_somebody(desk: Desk, ann: User) -> None:
    add = reverse("clients:contact-new", args=[desk.mill.pk])
    known = Address.objects.create(user=contact_of(desk.port, full_name="Tom"), email="tom@home.example")
    answer = signed_in(desk.grace).post(add, PERSON | {"email": known.email.upper()})
    assert answer.status_code == 422
    assert "is a further address of Tom" in answer.content.decode()
    answer = signed_in(desk.grace).post(add, PERSON | {"email": "ann@home.example"})
    assert "Ann Gil belongs to this client already." in answer.content.decode()
    answer = signed_in(desk.grace).post(add, PERSON | {"email": "desk@quayside.example"})
    assert "is an address of the desk itself" in answer.content.decode()
    assert not User.objects.filter(full_name="Ann Gil").exclude(pk=ann.pk).exists()


def test_a_new_contact_who_comes_second_gets_a_sentence(desk: Desk, monkeypatch: Any) -> None:
    def given_meanwhile(email: str, **fields: Any) -> User:
        raise addresses.AddressRefused("new@oldmill.example belongs to Tom.")

    monkeypatch.setattr(addresses, "new_person", given_meanwhile)
    answer = signed_in(desk.grace).post(reverse("clients:contact-new", args=[desk.mill.pk]), PERSON)
    assert answer.status_code == 409
    assert "new@oldmill.example belongs to Tom." in answer.content.decode()


def test_a_contact_is_changed_whatever_their_addresses(desk: Desk, ann: User) -> None:
    signed_in(desk.grace).post(page(ann), {"full_name": "Ann G.", "role": "manager", "is_active": "on"})
    ann.refresh_from_db()
    assert (ann.full_name, ann.email) == ("Ann G.", "ann@oldmill.example")


def test_a_client_is_found_by_every_address_of_its_people_once(desk: Desk, ann: User) -> None:
    contact_of(desk.mill)
    browser = signed_in(desk.admin)
    for asked in ("ANN@home.example", "ann@oldmill.example"):
        assert [
            row.client for row in browser.get(reverse("clients:clients"), {"q": asked}).context["rows"]
        ] == [desk.mill]
    assert browser.get(reverse("clients:clients"), {"q": "nobody@home.example"}).context["rows"] == []


def test_the_card_costs_the_same_however_many_addresses(desk: Desk, ann: User) -> None:
    browser = signed_in(desk.grace)

    def statements(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(path)
        return len(captured)

    card = reverse("clients:client", args=[desk.mill.pk])
    few = statements(card), statements(page(ann))
    for number in range(6):
        person = contact_of(desk.mill)
        Address.objects.create(user=person, email=f"{number}@home.example")
        Address.objects.create(user=ann, email=f"ann{number}@home.example")
    assert (statements(card), statements(page(ann))) == few


def test_the_former_contacts_of_a_client_are_labelled(desk: Desk, ann: User) -> None:
    Membership.objects.filter(user=ann).update(is_active=False)
    text = signed_in(desk.grace).get(reverse("clients:client", args=[desk.mill.pk])).content.decode()
    assert "Ann Gil" in text
    assert '<span class="badge">inactive</span>' in text
