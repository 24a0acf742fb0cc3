"""Every address as every role: no page and no file says more than its reader may know.

Marks stand in all texts of a private group's ticket, of another client's ticket, of internal notes and of
personal messages; they are looked for in HTML, CSV, PDF and Excel.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from servicedesk.lib import pdf
from servicedesk.mail.models import OutgoingMail
from servicedesk.people.models import User
from tests.test_access import named_paths
from tests.walk import crawl, reading, world
from tests.walk.world import ELSEWHERE, INTERNAL, PERSONAL, PRIVATE, World

pytestmark = pytest.mark.django_db
RAW = re.compile(re.escape(world.HOSTILE))


@pytest.fixture
def desk() -> World:
    return world.build()


@pytest.fixture(autouse=True)
def _the_same_paper_is_printed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printing takes a second; most readers get the same page."""
    monkeypatch.setattr(pdf, "printed", cache(pdf.printed))


def addresses(desk: World) -> list[str]:
    """What anybody of them can reach, and the pages of the marked tickets by every name."""
    found: dict[str, None] = {}
    for role in ("administrator", "client manager"):
        found |= dict.fromkeys(crawl.crawl(desk.people[role], begin(desk), most=1).all())
    return list(found)


def begin(desk: World) -> list[str]:
    """The pages of the marked tickets and of their contracts first, so that they are among those walked."""
    work = desk.base.tickets["work"]
    paths = [reverse(name, args=[work.pk]) for name in ("desk:ticket", "portal:request")]
    for ticket in (desk.private, desk.elsewhere):
        contract = ticket.client.contracts.get()
        paths += [reverse(name, args=[ticket.pk]) for name in ("desk:ticket", "portal:request")]
        paths += [f"/desk/tickets/{ticket.pk}/?tab=time", f"/clients/{ticket.client_id}/"]
        paths += [reverse(name, args=[contract.pk]) for name in ("clients:contract", "portal:contract")]
        year = "first=2026-01-01&last=2027-06-30"
        statement = reverse("clients:statement", args=[contract.pk])
        paths += [f"{statement}?{year}", *(f"{statement}?{year}&format={end}" for end in ("pdf", "xlsx"))]
        for name in ("statement", "statement-pdf", "statement-xlsx"):
            paths.append(f"{reverse(f'portal:{name}', args=[contract.pk])}?{year}")
    return [*paths, *plain(), "/desk/?folder=all", "/desk/?folder=closed", "/reports/?preset=last_month"]


def plain() -> list[str]:
    """Addresses that take nothing."""
    found = []
    for name in sorted(set(named_paths())):
        try:
            found.append(reverse(name))
        except Exception:  # it takes something
            continue
    return [path for path in found if crawl.sort_of(path)]


def read_by(person: User, paths: list[str]) -> dict[str, str]:
    """What each address says to the person."""
    browser = Browser()
    browser.force_login(person)
    said = {}
    for path in paths:
        answer: Any = browser.get(path)
        assert answer.status_code < 500, path
        said[path] = reading.text(answer)
        kind = answer.headers.get("Content-Type", "")
        if kind.startswith("text/html"):
            assert not RAW.search(reading.content(answer).decode()), (
                f"{path} does not escape what people write"
            )
    return said


def test_no_page_and_no_file_says_more_than_its_reader_may_know(desk: World) -> None:
    paths = addresses(desk)
    wrong, seen = [], set[tuple[str, str]]()
    for role, person in desk.people.items():
        for path, said in read_by(person, paths).items():
            seen |= {(role, mark) for mark in world.marks() if mark in said}
            wrong += [f"{role} reads {mark} in {path}" for mark in desk.forbidden[role] if mark in said]
    assert not wrong, "\n".join(wrong)
    assert {("member of the private group", PRIVATE), ("agent outside", ELSEWHERE)} <= seen
    assert {("client manager", PRIVATE), ("agent outside", INTERNAL), ("agent outside", PERSONAL)} <= seen


def test_no_mail_says_more_than_its_reader_may_know(desk: World) -> None:
    for role, person in desk.people.items():
        mails = OutgoingMail.objects.filter(to__iexact=person.email)
        said = " ".join(f"{mail.subject} {mail.text} {mail.html}" for mail in mails)
        assert {mark for mark in desk.forbidden[role] if mark in said} == set(), role
