"""A person in front of a page: its form as it is loaded, filled in, sent, and sent again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.test import Client as Browser
from django.urls import reverse
from lxml import html

from servicedesk.once.sending import FIELD
from servicedesk.people.models import User

# Who is signed in where, and which forms were sent.
NOT_COUNTED = {"sessions.Session", "once.SentForm"}
Values = dict[str, Any]


@dataclass
class Sent:
    """A filled-in form of a page."""

    browser: Browser
    action: str
    values: Values

    def send(self) -> Any:
        return self.browser.post(self.action, self.values)


@dataclass
class Walker:
    """Fills in the form that a page holds for an address."""

    person: User
    browser: Browser = field(default_factory=Browser)

    def __post_init__(self) -> None:
        self.browser.force_login(self.person)

    def fills(self, name: str, /, *args: Any, on: str, **typed: Any) -> Sent:
        """`on` is the page, as an address; `typed` replaces or adds to what the form brings."""
        action = reverse(name, args=args)
        return self.fills_in(self.browser.get(on), action, on=on, **typed)

    def fills_in(self, page: Any, action: str, *, on: str = "", **typed: Any) -> Sent:
        assert page.status_code in {200, 422}, (on, page.status_code)
        form, target = found(page.content.decode(), action, on)
        values = {name: value for name, value in loaded(form).items() if name != "csrfmiddlewaretoken"}
        assert values.get(FIELD), f"the form for {action} on {on} has no key"
        return Sent(self.browser, target, values | typed)


def found(text: str, action: str, on: str) -> tuple[Any, str]:
    """The first form with this address, and the whole address that it is sent to."""
    for form in html.fromstring(text).forms:
        target = form.get("action") or on
        if form.method == "POST" and urlsplit(target).path == action:
            return form, target
    raise AssertionError(f"no form for {action} on {on}")


def loaded(form: Any) -> Values:
    """What the form would send as it is, without its buttons."""
    values: Values = {}
    for name, value in form.form_values():
        values.setdefault(name, []).append(value)
    return values


def rows() -> dict[str, list[Any]]:
    """Everything that the tables of the product hold."""
    counted = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    return {
        model._meta.label: sorted(model._base_manager.values_list(), key=repr)
        for model in counted
        if model._meta.label not in NOT_COUNTED and not model._meta.proxy
    }
