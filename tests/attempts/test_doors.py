"""Other doors that can be tried: mails for new passwords, the old password, links with tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse

from servicedesk.notifications import links
from servicedesk.people.models import User
from tests.attempts.conftest import PASSWORD, sign_in, sign_out
from tests.factories import opened_by_door

pytestmark = pytest.mark.django_db


def ask(email: str, browser: Browser | None = None, **meta: Any) -> Any:
    return (browser or Browser()).post(reverse("people:password-reset"), {"email": email}, **meta)


def test_forty_requests_for_one_account_send_one_mail_and_look_all_the_same(helen: User, clock: Any) -> None:
    for number in range(40):
        known = ask("helen@example.com", REMOTE_ADDR=f"192.0.2.{number}")
        unknown = ask("nobody@example.com", REMOTE_ADDR=f"192.0.2.{number}")
        assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
        assert known.status_code == 302
    assert len(mail.outbox) == 1
    clock.shift(timedelta(minutes=5))
    ask("helen@example.com")
    assert len(mail.outbox) == 2


def test_a_further_address_is_no_way_to_a_second_mail(helen: User, clock: Any) -> None:
    helen.addresses.create(email="helen@private.example")
    ask("helen@example.com")
    ask("HELEN@private.example")
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("email", ["helen@example.com", "nobody@example.com"])
def test_forty_requests_from_one_address_are_slowed_down_whoever_they_are_for(
    helen: User, clock: Any, email: str
) -> None:
    answers = [ask(email if number == 5 else f"person{number}@example.com") for number in range(40)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429] * 35
    assert answers[5]["Retry-After"] == "60"
    assert "You can try again in 60 seconds." in answers[5].content.decode()


def test_a_known_device_may_ask_while_others_at_its_address_flood(helen: User, clock: Any) -> None:
    own = Browser()
    sign_in(password=PASSWORD, browser=own)
    sign_out(own)
    for number in range(10):
        ask(f"person{number}@example.com")
    assert ask("helen@example.com").status_code == 429
    assert ask("helen@example.com", own).status_code == 302


def test_a_new_password_by_mail_opens_the_door_at_once(helen: User, clock: Any) -> None:
    for number in range(12):
        sign_in(REMOTE_ADDR=f"192.0.2.{number}")
    browser = Browser()
    ask("helen@example.com", browser)
    body = str(mail.outbox[0].body)
    path = body[body.index("/password-reset/") :].split()[0]
    form = browser.get(path, follow=True).redirect_chain[-1][0]
    browser.post(form, {"new_password1": "another-secret-2", "new_password2": "another-secret-2"})
    for number in range(12):
        sign_in(REMOTE_ADDR=f"192.0.2.{number}")
    assert sign_in(password="another-secret-2", REMOTE_ADDR="192.0.2.50").status_code == 429
    assert sign_in(password="another-secret-2", browser=browser).status_code == 302


def change(browser: Browser, old: str, new: str = "another-secret-2") -> Any:
    given = {"old_password": old, "new_password1": new, "new_password2": new}
    return browser.post(reverse("people:password"), given)


def test_the_old_password_cannot_be_guessed_without_limit(helen: User, clock: Any) -> None:
    browser = Browser()
    browser.force_login(helen)
    assert [change(browser, "wrong").status_code for _ in range(6)] == [422] * 5 + [429]
    refused = change(browser, PASSWORD)
    assert (refused.status_code, refused["Retry-After"]) == (429, "30")
    assert "You can try again in 30 seconds." in refused.content.decode()
    clock.shift(timedelta(seconds=30))
    assert change(browser, PASSWORD).status_code == 302


def test_a_weak_new_password_beside_the_right_old_one_is_no_guess(helen: User, clock: Any) -> None:
    browser = Browser()
    browser.force_login(helen)
    assert [change(browser, PASSWORD, "short").status_code for _ in range(12)] == [422] * 12


@pytest.mark.parametrize("path", ["/portal/answer/made-up-{}/", "/password-reset/MQ/made-up-{}/"])
def test_links_with_made_up_tokens_are_refused_after_twenty(helen: User, clock: Any, path: str) -> None:
    answers = [Browser().get(path.format(number)) for number in range(25)]
    assert [answer.status_code == 429 for answer in answers] == [False] * 20 + [True] * 5
    assert answers[-1]["Retry-After"] == "30"
    assert Browser().get(path.format("x"), REMOTE_ADDR="192.0.2.1").status_code != 429


def test_a_link_that_was_sent_counts_as_no_guess(db: None, clock: Any) -> None:
    ticket = opened_by_door()
    path = links.answer_url(ticket, ticket.requester).removeprefix("http://testserver")
    assert {Browser().get(path).status_code for _ in range(30)} == {200}
