"""Links that prove who was written to: signed, for one purpose, for a limited time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from servicedesk.lib.refusals import Refusal


class LinkExpired(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This link is too old. Sign in to go on, or reply to the mail."))


class LinkBroken(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This link is not complete. Copy the whole link out of the mail and try again."))


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


def _salt(purpose: str) -> str:
    return f"servicedesk.link.{purpose}"
