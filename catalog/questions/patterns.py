"""Ready patterns that a short answer can be held to.

Only these have a name: an expression written by hand could take for ever on a long answer. Each of these
looks at every sign once or twice.
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from string import ascii_letters, digits
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_PHONE = set(digits + " ()-./+")
_SERIAL = set(ascii_letters + digits + "-_/.")


class Pattern(models.TextChoices):
    EMAIL = "email", gettext_lazy("E-mail address")
    PHONE = "phone", gettext_lazy("Phone number")
    IP = "ip", gettext_lazy("IP address")
    HOST = "host", gettext_lazy("Host name")
    URL = "url", gettext_lazy("Web address")
    SERIAL = "serial", gettext_lazy("Serial number")


def matches(name: str, text: str) -> bool:
    """An unknown pattern asks nothing."""
    return name not in _TESTS or _TESTS[name](text)


def sentence(name: str) -> str:
    """What is said when an item says nothing of its own."""
    return _SENTENCES[name]() if name in _SENTENCES else ""


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _is_phone(text: str) -> bool:
    return set(text) <= _PHONE and "+" not in text[1:] and 5 <= sum(sign.isdecimal() for sign in text) <= 15


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_host(text: str) -> bool:
    return len(text) <= 253 and all(map(_is_label, text.removesuffix(".").split(".")))


def _is_label(text: str) -> bool:
    return 0 < len(text) <= 63 and text.replace("-", "a").isalnum() and "-" not in (text[0], text[-1])


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    is_clean = text.isprintable() and not set(text) & set(' "<>\\')
    return is_clean and parts.scheme in {"http", "https"} and (_is_host(host) or _is_ip(host))


def _is_serial(text: str) -> bool:
    return 3 <= len(text) <= 60 and set(text) <= _SERIAL


_TESTS: dict[str, Callable[[str], bool]] = {
    Pattern.EMAIL: _is_email,
    Pattern.PHONE: _is_phone,
    Pattern.IP: _is_ip,
    Pattern.HOST: _is_host,
    Pattern.URL: _is_url,
    Pattern.SERIAL: _is_serial,
}
_SENTENCES: dict[str, Callable[[], str]] = {
    Pattern.EMAIL: lambda: _("Write an e-mail address, for example ann@example.org."),
    Pattern.PHONE: lambda: _("Write a phone number: digits, spaces, brackets, and “+” in front."),
    Pattern.IP: lambda: _("Write an IP address, for example 192.0.2.10 or 2001:db8::10."),
    Pattern.HOST: lambda: _("Write the name of a host, for example mail.example.org."),
    Pattern.URL: lambda: _("Write a web address that begins with http:// or https://."),
    Pattern.SERIAL: lambda: _("Write 3 to 60 Latin letters and digits, as on the label."),
}
