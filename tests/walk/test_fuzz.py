"""Nasty values in every parameter of every address and every field of every form, as three people.

No answer is a 500, no GET writes. A fixed seed chooses a part of all pairs that takes a minute; `FUZZ=deep`
tries all of them.
"""

from __future__ import annotations

import logging
import os
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from servicedesk.people.models import User
from tests.test_access import named_paths
from tests.walk import crawl, nasty, parameters, world
from tests.walk.crawl import Form, Found
from tests.walk.test_nobody_reads_more import begin
from tests.walk.world import World

pytestmark = pytest.mark.django_db
log = logging.getLogger("tests.walk")
SEED = int(os.environ.get("FUZZ_SEED", "20261130"))
DEEP = os.environ.get("FUZZ") == "deep" or os.environ.get("HYPOTHESIS_PROFILE") == "deep"
ROLES = ("administrator", "agent outside", "client manager")
GETS, POSTS = 500, 500  # pairs tried by default, of all roles together
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def desk() -> World:
    """With drafts of a policy and a calendar, whose forms only they have."""
    built = world.build()
    contract, browser = built.base.contract, Browser()
    browser.force_login(built.people["administrator"])
    for name, pk in (("policy", contract.policy_id), ("calendar", contract.calendar_id)):
        assert browser.post(reverse(f"sla:{name}-edit", args=[pk])).status_code == 302
    return built


@pytest.fixture
def found(desk: World) -> dict[str, Found]:
    return {
        role: crawl.crawl(desk.people[role], [*first(desk, role), *begin(desk)], most=1) for role in ROLES
    }


def first(desk: World, role: str) -> list[str]:
    """Pages on which there is much to do, so that their forms are among those tried."""
    page = "portal:request" if role == "client manager" else "desk:ticket"
    tickets = [desk.base.tickets[name] for name in ("work", "waiting", "approval", "resolved")]
    return [reverse(page, args=[ticket.pk]) for ticket in tickets]


class Walk:
    """One person who tries things; `faults` are the answers that must not be."""

    def __init__(self, person: User, role: str) -> None:
        self.browser, self.role = Browser(raise_request_exception=False), role
        self.browser.force_login(person)
        self.faults: list[str] = []
        self.tried = 0

    def get(self, path: str) -> None:
        with undone(), CaptureQueriesContext(connection) as statements:
            answer: Any = self.browser.get(path)
        written = [one["sql"] for one in statements.captured_queries if _writes(one["sql"])]
        self._judge("GET", path, answer)
        if written:
            self._keep(f"{self.role} GET {path[:200]} writes {written[0][:200]}")

    def post(self, path: str, body: str) -> Any:
        with undone():
            answer: Any = self.browser.post(path, body, content_type=FORM)
        self._judge("POST", f"{path} {body[:300]}", answer)
        return answer

    def post_files(self, path: str, data: dict[str, Any]) -> None:
        with undone():
            answer: Any = self.browser.post(path, data)
        self._judge("POST", f"{path} {data}"[:300], answer)

    def _judge(self, method: str, what: str, answer: Any) -> None:
        self.tried += 1
        if answer.status_code >= 500:
            error = getattr(answer, "exc_info", None)
            said = f"{error[0].__name__}: {error[1]}"[:300] if error else ""
            self._keep(f"{self.role} {method} {what[:300]} answers {answer.status_code} {said}")

    def _keep(self, fault: str) -> None:
        self.faults.append(fault)
        if DEEP:
            log.error(fault)  # seen while the long walk goes on


