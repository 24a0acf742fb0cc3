"""What is written in one field of the matrix: a duration, a dash for “no such clock”, or nothing. Pure.

Nothing means: as the next less specific row says. Days and ends of days stay as written, because how much
working time they are is settled when a clock starts (R8).
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from sla.engine import durations
from sla.engine.durations import Duration as Amount

__all__ = ["Amount", "AmountError", "fault", "is_inherited", "neat", "read"]

NO_CLOCK = "–"
_DASHES = {"-", "–", "—", "−"}
MOST_DAYS = 1000
MOST = MOST_DAYS * timedelta(hours=24)
LONGEST_TEXT = 60


class AmountError(ValueError):
    """The text is nothing that a field can hold; `str(error)` is a sentence for people."""


def is_inherited(text: str) -> bool:
    return not text.strip()


def read(text: str) -> Amount | None:
    """Return the target; None for no such clock. Ask `is_inherited` first.

    Raises:
        AmountError: neither a dash nor a duration of some time and at most 1000 days.
    """
    if text.strip() in _DASHES:
        return None
    try:
        amount = durations.read(text)
    except durations.DurationError as error:
        raise AmountError(_(error.template) % error.params) from error
    if not amount.is_some_time:
        raise AmountError(_("A target must be longer than zero. Write “–” for no clock."))
    if amount.days > MOST_DAYS or amount.rest > MOST:
        raise AmountError(
            _("“%(text)s” is too long. A target is at most %(most)s days.")
            % {"text": text.strip(), "most": MOST_DAYS}
        )
    return amount


def fault(text: str) -> str:
    """The sentence about what is wrong; "" when nothing is."""
    try:
        if not is_inherited(text):
            read(text)
    except AmountError as error:
        return str(error)
    return ""


def neat(text: str) -> str:
    """The text in its usual spelling; what is wrong stays as typed, cut to `LONGEST_TEXT`."""
    printable = "".join(sign for sign in text if sign.isprintable() or sign.isspace())
    cleaned = " ".join(printable.split())[:LONGEST_TEXT]
    if not cleaned or fault(cleaned):
        return cleaned
    amount = read(cleaned)
    return NO_CLOCK if amount is None else str(amount)
