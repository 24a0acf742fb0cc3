"""Where a request type leads to knowledge: what is wrong with its links, and who is shown which. Pure.

A link: `{"title", "translations": {"ru", "es"}, "url", "audience": "client" | "staff"}`. The address is one
of the web, or a path of this desk, such as `/portal/`. The desk is shown the links for clients too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog import checks
from catalog.checks import Mistake, Path

PART = "links"
MOST_LINKS = 20
LONGEST_TITLE = 200
LONGEST_URL = 1000
_HOST = re.compile(r"[^\W_][\w.-]*|[0-9a-f:.]*:[0-9a-f:.]*")  # a name, or an IPv6 address
_UNSEEN = ("C", "Z")  # of Unicode: control and format characters, half signs, spaces


class Audience(models.TextChoices):
    CLIENT = "client", gettext_lazy("Clients and agents")
    STAFF = "staff", gettext_lazy("Agents only")


class Link(NamedTuple):
    """A link in the reader's language; `is_outside` leaves this desk, `is_internal` is not for clients."""

    title: str
    url: str
    is_outside: bool
    is_internal: bool


def check(given: Any) -> list[Mistake]:
    """All that is wrong, in order; nothing when it can be stored."""
    if not checks.is_storable(given):
        return [Mistake((PART,), _("It contains characters that cannot be stored."))]
    return list(_mistakes(given))


def for_clients(links: Any) -> list[Link]:
    return [link for link in _readable(links) if not link.is_internal]


def for_staff(links: Any) -> list[Link]:
    return list(_readable(links))


def is_address(given: Any) -> bool:
    """Whether a page may lead there: http or https with a host, or a path of this desk."""
    if not isinstance(given, str) or not given or len(given) > LONGEST_URL or _has_odd_signs(given):
        return False
    if given.startswith("/"):
        return not given.startswith("//")
    try:
        parts = urlsplit(given)
        _port = parts.port  # raises when it is none
    except ValueError:
        return False
    is_plain = parts.scheme in {"http", "https"} and "@" not in parts.netloc
    return is_plain and bool(_HOST.fullmatch(parts.hostname or ""))


def _has_odd_signs(text: str) -> bool:
    """Those that browsers leave out, turn into a slash, or do not show."""
    return "\\" in text or any(unicodedata.category(sign)[0] in _UNSEEN for sign in text)


def _mistakes(given: Any) -> Iterator[Mistake]:
    for found in checks.rows(given, (PART,), MOST_LINKS):
        if isinstance(found, Mistake):
            yield found
        else:
            yield from _link(*found)


def _link(path: Path, given: Mapping[str, Any]) -> Iterator[Mistake]:
    missing = _("Enter a title for the link.")
    yield from checks.text(given.get("title"), (*path, "title"), LONGEST_TITLE, missing)
    yield from checks.translations(given.get("translations"), (*path, "translations"), LONGEST_TITLE)
    yield from _url(given.get("url"), (*path, "url"))
    missing = _("Choose who sees this link.")
    yield from checks.one_of(given.get("audience"), (*path, "audience"), Audience.values, missing)


def _url(given: Any, path: Path) -> Iterator[Mistake]:
    wrong = list(checks.text(given, path, LONGEST_URL, _("Write the address.")))
    yield from wrong
    if not wrong and not is_address(given):
        sentence = _(
            "Write an address such as “https://example.com/page”, or a path of this desk such as “/…”."
        )
        yield Mistake(path, sentence)


def _readable(links: Any) -> Iterator[Link]:
    """What cannot be shown safely is left out, however it came to be stored."""
    rows: Iterable[Any] = links if isinstance(links, list) else []
    for one in rows:
        if isinstance(one, Mapping) and is_address(one.get("url")):
            title, url = checks.said(one.get("title"), one.get("translations")), one["url"]
            is_internal = one.get("audience") != Audience.CLIENT
            yield Link(title or url, url, not url.startswith("/"), is_internal)
