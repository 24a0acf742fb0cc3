"""Guessing passwords is slowed down; whoever is right comes in."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client as Browser
from django.utils import timezone

from servicedesk.attempts.models import KnownPlace, Tries
from servicedesk.attempts.tasks import forget_old_tries
from servicedesk.people.models import User
from tests.attempts.conftest import PASSWORD, sign_in, sign_out, statuses
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_after_five_wrong_tries_the_waits_grow_and_the_page_says_how_long(helen: User, clock: Any) -> None:
    assert statuses(5) == [422] * 5
    waits = []
    for _ in range(7):
        refused = sign_in(password=PASSWORD)
        assert refused.status_code == 429
        waits.append(int(refused["Retry-After"]))
        clock.shift(timedelta(seconds=waits[-1]))
        assert sign_in().status_code == 422
    assert waits == [30, 60, 120, 240, 480, 900, 900]


def test_the_sentence_says_when_one_may_try_again_and_the_address_stays_typed(
    helen: User, clock: Any
) -> None:
    statuses(6)
    page = sign_in(password=PASSWORD).content.decode()
    assert "Too many attempts. You can try again in 30 seconds." in page
    assert 'value="helen@example.com"' in page
    clock.shift(timedelta(seconds=30))
    sign_in()
    clock.shift(timedelta(seconds=60))
    sign_in()
    assert "You can try again in 2 minutes." in sign_in().content.decode()


def test_asking_while_one_waits_does_not_lengthen_the_wait(helen: User, clock: Any) -> None:
    statuses(5)
    assert statuses(50) == [429] * 50
    clock.shift(timedelta(seconds=30))
    assert sign_in(password=PASSWORD).status_code == 302


def test_the_right_password_begins_anew(helen: User) -> None:
    for _ in range(3):
        assert statuses(4) == [422] * 4
        assert sign_in(password=PASSWORD).status_code == 302


def test_thirty_accounts_from_one_address_are_slowed_down(db: None, clock: Any) -> None:
    for number in range(30):
        UserFactory(email=f"person{number}@example.com", password=PASSWORD)
    answers = [sign_in(f"person{number}@example.com").status_code for number in range(30)]
    assert answers == [422] * 15 + [429] * 15
    assert sign_in("person29@example.com", PASSWORD, REMOTE_ADDR="192.0.2.9").status_code == 302


def test_a_right_password_of_ones_own_does_not_wipe_what_the_address_has_tried(db: None, clock: Any) -> None:
    UserFactory(email="own@example.com", password=PASSWORD)
    for number in range(15):
        sign_in(f"person{number}@example.com")
        sign_in("own@example.com", PASSWORD)
    assert sign_in("another@example.com").status_code == 429


def test_one_account_from_fourteen_addresses_is_slowed_down(helen: User, clock: Any) -> None:
    answers = [sign_in(REMOTE_ADDR=f"192.0.2.{number}").status_code for number in range(14)]
    assert answers == [422] * 10 + [429] * 4


def test_addresses_of_one_ipv6_network_are_one(helen: User, clock: Any) -> None:
    answers = [sign_in(REMOTE_ADDR=f"2001:db8:1:2::{number}").status_code for number in range(1, 7)]
    assert answers == [422] * 5 + [429]
    assert sign_in(REMOTE_ADDR="2001:db8:1:3::1").status_code == 422


def test_capitals_and_further_addresses_are_no_way_round(helen: User, clock: Any) -> None:
    helen.addresses.create(email="helen@private.example")
    spellings = ["helen@example.com", "HELEN@example.com", " Helen@Example.COM", "helen@private.example"]
    answers = [sign_in(spellings[number % 4]).status_code for number in range(6)]
    assert answers == [422] * 5 + [429]


def test_an_account_that_does_not_exist_is_refused_like_one_that_does(db: None, clock: Any) -> None:
    assert statuses(6, email="nobody@example.com") == [422] * 5 + [429]


def test_a_device_that_signed_in_before_comes_in_while_others_guess(helen: User, clock: Any) -> None:
    own = Browser()
    sign_in(password=PASSWORD, browser=own, REMOTE_ADDR="192.0.2.200")
    sign_out(own)
    for number in range(100):
        sign_in(REMOTE_ADDR=f"192.0.2.{number}")
        sign_in()  # from the very address of the office too
    assert sign_in(password=PASSWORD).status_code == 429
    assert sign_in(password=PASSWORD, browser=own).status_code == 302


def test_an_address_that_signed_in_before_is_spared_tries_from_elsewhere(helen: User, clock: Any) -> None:
    sign_in(password=PASSWORD, REMOTE_ADDR="192.0.2.200")
    statuses_elsewhere = [sign_in(REMOTE_ADDR=f"192.0.2.{number}").status_code for number in range(20)]
    assert statuses_elsewhere[-1] == 429
    assert sign_in(password=PASSWORD, REMOTE_ADDR="192.0.2.201").status_code == 429
    assert sign_in(password=PASSWORD, REMOTE_ADDR="192.0.2.200").status_code == 302


def test_a_known_device_has_a_limit_too(helen: User, clock: Any) -> None:
    own = Browser()
    sign_in(password=PASSWORD, browser=own)
    sign_out(own)
    assert statuses(6, browser=own) == [422] * 5 + [429]


def test_a_device_is_known_for_the_accounts_that_signed_in_on_it_only(helen: User, clock: Any) -> None:
    UserFactory(email="mallory@example.com", password=PASSWORD)
    browser = Browser()
    sign_in("mallory@example.com", PASSWORD, browser=browser)
    sign_out(browser)
    assert statuses(6, browser=browser) == [422] * 5 + [429]


def test_a_made_up_device_cookie_is_worth_nothing(helen: User, clock: Any) -> None:
    browser = Browser()
    browser.cookies["known_device"] = '{"device": "x", "accounts": ["1"]}'
    assert statuses(6, browser=browser) == [422] * 5 + [429]


def test_after_a_day_without_tries_all_are_forgotten_and_swept(helen: User, clock: Any) -> None:
    statuses(8)
    assert Tries.objects.exists()
    clock.shift(timedelta(days=1, seconds=1))
    assert statuses(5) == [422] * 5
    clock.shift(timedelta(days=1, seconds=1))
    KnownPlace.objects.create(name="old", last_at=timezone.now() - timedelta(days=91))
    KnownPlace.objects.create(name="new")
    forget_old_tries()
    assert not Tries.objects.exists()
    assert [place.name for place in KnownPlace.objects.all()] == ["new"]


def test_an_office_with_many_typing_errors_is_not_held_for_ever(db: None, clock: Any) -> None:
    for number in range(100):
        assert sign_in(f"person{number}@example.com").status_code == 422
        clock.shift(timedelta(minutes=3))
    UserFactory(email="new@example.com", password=PASSWORD)
    assert sign_in("new@example.com", PASSWORD).status_code == 302


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite writes one after another anyway")
def test_thirty_guesses_at_once_are_no_more_than_five(helen: User) -> None:
    answers: list[int] = []

    def guess() -> None:
        try:
            answers.append(sign_in().status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=guess) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (answers.count(422), answers.count(429)) == (5, 25)
