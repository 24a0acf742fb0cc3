"""From where a request comes, as far as that can be believed."""

from __future__ import annotations

import ipaddress
import re

import structlog
from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "unknown"  # a socket of the same machine has no address
WITH_PORT = re.compile(r"\[(?P<v6>[^\]]+)\](:\d+)?|(?P<v4>\d+\.\d+\.\d+\.\d+):\d+")

log = structlog.get_logger(__name__)
_told: list[bool] = []


def address(request: HttpRequest) -> str:
    """The visitor's IPv4 address, or the /64 network of their IPv6 address: a household has that many.

    Only the entries that our own `PROXY_COUNT` proxies wrote into X-Forwarded-For are believed.
    """
    return _counted(_given(request))


def is_unknown_proxy(request: HttpRequest) -> bool:
    """A proxy that PROXY_COUNT does not know seems to stand in front: then one address is everybody.

    Only a neighbour is taken for one; from the open network anybody could pretend.
    """
    if _proxies():
        return False
    near = _parsed(str(request.META.get("REMOTE_ADDR") or ""))
    if settings.PROXY_COUNT is not None:  # 0, written down, says that there is none
        return near is None
    return near is None or ("X-Forwarded-For" in request.headers and near.is_private)


def warn_of_unknown_proxy(request: HttpRequest) -> None:
    """Tell the administrator, once in each process."""
    if _told or settings.PROXY_COUNT is not None or "X-Forwarded-For" not in request.headers:
        return
    _told.append(True)
    log.warning(
        "X-Forwarded-For was sent, but PROXY_COUNT is not set: if a proxy stands in front, all visitors seem "
        "to come from its address, and wrong passwords of one slow down the others. Set PROXY_COUNT to the "
        "number of your proxies, or to 0 when there is none."
    )


def _proxies() -> int:
    return max(settings.PROXY_COUNT or 0, 0)


def _given(request: HttpRequest) -> str:
    near = str(request.META.get("REMOTE_ADDR") or "")
    if not _proxies():
        return near
    passed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    believed = passed[-_proxies() :]
    return believed[0] if believed else near


def _counted(given: str) -> str:
    found = _parsed(given)
    if found is None:
        return UNKNOWN
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def _parsed(given: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    match = WITH_PORT.fullmatch(given)
    plain = (match["v6"] or match["v4"]) if match else given
    try:
        found = ipaddress.ip_address(plain.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found
