"""What a request type does when the prepaid hours are used up, as a sentence."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _


def sentence(rule: str) -> str:
    """What happens when the hours are used up; "" for what the contract says."""
    return _USED_UP[rule]() if rule in _USED_UP else ""


_USED_UP: dict[str, Callable[[], str]] = {
    "allow": lambda: _("When the hours are used up: work continues."),
    "warn": lambda: _("When the hours are used up: work continues with a warning."),
    "ask": lambda: _("When the hours are used up: the client is asked first."),
    "refuse": lambda: _("When the hours are used up: no more time can be booked."),
}
