"""Numbers, durations, sizes and moments as people read them, in the active language and time zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

MINUS = "\u2212"
MINUTE = 60
HOUR = 60 * MINUTE
SECOND = timedelta(seconds=1)


def duration(value: timedelta | None) -> str:
    """Return “52m”, “1h 05m”, “26h”, “45s” (only under a minute); cut, not rounded, but some time is never 0.

    A negative duration carries a minus sign; None is a dash.
    """
    if value is None:
        return "–"
    seconds = int(abs(value.total_seconds())) or int(bool(value))
    sign = MINUS if value.total_seconds() < 0 and seconds else ""
    return sign + _spelled(seconds)


def lateness(worked: timedelta, due_at: datetime | None, until: datetime) -> timedelta:
    """By how much a deadline was missed, never nothing: `worked` is the working time since then.

    A deadline at closing time is missed in hours that do not count: then it is said by the clock.
    """
    if worked >= SECOND or due_at is None:
        return max(worked, SECOND)
    return max(until - due_at, SECOND)


def _spelled(seconds: int) -> str:
    hours, minutes = seconds // HOUR, seconds % HOUR // MINUTE
    if seconds < MINUTE:
        return _("%(seconds)ss") % {"seconds": seconds}
    if not hours:
        return _("%(minutes)sm") % {"minutes": minutes}
    if not minutes:
        return _("%(hours)sh") % {"hours": hours}
    return _("%(hours)sh %(minutes)sm") % {"hours": hours, "minutes": f"{minutes:02d}"}


def exact_duration(value: timedelta | None) -> str:
    """Return “2h 28m 5s”: every part that is not zero, so that a sum shown in parts adds up."""
    if value is None:
        return "–"
    seconds = int(abs(value.total_seconds()))
    parts = [
        (seconds // HOUR, _("%(hours)sh"), "hours"),
        (seconds % HOUR // MINUTE, _("%(minutes)sm"), "minutes"),
        (seconds % MINUTE, _("%(seconds)ss"), "seconds"),
    ]
    text = " ".join(pattern % {name: number} for number, pattern, name in parts if number)
    return (MINUS if value < timedelta(0) else "") + (text or _("%(minutes)sm") % {"minutes": 0})


def duration_patterns() -> dict[str, str]:
    """The same patterns for the browser, which ticks the clocks between two answers of the server."""
    return {
        "hm": _("%(hours)sh %(minutes)sm"),
        "h": _("%(hours)sh"),
        "m": _("%(minutes)sm"),
        "s": _("%(seconds)ss"),
    }


def hours(value: Decimal | int | float | timedelta | None) -> str:
    """Return hours as a plain number of at most two decimals: “18.5”, in Russian “18,5”; None is a dash."""
    if value is None:
        return "–"
    if isinstance(value, timedelta):
        value = Decimal(int(value.total_seconds())) / HOUR
    number = Decimal(str(value)).quantize(Decimal("0.01"))
    short = number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()
    text = formats.number_format(abs(short), use_l10n=True, force_grouping=True)
    return (MINUS if short < 0 else "") + text


def money(amount: Decimal, currency: str = "") -> str:
    """Return “1,250 EUR” or “1,250.50 EUR”; without a currency the number alone."""
    places = 0 if amount == amount.to_integral_value() else 2
    text = formats.number_format(amount, decimal_pos=places, use_l10n=True, force_grouping=True)
    return f"{text} {currency}".strip()


def filesize(size: int | None) -> str:
    """Return a size in bytes as “18 KB” or “2.4 MB” (1 KB = 1024 bytes)."""
    size = size or 0
    if size < 1024:
        return _("%(size)s B") % {"size": size}
    if size < 1024**2:
        return _("%(size)s KB") % {"size": round(size / 1024)}
    return _("%(size)s MB") % {"size": formats.number_format(round(size / 1024**2, 1))}


def when(moment: datetime | date | None, *, at: datetime | None = None) -> str:
    """Return “today 15:02”, “Mon 10:12” (within six days), “17 Nov 10:12” or “17 Nov 2024 10:12”.

    `at` is the reader's now. A plain day has no time of day. None is a dash.
    """
    if moment is None:
        return "–"
    today = timezone.localtime(at).date()
    if not isinstance(moment, datetime):
        return _day(moment, today)
    local = timezone.localtime(moment)
    return _("%(day)s %(time)s") % {"day": _day(local.date(), today), "time": time_of_day(local)}


def _day(day: date, today: date) -> str:
    distance = (day - today).days
    near = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
    if distance in near:
        return near[distance]
    far = "j M" if day.year == today.year else "j M Y"
    return _in_small_letters(formats.date_format(day, "D" if abs(distance) < 7 else far))


def weekday(day: date) -> str:
    """Return “Mon 2 Mar”, with the year if it is not this one."""
    is_this_year = day.year == timezone.localtime().year
    return _in_small_letters(formats.date_format(day, "D j M" if is_this_year else "D j M Y"))


def _in_small_letters(text: str) -> str:
    """Only English writes days and months with a capital; Django's short Russian and Spanish names do too."""
    return text if (get_language() or "en").startswith("en") else text.lower()


def _exact_time(local: datetime) -> str:
    return formats.time_format(local, "H:i:s") if local.second else time_of_day(local)


def dated(moment: datetime) -> str:
    """Return “Mon 2 Mar 10:00”: a moment that stays true on paper, its seconds if it has any."""
    local = timezone.localtime(moment)
    return _("%(day)s %(time)s") % {"day": weekday(local.date()), "time": _exact_time(local)}


def span(start: datetime, end: datetime) -> str:
    """Return “Mon 2 Mar 10:00–12:40” or “Mon 2 Mar 18:00 – Tue 3 Mar 09:00”."""
    first, last = timezone.localtime(start), timezone.localtime(end)
    if first.date() == last.date():
        return f"{dated(start)}–{_exact_time(last)}"
    return f"{dated(start)} – {dated(end)}"


def time_of_day(moment: datetime) -> str:
    """Return “15:02” in the active time zone."""
    return formats.time_format(timezone.localtime(moment), "TIME_FORMAT")


def in_full(moment: datetime | date) -> str:
    """Return the whole moment, “18 November 2025, 15:02”, for a tooltip."""
    if not isinstance(moment, datetime):
        return formats.date_format(moment, "DATE_FORMAT")
    return formats.date_format(timezone.localtime(moment), "DATETIME_FORMAT")
