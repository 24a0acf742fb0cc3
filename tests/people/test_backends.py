"""Who gets in, and what their groups allow."""

from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.models import AnonymousUser

from servicedesk import settings as product
from servicedesk.people.backends import EmailBackend
from servicedesk.people.models import Group, User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
SECRET = "correct horse battery"


@pytest.fixture
def anna() -> User:
    return UserFactory(email="Anna@Acme.example", password=SECRET)


@pytest.mark.parametrize("typed", ["Anna@Acme.example", "anna@acme.example", " ANNA@ACME.EXAMPLE "])
def test_case_of_the_address_does_not_matter(anna: User, typed: str) -> None:
    assert EmailBackend().authenticate(None, email=typed, password=SECRET) == anna
    assert EmailBackend().authenticate(None, username=typed, password=SECRET) == anna


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("anna@acme.example", "wrong"),
        ("nobody@acme.example", SECRET),
        ("", SECRET),
        ("anna@acme.example", None),
    ],
)
def test_anything_wrong_stays_out(anna: User, email: str, password: str | None) -> None:
    assert EmailBackend().authenticate(None, email=email, password=password) is None


def test_inactive_person_stays_out(anna: User) -> None:
    User.objects.update(is_active=False)
    assert EmailBackend().authenticate(None, email=anna.email, password=SECRET) is None
    assert EmailBackend().get_user(anna.pk) is None


@pytest.mark.parametrize("email", ["anna@acme.example", "nobody@acme.example"])
def test_unknown_address_costs_as_much_as_a_wrong_password(
    anna: User, email: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []

    def encode(_hasher: Any, password: str, salt: str) -> str:
        hashed.append(password)
        return f"md5${salt}$another"

    monkeypatch.setattr("django.contrib.auth.hashers.MD5PasswordHasher.encode", encode)
    EmailBackend().authenticate(None, email=email, password="wrong")
    assert hashed == ["wrong"]


def test_passwords_are_kept_with_argon2() -> None:
    preferred = product.PASSWORD_HASHERS[0]
    assert preferred.rsplit(".", 1)[1] == Argon2PasswordHasher.__name__


def test_permissions_are_the_groups(anna: User, django_assert_num_queries: Any) -> None:
    network, hardware = Group.objects.create(name="Network"), Group.objects.create(name="Hardware")
    network.members.add(anna)
    with django_assert_num_queries(1):
        assert anna.get_all_permissions() == {f"people.group_{network.pk}"}
        assert anna.has_perm(f"people.group_{network.pk}")
        assert not anna.has_perm(f"people.group_{hardware.pk}")


def test_nobody_else_has_permissions(anna: User) -> None:
    network = Group.objects.create(name="Network")
    network.members.add(anna)
    anna.is_active = False
    assert EmailBackend().get_all_permissions(anna) == set()
    assert EmailBackend().get_all_permissions(AnonymousUser()) == set()
