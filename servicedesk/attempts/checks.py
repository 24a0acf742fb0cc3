"""What can be wrong with an installation behind a proxy."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

HINT = (
    "Set PROXY_COUNT to the number of proxies in front; 0, written down, says that there is none. "
    "Behind a proxy without it, all visitors seem to come from one address."
)


@register(Tags.security, deploy=True)
def proxies_are_counted(**_kwargs: Any) -> Iterable[CheckMessage]:
    """Limits of sign-in count by address; a proxy that is not counted hides them all behind its own."""
    if settings.SECURE_PROXY_SSL_HEADER and not settings.PROXY_COUNT:
        yield Error(
            "BEHIND_TLS_PROXY says that a proxy stands in front, but PROXY_COUNT does not count it.",
            hint=HINT,
            id="attempts.E001",
        )
    elif settings.HTTPS and settings.PROXY_COUNT is None:
        yield Warning(
            "BASE_URL starts with https://, so a proxy probably stands in front, but PROXY_COUNT is not set.",
            hint=HINT,
            id="attempts.W001",
        )
    elif settings.PROXY_COUNT is not None and settings.PROXY_COUNT < 0:
        yield Error("PROXY_COUNT is less than 0.", hint=HINT, id="attempts.E002")
