"""Every address that a person can reach by following what pages offer."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.test import Client as Browser
from django.urls import Resolver404, resolve

from servicedesk.people.models import User
from tests.walk import reading

AWAY = {"people:sign-out"}


@dataclass
class Form:
    """A form as the page shows it: the names of its fields and what stands in them."""

    action: str
    method: str
    page: str
    values: list[tuple[str, str]] = field(default_factory=list)
    typed: set[str] = field(default_factory=set)  # fields in which a person writes or chooses
    files: set[str] = field(default_factory=set)


class Page(HTMLParser):
    """The links and forms of one page."""

    def __init__(self, path: str, source: str) -> None:
        super().__init__()
        self.path, self.links, self.forms = path, list[str](), list[Form]()
        self._open: Form | None = None
        self._select, self._area = "", ""
        self._by_id: dict[str, Form] = {}
        self.feed(source)

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in pairs}
        self.links += [attributes[name] for name in ("href", "hx-get", "data-hx-get") if attributes.get(name)]
        if tag == "form":
            action = urljoin(self.path, attributes.get("action", "") or self.path)
            self._open = Form(action, attributes.get("method", "get").lower(), self.path)
            self._by_id[attributes.get("id", "")] = self._open
            self.forms.append(self._open)
            return
        form = self._by_id.get(attributes.get("form", "")) if attributes.get("form") else self._open
        name = attributes.get("name", "")
        if post := attributes.get("hx-post"):
            self.forms.append(Form(urljoin(self.path, post), "post", self.path))
        if form is None:
            return
        if tag == "option" and self._select and "selected" in attributes:
            form.values.append((self._select, attributes.get("value", "")))
        if not name or name == "csrfmiddlewaretoken":
            return
        self._keep(tag, name, attributes, form)

    def _keep(self, tag: str, name: str, attributes: dict[str, str], form: Form) -> None:
        kind = attributes.get("type", "text").lower()
        if tag == "select":
            self._select = name
            form.typed.add(name)
        elif tag == "textarea":
            form.typed.add(name)
            self._area = name
            form.values.append((name, ""))
        elif tag == "button" or kind in {"submit", "image"}:
            form.values.append((name, attributes.get("value", "")))
        elif tag == "input" and kind == "file":
            form.files.add(name)
        elif tag == "input":
            if kind not in {"hidden", "checkbox"}:
                form.typed.add(name)
            if kind not in {"checkbox", "radio"} or "checked" in attributes:
                form.values.append((name, attributes.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self._area and self._open and self._open.values:
            self._open.values[-1] = (self._area, data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""


@dataclass
class Found:
    """`paths` by the name of their page and the names of their parameters; the forms seen on the way."""

    paths: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    forms: dict[tuple[str, tuple[str, ...]], Form] = field(default_factory=dict)

    def all(self) -> list[str]:
        return [path for paths in self.paths.values() for path in paths]


def name_of(path: str) -> str | None:
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return None


def sort_of(path: str) -> str | None:
    """The same sort of address: the same page with the same parameters."""
    name = name_of(path)
    keys = ",".join(sorted({key for key, _value in parse_qsl(urlsplit(path).query, keep_blank_values=True)}))
    return f"{name}?{keys}" if name and name not in AWAY else None


def crawl(person: User, begin: Iterable[str], *, most: int) -> Found:
    """Follow everything from these addresses; of what is found on the way at most so many of one sort."""
    browser, found = Browser(), Found()
    browser.force_login(person)
    given = list(begin)
    waiting, seen = deque(given), set[str]()
    while waiting:
        path = waiting.popleft()
        sort = sort_of(path)
        if sort is None or path in seen or (path not in given and len(found.paths[sort]) >= most):
            continue
        seen.add(path)
        answer: Any = browser.get(path)
        if answer.status_code in {301, 302}:
            waiting.append(urljoin(path, answer["Location"]))
            continue
        if answer.status_code != 200:
            continue
        found.paths[sort].append(path)
        if answer["Content-Type"].startswith("text/html"):
            _read(path, reading.content(answer).decode(), found, waiting)
    return found


def _read(path: str, source: str, found: Found, waiting: deque[str]) -> None:
    page = Page(path, source)
    for form in page.forms:
        name = name_of(form.action)
        if name and name not in AWAY:
            found.forms.setdefault((f"{form.method} {name}", tuple(sorted(form.typed | form.files))), form)
    for link in page.links:
        target = urljoin(path, re.sub(r"#.*", "", link))
        if target.startswith("/"):
            waiting.append(target)
