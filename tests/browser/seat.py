"""One person in front of a browser, and what they would complain about."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Response

from servicedesk.people.models import User

BROKEN_OFF = ("htmx:afterRequest", "htmx:sendAbort", "htmx:sendError")
DESKTOP, PHONE = (1440, 900), (390, 844)
PATIENCE_MS = 60_000  # a busy machine is no reason to fail


def profile(browser: Browser) -> BrowserContext:
    context = browser.new_context(locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    return context


class Seat:
    """A browser profile with one page; `complaints` gathers errors of scripts, policy and server.

    The profile may have been another person's: it keeps its cache, and nothing they left in it.
    """

    def __init__(self, context: BrowserContext, site: str, *, size: tuple[int, int] = DESKTOP) -> None:
        self.site = site
        self.context = context
        self.complaints: list[str] = []
        self.page: Page = self.context.new_page()
        self.resize(size)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self._complain(str(error)))
        self.page.on("response", self._look)

    def is_known_as(self, user: User) -> None:
        """Sign in without the form."""
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.site}])

    def open(self, name: str, *args: Any, query: str = "") -> Page:
        """Go to a page by the name of its URL."""
        return self.open_path(reverse(name, args=args) + query)

    def open_path(self, path: str) -> Page:
        response = self.page.goto(self.site + path)
        assert response is not None
        assert response.ok, f"{path}: {response.status}"
        return self.page

    def press(self, name: str, *, within: Locator | None = None) -> None:
        (within or self.page).get_by_role("button", name=name, exact=True).click()

    def resize(self, size: tuple[int, int]) -> None:
        self.page.set_viewport_size({"width": size[0], "height": size[1]})

    def leave(self) -> None:
        """Close every page and forget cookies, headers and what pages stored."""
        self.context.clear_cookies()
        self.context.clear_permissions()
        self.context.set_extra_http_headers({})
        session = self.context.new_cdp_session(self.page)
        session.send("Storage.clearDataForOrigin", {"origin": self.site, "storageTypes": "local_storage"})
        for page in self.context.pages:
            page.close()

    def _hear(self, message: ConsoleMessage) -> None:
        """htmx tells of requests that a page broke off when it was left; the browser tells of a lost line."""
        if message.type == "error" and not message.text.startswith(BROKEN_OFF):
            self._complain(message.text)

    def _look(self, response: Response) -> None:
        if response.status >= 500:
            self._complain(f"answered {response.status}")

    def _complain(self, text: str) -> None:
        self.complaints.append(f"{self.page.url.removeprefix(self.site)}: {text}")
