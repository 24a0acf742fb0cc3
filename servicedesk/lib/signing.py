"""What proves who was written to: links, signed for one purpose and a limited time, and short seals."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from servicedesk.lib.refusals import Refusal


class LinkExpired(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This link has expired. Sign in to continue, or reply to the mail."))


class LinkBroken(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This link is incomplete. Copy the whole link from the mail and try again."))


def make(purpose: str, payload: Mapping[str, Any]) -> str:
    """Return a token for an address; `payload` holds JSON values and can be read by its bearer.

    A token of one purpose is broken for every other.
    """
    return signing.dumps(dict(payload), salt=_salt(purpose), compress=True)


def read(purpose: str, token: str, max_age: timedelta) -> dict[str, Any]:
    """Return the payload that was signed.

    Raises:
        LinkExpired: the token was made more than `max_age` ago.
        LinkBroken: the token was cut, changed or made for another purpose.
    """
    try:
        payload = signing.loads(token, salt=_salt(purpose), max_age=max_age)
    except signing.SignatureExpired as error:
        raise LinkExpired from error
    except (signing.BadSignature, ValueError) as error:
        raise LinkBroken from error
    if not isinstance(payload, dict):
        raise LinkBroken
    return payload


def seal(purpose: str, value: str) -> str:
    """Fifteen bytes that only we can make, as 24 small letters and digits: for places with little room.

    Nothing can be read out of it, and it has no end of its own.
    """
    return _seal(purpose, value, settings.SECRET_KEY)


def is_sealed(purpose: str, value: str, sealed: str) -> bool:
    """Whether `seal` made it, with this key or a former one."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(constant_time_compare(_seal(purpose, value, key), sealed.lower()) for key in keys)


def _seal(purpose: str, value: str, key: str | bytes) -> str:
    digest = salted_hmac(_salt(purpose), value, secret=key, algorithm="sha256").digest()
    return base64.b32encode(digest[:15]).decode("ascii").lower()


def _salt(purpose: str) -> str:
    return f"servicedesk.link.{purpose}"
