"""Every screen, light and dark, wide and narrow, in three languages: nobody is kept out."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

import pytest
from django.urls import reverse
from django.utils import timezone

from servicedesk.notifications import links
from servicedesk.people.models import User
from tests.browser import world as stage
from tests.browser.accessibility import barriers, overflow, serious_violations
from tests.browser.conftest import SitDown
from tests.browser.seat import PHONE, Seat
from tests.browser.world import World
from workflows.analytics import summaries
from workflows.models import RunSummary

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LANGUAGES = ("en", "ru", "es")


class Part(NamedTuple):
    """The screens one person sees."""

    viewer: Callable[[World], User | None]
    paths: Callable[[World], list[str]]


def _before_sign_in(world: World) -> list[str]:
    answer = links.answer_url(world.tickets["resolved"], world.contact).partition("testserver")[2]
    return [reverse("people:sign-in"), reverse("people:password-reset"), answer]


def _portal(world: World) -> list[str]:
    new, requests = reverse("portal:new-request"), reverse("portal:requests")
    names = ("work", "waiting", "resolved", "rated", "approval")
    one = [reverse("portal:request", args=[world.tickets[name].pk]) for name in names]
    steps = [f"?service={world.wish.service_id}", f"?type={world.wish.pk}", f"?type={world.incident.pk}"]
    return [
        reverse("portal:home"),
        new,
        *(new + step for step in steps),
        requests,
        *one,
        reverse("people:preferences"),
    ]


def _desk(world: World) -> list[str]:
    tickets = [reverse("desk:ticket", args=[world.tickets[name].pk]) for name in ("late", "work", "resolved")]
    rest = [reverse(f"desk:{name}") for name in ("new-ticket", "approvals", "outbox", "raw-mail")]
    return [reverse("desk:queue"), *tickets, *rest, reverse("people:preferences")]


def _reports(world: World) -> list[str]:
    reports, schedules = reverse("reports:reports"), reverse("reports:schedules")
    today = timezone.now().date()
    month = f"preset=custom&first={today - timedelta(days=30)}&last={today}"
    kinds = [f"{reports}?report={kind}&{month}" for kind in ("tickets", "ratings", "reopened")]
    more = [
        reverse("reports:rows"),
        reverse("reports:schedule-new"),
        reverse("reports:schedule-preview", args=[world.schedule.pk]),
        reverse("reports:archive"),
    ]
    return [reports, *kinds, schedules, *more]


def _insight(world: World) -> list[str]:
    for _count in summaries.batches():
        pass
    assert RunSummary.objects.filter(flow="IncidentFlow").exists()
    page, tickets = reverse("desk:insight"), reverse("desk:insight-tickets")
    return [
        f"{page}?period=all&sort=median",
        f"{tickets}?period=all&of=step.work",
        f"{page}?period=x&client=x",
    ]


PARTS = {
    "before sign-in": Part(lambda world: None, _before_sign_in),
    "portal": Part(lambda world: world.manager, _portal),
    "desk": Part(lambda world: world.agent, _desk),
    "reports": Part(lambda world: world.account_manager, _reports),
    "insight": Part(lambda world: world.account_manager, _insight),
}


class Seen(NamedTuple):
    """What was wrong on which page, told by its language and path."""

    barriers: dict[str, list[str]]
    too_wide: dict[str, str]


@pytest.fixture
def seen(part: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """One walk through all screens of a part serves every test about them, in whichever process."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    kept = folder / f"screens-{part}.json"
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            world = stage.fill(request.getfixturevalue("world"))
            kept.write_text(json.dumps(_walked(world, part, request.getfixturevalue("sit_down"))))
    return Seen(*json.loads(kept.read_text()))


def _walked(world: World, part: str, sit_down: SitDown) -> Seen:
    viewer = PARTS[part].viewer(world)
    seat, seen = sit_down(viewer, size=PHONE), Seen({}, {})
    for language in LANGUAGES:
        _speak(seat, viewer, language)
        for path in PARTS[part].paths(world):
            page = seat.open_path(path)
            if viewer:
                assert page.locator("html").get_attribute("lang") == language
            if wide := overflow(page):
                seen.too_wide[f"{language} {path}"] = wide
            if language == LANGUAGES[0] and (found := barriers(page)):
                seen.barriers[path] = found
            seat.resize(PHONE)
    return seen


def _speak(seat: Seat, viewer: User | None, language: str) -> None:
    if viewer:
        User.objects.filter(pk=viewer.pk).update(language=language)
    else:
        seat.context.set_extra_http_headers({"Accept-Language": language})


@pytest.mark.parametrize("part", PARTS)
def test_axe_finds_nothing_serious_on_any_screen(part: str, seen: Seen) -> None:
    assert seen.barriers == {}


@pytest.mark.parametrize("part", PARTS)
def test_no_screen_scrolls_sideways_on_a_phone_in_any_language(part: str, seen: Seen) -> None:
    assert seen.too_wide == {}


def test_each_dialog_of_a_ticket_keeps_nobody_out_and_closes_on_escape(
    world: World, sit_down: SitDown
) -> None:
    ticket = stage.accepted(world, stage.asked(world))
    page = sit_down(world.agent).open("desk:ticket", ticket.pk)
    openers = page.locator("button[data-dialog]:visible")
    assert openers.count() > 3
    for number in range(openers.count()):
        openers.nth(number).click()
        dialog = page.locator("dialog[open]")
        dialog.wait_for()
        assert serious_violations(page, within="dialog[open]") == []
        page.keyboard.press("Escape")
        dialog.wait_for(state="detached")