@contextmanager
def undone() -> Iterator[None]:
    """Whatever it does, the world stays as it was."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


def _writes(sql: str) -> bool:
    """A session goes on, and guessed links are counted; else nothing may be written."""
    return sql.startswith(("INSERT", "UPDATE", "DELETE")) and not re.search(
        "django_session|attempts_tries", sql
    )


def chosen(pairs: list[Any], most: int) -> list[Any]:
    """All of them, or a part that the seed chooses."""
    return random.Random(SEED).sample(pairs, len(pairs) if DEEP else min(most, len(pairs)))


def told(walks: list[Walk], least: int) -> None:
    faults = [fault for walk in walks for fault in walk.faults]
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults)
    assert sum(walk.tried for walk in walks) >= least


def test_nothing_that_is_sent_breaks_a_page_and_no_get_writes(desk: World, found: dict[str, Found]) -> None:
    """One world for all: making and crawling it costs more than many of the tries."""
    parameters_of_addresses(desk, found)
    fields_of_forms(desk, found)
    files_and_nothing(desk, found)
    forms_sent_empty(desk, found)


def parameters_of_addresses(desk: World, found: dict[str, Found]) -> None:
    walks = {role: Walk(desk.people[role], role) for role in ROLES}
    pairs = []
    for role in ROLES:
        for name in sorted({urlsplit(path).path for path in found[role].all()}):
            read = parameters.of(name, found[role])
            pairs += [(role, name, one, value) for one in read for value in nasty.VALUES]
    for role, path, name, value in chosen(pairs, GETS):
        walks[role].get(f"{path}?{nasty.encoded([(name, value), (name, value)])}")
    told([*walks.values()], 400)


def fields_of_forms(desk: World, found: dict[str, Found]) -> None:
    walks = {role: Walk(desk.people[role], role) for role in ROLES}
    pairs = [
        (role, form, name, value)
        for role in ROLES
        for form in found[role].forms.values()
        if form.method == "post"
        for name in sorted(parameters.fields(form)) or [""]
        for value in nasty.VALUES
    ]
    for role, form, name, value in chosen(pairs, POSTS):
        walks[role].post(form.action, nasty.encoded(changed(form, name, value)))
    told([*walks.values()], 400)


def changed(form: Form, name: str, value: bytes) -> list[tuple[str, bytes | str]]:
    """What the page would send, but for one field; it comes twice."""
    kept: list[tuple[str, bytes | str]] = [pair for pair in form.values if pair[0] != name]
    return [*kept, (name, value), (name, value)] if name else kept


def files_and_nothing(desk: World, found: dict[str, Found]) -> None:
    walks = [Walk(desk.people[role], role) for role in ROLES]
    for walk in walks:
        for form in found[walk.role].forms.values():
            if form.method == "post":
                names = sorted(parameters.fields(form))
                files = {one: SimpleUploadedFile(f"{one}.txt\0", b"\0\xff") for one in names}
                walk.post_files(form.action, files)
                walk.post(form.action, "")
    told(walks, 100)


def forms_sent_empty(desk: World, found: dict[str, Found]) -> None:
    """They write nothing, where something is typed or chosen; a button alone is a word too."""
    wrote = []
    for role in ROLES:
        walk = Walk(desk.people[role], role)
        for form in found[role].forms.values():
            if form.method == "post" and form.typed and crawl.name_of(form.action) not in OPTIONAL:
                with CaptureQueriesContext(connection) as statements:
                    walk.post(form.action, "")
                wrote += [
                    f"{role} {form.action}: {one['sql'][:160]}"
                    for one in statements.captured_queries
                    if _writes(one["sql"])
                ]
    assert not wrote, "\n".join(wrote)


# Verbs whose fields are all optional words: the button itself is what is meant.
OPTIONAL = {"portal:request-withdrawal"}


def test_no_address_breaks_by_a_key_that_cannot_be(desk: World) -> None:
    walks = [Walk(desk.people[role], role) for role in ROLES]
    for walk in walks:
        for name in sorted(set(named_paths())):
            for path in strange(name):
                walk.get(path)
                walk.post(path, "")
    told(walks, 1000)


def strange(name: str) -> Iterator[str]:
    """The address with keys beyond any column, and words that are none."""
    for count in (1, 2, 3):
        for number in (0, 2**63, 10**20, 10**40):
            try:
                yield reverse(name, args=[number] * count)
            except NoReverseMatch:
                break
    for word in ("x", "a'b", "%s", "9" * 25):
        for arguments in ([word], [1, word], [word, word]):
            try:
                yield quote(reverse(name, args=arguments))
            except NoReverseMatch:
                continue


def test_a_number_no_column_holds_is_not_found(desk: World) -> None:
    browser = Browser()
    browser.force_login(desk.people["administrator"])
    for number in ("9" * 20, "9" * 5000, str(2**63)):
        assert browser.get(f"/desk/tickets/{number}/").status_code == 404
