"""Every view that takes a POST says whether it acts once, and every form of those that do carries a key."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client as Browser

from servicedesk.once import acting
from servicedesk.people.models import User
from tests.factories import ClientFactory, UserFactory, contact_of
from tests.once import declared
from tests.test_house import short, template_files

FORM = re.compile(r"<form\b(?:[^>{]|\{[%{].*?[%}]\})*>(?:\{% once %\})?", re.DOTALL)
ACTION = re.compile(r"""action="\{% url ['"]([\w:-]+)['"]""")
# Forms of people who are not signed in, and pages whose own address is repeatable.
ADDRESSES_OF_THEIR_OWN = {
    "templates/people/sign_in.html",
    "templates/people/password_reset.html",
    "templates/people/password_reset_confirm.html",
}


@pytest.mark.django_db
def test_every_view_that_takes_a_post_says_whether_it_acts_once() -> None:
    people: list[User] = [UserFactory(is_superuser=True), contact_of(ClientFactory(), is_manager=True)]
    undeclared = set()
    for name, view in declared.views():
        if acting.posting(view):
            continue
        browser = Browser()
        for person in people:
            browser.force_login(person)
            if browser.post(declared.some_address(name)).status_code != 405:
                undeclared.add(name)
                break
            if name.startswith("portal:"):
                break
    assert undeclared == set()


def test_declarations_are_known_through_all_decorators() -> None:
    assert {"clients:purchase", "desk:ticket-reply", "portal:answer"} <= declared.that_are(acting.ONCE)
    assert {"people:sign-in", "assignment:order"} <= declared.that_are(acting.REPEATABLE)


def forms() -> Iterator[tuple[str, str]]:
    for path in template_files():
        for tag in FORM.findall(path.read_text(encoding="utf-8")):
            if 'method="post"' in tag:
                yield short(path), tag


def test_every_form_carries_a_key_unless_its_address_is_repeatable() -> None:
    repeatable = declared.that_are(acting.REPEATABLE)
    without = []
    for path, tag in forms():
        action = ACTION.search(tag)
        is_free = action[1] in repeatable if action else path in ADDRESSES_OF_THEIR_OWN
        if not is_free and not tag.endswith("{% once %}") and "templates/once/" not in path:
            without.append((path, tag))
    assert without == []
