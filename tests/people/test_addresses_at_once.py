"""Two give the same address at the same moment, over two real connections."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, connections

from servicedesk.people import addresses
from servicedesk.people.addresses import AddressRefused
from servicedesk.people.models import Address, User
from tests.factories import UserFactory
from tests.profiles import PATIENCE

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite",
        reason="SQLite lets one transaction write at a time; make test-postgres runs it",
    ),
]
WANTED = "anna@client.example"


def at_once(*works: Callable[[], object]) -> list[str]:
    """What each of them came to: “done”, or the sentence of its refusal."""
    together = Barrier(len(works))
    ends: list[str] = []

    def one(work: Callable[[], object]) -> None:
        try:
            together.wait(timeout=PATIENCE)
            work()
            ends.append("done")
        except AddressRefused as refused:
            ends.append(str(refused))
        finally:
            connections.close_all()

    threads = [Thread(target=one, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE)
    return sorted(ends)


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> tuple[User, User]:
    """Two people; between the look and the keeping there is time for the other one to look."""
    looked = addresses.free

    def slowly(email: str, person: User | None = None) -> str:
        found = looked(email, person)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.3)")
        return found

    monkeypatch.setattr(addresses, "free", slowly)
    return UserFactory(email="one@client.example"), UserFactory(email="two@client.example")


def owners_of_it() -> int:
    tables: tuple[Any, ...] = (User, Address)
    return sum(table.objects.filter(email__iexact=WANTED).count() for table in tables)


def test_one_of_two_people_gets_the_address(two: tuple[User, User]) -> None:
    ends = at_once(*(lambda one=one: addresses.add(one, WANTED) for one in two))
    assert [end == "done" for end in ends].count(True) == 1
    assert any("is a further address of" in end for end in ends)
    assert owners_of_it() == 1


def test_nobody_signs_in_with_what_becomes_a_further_address(two: tuple[User, User]) -> None:
    ends = at_once(
        lambda: addresses.new_person(WANTED.upper(), full_name="Anna"), lambda: addresses.add(two[0], WANTED)
    )
    assert ends.count("done") == 1
    assert owners_of_it() == 1


def test_two_of_one_name_become_one_person(two: tuple[User, User]) -> None:
    ends = at_once(*[lambda: addresses.new_person(WANTED, full_name="Anna")] * 2)
    assert ends.count("done") == 1
    assert owners_of_it() == 1


def test_two_main_addresses_at_once_lose_none(two: tuple[User, User]) -> None:
    person = two[0]
    wanted = [Address.objects.create(user=person, email=f"{name}@home.example") for name in ("a", "b")]
    assert at_once(*(lambda row=row: addresses.make_primary(row) for row in wanted)) == ["done", "done"]
    person.refresh_from_db()
    all_of_them = {person.email, *person.addresses.values_list("email", flat=True)}
    assert all_of_them == {"one@client.example", "a@home.example", "b@home.example"}
    assert person.email in {"a@home.example", "b@home.example"}
