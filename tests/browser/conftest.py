"""A real browser: Debian's Chromium, started once, and a seat in front of it for each person."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from servicedesk.people.models import User
from tests.browser.seat import PATIENCE_MS, Seat, profile
from tests.browser.world import World, build

CHROMIUM = Path("/usr/bin/chromium")
CALM = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

SitDown = Callable[..., Seat]

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("Chromium is missing: sudo apt-get install chromium")
    # Playwright keeps an event loop in this thread, so Django would refuse its own blocking calls here.
    with mock.patch.dict(os.environ, DJANGO_ALLOW_ASYNC_UNSAFE="1"), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CALM)
        yield browser
        browser.close()


@pytest.fixture(scope="package", autouse=True)
def _files_are_fetched_once() -> Iterator[None]:
    """Like the product, and unlike Django's server for tests: a page's thirty files stay with the browser."""
    plain = StaticFilesHandler.serve

    def serve(handler: StaticFilesHandler, request: HttpRequest) -> HttpResponseBase:
        response = plain(handler, request)
        response.headers["Cache-Control"] = "public, max-age=3600"
        return response

    with mock.patch.object(StaticFilesHandler, "serve", serve):
        yield


@pytest.fixture(scope="package")
def profiles() -> list[BrowserContext]:
    """Those nobody sits at: with their caches warm they open pages in half the time."""
    return []


@pytest.fixture
def sit_down(chromium: Browser, profiles: list[BrowserContext], live_server: Any) -> Iterator[SitDown]:
    """Call it with a person, or with nobody; each seat has a browser profile of its own."""
    seats: list[Seat] = []

    def take(user: User | None = None, **options: Any) -> Seat:
        context = profiles.pop() if profiles else profile(chromium)
        seats.append(Seat(context, live_server.url, **options))
        if user:
            seats[-1].is_known_as(user)
        return seats[-1]

    yield take
    for seat in seats:
        seat.leave()
        profiles.append(seat.context)
    complaints = [complaint for seat in seats for complaint in seat.complaints]
    assert complaints == []


@pytest.fixture
def world(live_server: Any) -> World:
    return build()
