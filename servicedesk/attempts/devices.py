"""Devices that signed in before: a signed cookie, so that an attacker elsewhere does not slow them down."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

COOKIE = "known_device"
SALT = "servicedesk.known_device"
YEAR_SECONDS = 365 * 24 * 3600
MOST_ACCOUNTS = 5  # of one device; the newest stay


def known(request: HttpRequest, account: str) -> str:
    """The name of this device if the account signed in on it before, else ''."""
    held = _read(request)
    return str(held["device"]) if account and account in held["accounts"] else ""


def remember(request: HttpRequest, response: HttpResponse, account: str) -> None:
    """The account signed in rightly here. It proves no more than that: nobody gets in by this cookie."""
    held = _read(request)
    others = [one for one in held["accounts"] if one != account]
    value = {"device": held["device"], "accounts": [*others, account][-MOST_ACCOUNTS:]}
    response.set_cookie(
        COOKIE,
        signing.dumps(value, salt=SALT),
        max_age=YEAR_SECONDS,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )


def _read(request: HttpRequest) -> dict[str, Any]:
    try:
        held = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=YEAR_SECONDS)
    except (signing.BadSignature, ValueError):
        return {"device": secrets.token_urlsafe(12), "accounts": []}
    return dict(held)
