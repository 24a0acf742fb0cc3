"""Forms that values of settings must have. Each returns the value as it is used, or says what is wrong."""

from __future__ import annotations

import re
from email.utils import parseaddr
from urllib.parse import SplitResult, urlsplit

BROKERS = ("redis", "rediss", "amqp", "amqps")
_HOST = re.compile(
    r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?", re.I
)
_LABEL = r"(?!-)[^\W_](?:[\w-]{0,61}[^\W_])?"
_ATOM = r"[^\s@<>,;:\"().\[\]\\]+"
_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
_LONGEST_REPLY = 18  # letters before the @: with a plus and the longest token they are 64 (RFC 5321)
_SHORTEST_KEY = 16


class WrongForm(ValueError):
    """The end of a sentence that begins with the name and the value: “… which is not a whole number”."""


def folded(value: str) -> str:
    """One line of text."""
    if not value:
        raise WrongForm("is empty")
    if not value.isprintable():
        raise WrongForm("holds characters that cannot be printed")
    return value


def site(value: str) -> str:
    """The address of the site: scheme, host, perhaps a port."""
    parts = _web(value)
    if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise WrongForm("holds more than scheme, host and port")
    return value.rstrip("/")


def origin(value: str) -> str:
    """Like a site, but any subdomain may be meant: `https://*.example.com`."""
    site(value.replace("://*.", "://any."))
    return value


def _web(value: str) -> SplitResult:
    parts = _parts(folded(value))
    if parts.scheme not in {"http", "https"}:
        raise WrongForm("does not begin with http:// or https://")
    if not is_host(parts.hostname or ""):
        raise WrongForm("names no host")
    return parts


def _parts(value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError as error:
        raise WrongForm(f"is not an address ({error})") from None
    return parts


def is_host(name: str) -> bool:
    """A name or an address of a machine, without its port."""
    bare = name.removeprefix("[").removesuffix("]")
    return bool(_HOST.fullmatch(bare) or re.fullmatch(r"[0-9a-f:.]*:[0-9a-f:.]*", bare, re.I))


def allowed_host(value: str) -> str:
    """A host as Django's ALLOWED_HOSTS wants it: no scheme, no port; `.example.com` for subdomains too."""
    if value == "*":
        return value
    is_bare_v6 = ":" in value and not value.startswith("[")
    if is_bare_v6 or not is_host(folded(value).removeprefix(".")):
        raise WrongForm("is not a list of host names without scheme and port")
    return value


def mail_host(value: str) -> str:
    if not is_host(folded(value)) or re.fullmatch(r"[^:]*:\d*", value):
        raise WrongForm("is not the name of a host (the port has a variable of its own)")
    return value


def sender(value: str) -> str:
    """A mail address, perhaps with a name."""
    address = parseaddr(folded(value))[1]
    if not _ADDRESS.fullmatch(address) or not value.rstrip(">").endswith(address):
        raise WrongForm("is not a mail address")
    return value


def address_or_none(value: str) -> str:
    """A bare mail address, or nothing."""
    if value and not _ADDRESS.fullmatch(value):
        raise WrongForm("is not a bare mail address")
    if len(value.rpartition("@")[0].encode()) > _LONGEST_REPLY:
        raise WrongForm(
            f"has more than {_LONGEST_REPLY} letters before the @, which leaves no room for a token"
        )
    return value


def server_name(value: str) -> str:
    """The first word of Authentication-Results headers."""
    if not re.fullmatch(r"[\w.:-]+", folded(value)):
        raise WrongForm("holds something that is not the name of a server")
    return value


def passphrase(value: str) -> str:
    if len(folded(value)) < _SHORTEST_KEY:
        raise WrongForm(f"holds a key of fewer than {_SHORTEST_KEY} letters")
    return value


def broker(value: str) -> str:
    """Where messages to the workers go."""
    if value in {"filesystem://", "memory://"}:
        return value
    parts = _parts(folded(value))
    if parts.scheme not in BROKERS or "://" not in value:
        raise WrongForm("is none of filesystem://, redis://… and amqp://…")
    if not is_host(parts.hostname or ""):
        raise WrongForm("names no host")
    if parts.scheme.startswith("redis") and not re.fullmatch(r"/?|/\d{1,4}/?", parts.path):
        raise WrongForm("names a database of Redis that is not a number")
    return value
