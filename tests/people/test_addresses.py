"""Whose address it is, and that an address has one owner."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse

from servicedesk.people import addresses
from servicedesk.people.addresses import AddressRefused, Owner
from servicedesk.people.models import Address, User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> User:
    person: User = UserFactory(email="Anna@Client.example", full_name="Anna Ivanova", password="a-secret-1")
    Address.objects.create(user=person, email="anna@home.example")
    Address.objects.create(user=person, email="anna@former.example", is_active=False)
    return person


def further(person: User) -> dict[str, bool]:
    return dict(person.addresses.values_list("email", "is_active"))


@pytest.mark.parametrize("typed", ["anna@client.example", "ANNA@CLIENT.EXAMPLE", " anna@HOME.example "])
def test_a_person_is_found_by_each_of_their_addresses_in_any_spelling(anna: User, typed: str) -> None:
    assert addresses.owner(typed) == Owner(anna, True)


def test_an_address_or_a_person_that_is_switched_off_is_told(anna: User) -> None:
    assert addresses.owner("anna@former.example") == Owner(anna, False)
    User.objects.update(is_active=False)
    assert addresses.owner("anna@home.example") == Owner(anna, False)
    assert addresses.owner("anna@client.example") == Owner(anna, False)


@pytest.mark.parametrize("typed", ["", "anna", "anna@client.exampl", "na@client.example", "%@client.example"])
def test_nobody_has_what_only_looks_alike(anna: User, typed: str) -> None:
    assert addresses.owner(typed) is None


def test_many_owners_take_one_statement(anna: User, django_assert_num_queries: Any) -> None:
    boris = UserFactory(email="boris@client.example")
    wanted = ["anna@home.example", "ANNA@client.example", "boris@client.example", "nobody@client.example"]
    with django_assert_num_queries(1):
        found = addresses.owners(wanted)
    assert {spelling: one.person for spelling, one in found.items()} == {
        "anna@home.example": anna,
        "anna@client.example": anna,
        "boris@client.example": boris,
    }


def test_somebody_may_have_several_addresses(anna: User) -> None:
    made = addresses.add(anna, " Anna.I@Third.Example ")
    assert made.email == "Anna.I@third.example"
    assert addresses.owner("anna.i@third.example") == Owner(anna, True)


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ("BORIS@client.example", "belongs to Boris"),
        ("Boris@home.example", "is a further address of Boris, whose main address is boris@client.example"),
        ("boris@former.example", "is a further address of Boris"),
        ("Anna@home.example", "Anna Ivanova has this address already"),
        ("anna@client.example", "Anna Ivanova has this address already"),
        ("desk@quayside.example", "is an address of the desk itself"),
        ("DESK@Quayside.example", "is an address of the desk itself"),
        ("", "is not an e-mail address"),
        ("anna@nowhere", "is not an e-mail address"),
        ("anna@home.example, x@y.example", "is not an e-mail address"),
        ("anna@home.example\nBcc: x@y.example", "is not an e-mail address"),
        (f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.example", "at most 254 characters"),
    ],
)
def test_what_cannot_be_an_address_of_theirs_is_refused(anna: User, wanted: str, sentence: str) -> None:
    boris = UserFactory(email="boris@client.example", full_name="Boris")
    Address.objects.create(user=boris, email="boris@home.example")
    Address.objects.create(user=boris, email="boris@former.example", is_active=False)
    before = Address.objects.count()
    with pytest.raises(AddressRefused, match=sentence):
        addresses.add(anna, wanted)
    assert Address.objects.count() == before


def test_what_was_written_past_the_door_is_a_sentence_too(anna: User, monkeypatch: Any) -> None:
    monkeypatch.setattr(addresses, "free", lambda email, person=None: email)
    with pytest.raises(AddressRefused, match="address is already in use"):
        addresses.add(UserFactory(), "ANNA@home.example")


def test_nobody_new_gets_a_further_address_of_somebody(anna: User) -> None:
    with pytest.raises(AddressRefused, match="further address of Anna"):
        addresses.new_person("ANNA@former.example", full_name="Another Anna")
    assert User.objects.count() == 1
    made = addresses.new_person("Boris@Client.example", full_name="Boris", language="ru")
    assert (made.email, made.language, made.has_usable_password()) == ("Boris@client.example", "ru", False)


def test_an_address_is_switched_and_removed(anna: User) -> None:
    home = anna.addresses.get(email="anna@home.example")
    addresses.switch(home, False)
    assert addresses.owner("anna@home.example") == Owner(anna, False)
    addresses.switch(home, True)
    assert addresses.owner("anna@home.example") == Owner(anna, True)
    addresses.remove(home)
    addresses.remove(home)
    assert addresses.owner("anna@home.example") is None


def test_the_main_address_changes_places_with_a_further_one(anna: User) -> None:
    addresses.make_primary(anna.addresses.get(email="anna@home.example"))
    anna.refresh_from_db()
    assert anna.email == "anna@home.example"
    assert further(anna) == {"Anna@Client.example": True, "anna@former.example": False}
    assert addresses.owner("anna@client.example") == Owner(anna, True)


def test_an_address_that_is_off_or_gone_does_not_become_the_main_one(anna: User) -> None:
    with pytest.raises(AddressRefused, match="Activate the address first"):
        addresses.make_primary(anna.addresses.get(email="anna@former.example"))
    home = anna.addresses.get(email="anna@home.example")
    addresses.remove(home)
    home.pk = 10**6
    with pytest.raises(AddressRefused, match="removed meanwhile"):
        addresses.make_primary(home)
    anna.refresh_from_db()
    assert anna.email == "Anna@Client.example"


def ask(address: str) -> str:
    return Browser().post(reverse("people:password-reset"), {"email": address})["Location"]


def test_a_forgotten_password_is_answered_at_the_main_address(anna: User, mailoutbox: Any) -> None:
    assert ask("ANNA@home.example") == ask("nobody@client.example")
    assert [one.to for one in mail.outbox] == [["Anna@Client.example"]]


@pytest.mark.parametrize("off", ["address", "person", "password"])
def test_what_is_switched_off_gets_no_link(anna: User, mailoutbox: Any, off: str) -> None:
    if off == "person":
        User.objects.update(is_active=False)
    elif off == "password":
        anna.set_unusable_password()
        anna.save()
    ask("anna@former.example" if off == "address" else "anna@home.example")
    assert mail.outbox == []


def test_they_sign_in_with_the_main_address_only(anna: User) -> None:
    def status(address: str) -> int:
        sent = {"username": address, "password": "a-secret-1"}
        return Browser().post(reverse("people:sign-in"), sent).status_code

    assert status("anna@client.example") == 302
    assert status("anna@home.example") == 422


def test_people_read_their_own_addresses_among_their_preferences(anna: User) -> None:
    browser = Browser()
    browser.force_login(anna)
    page = browser.get(reverse("people:preferences")).content.decode()
    assert "Mail from these addresses is yours too: anna@home.example. Ask us to change them." in page
    assert "anna@former.example" not in page
