"""How calendars are spoken of: hours, days, what changed, what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.utils import formats
from django.utils.dates import WEEKDAYS as WEEKDAY_NAMES
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.text import get_text_list
from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from servicedesk.lib import formatting
from sla.calendars.editing import holiday_countries, typed_hours
from sla.calendars.editing.differences import Differences
from sla.calendars.editing.exceptions import Definition, Entry, entry_of
from sla.calendars.editing.many_exceptions import Added, Result
from sla.calendars.editing.year import DayKind
from sla.engine.calendar_definition import DAY, WEEKDAYS, Spans

_ROUND_THE_CLOCK = ("00:00-24:00",)
_MOST_LINES = 20
_FIELDS = {
    "tz": gettext_noop("time zone"),
    "country": gettext_noop("public holidays"),
    "subdivision": gettext_noop("region"),
}


def weekday(name: str) -> str:
    """“Monday” for `mon`."""
    return str(WEEKDAY_NAMES[WEEKDAYS.index(name)])


def week(hours: Mapping[str, Sequence[str]]) -> str:
    """“Mon–Fri 09:00–18:00; Sat 10:00–14:00”, “24 × 7”, “nobody works”; `hours` are by weekday."""
    found = [tuple(hours.get(name, ())) for name in WEEKDAYS]
    if set(found) == {_ROUND_THE_CLOCK}:
        return _("24 × 7")
    parts = []
    for lines in dict.fromkeys(lines for lines in found if lines):
        numbers = [number for number, other in enumerate(found) if other == lines]
        parts.append(f"{_numbered(numbers)} {typed_hours.in_words(lines)}")
    return "; ".join(parts) or _("no weekly hours")


def _numbered(numbers: Sequence[int]) -> str:
    """“Mon–Wed, Fri”."""
    parts = []
    for _key, group in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        run = [number for _place, number in group]
        names = [str(WEEKDAYS_ABBR[number]) for number in (run[0], run[-1])]
        parts.append(names[0] if len(run) == 1 else ("–" if len(run) > 2 else ", ").join(names))
    return ", ".join(parts)


def spans(found: Spans) -> str:
    """“09:00–13:00, 14:00–18:00”; a night shift ends on the clock of the next day."""
    return ", ".join(f"{_clock(opens)}–{_clock(closes)}" for opens, closes in found)


def _clock(seconds: int) -> str:
    minutes = (seconds if seconds <= DAY else seconds - DAY) // 60
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def hours(lines: Iterable[str]) -> str:
    return typed_hours.in_words(lines) or _("closed")


def days(entry: Entry) -> str:
    """“9 March 2026”, “28 December 2026 – 3 January 2027”, “31 December – 8 January, every year”."""
    shape = "MONTH_DAY_FORMAT" if entry.is_yearly else "SHORT_DATE_FORMAT"
    ends = (entry.first, entry.last) if entry.is_range else (entry.first,)
    text = " – ".join(formats.date_format(day, shape) for day in ends)
    return _("%(days)s, every year") % {"days": text} if entry.is_yearly else text


def entry(one: Entry) -> str:
    return f"{days(one)}: {hours(one.lines)}"


def kind(found: DayKind, shown: Spans, name: str, *, is_day_off: bool) -> str:
    """What a day is, for those who cannot see its colour; `is_day_off`: its weekday is."""
    match found:
        case DayKind.OFF:
            return _("day off")
        case DayKind.CLOSED:
            return _("closed")
        case DayKind.HOLIDAY:
            return _("public holiday, %(name)s") % {"name": name}
        case DayKind.SHORT:
            text = _("short day, %(hours)s")
        case DayKind.EXTRA:
            text = _("extra working day, %(hours)s") if is_day_off else _("other hours, %(hours)s")
        case DayKind.WORKING:
            text = "%(hours)s"
    said = text % {"hours": spans(shown)}
    return f"{said}, {name}" if name else said


def summary(found: Differences) -> str:
    """“2 days added, hours of 1 weekday changed.”; "" when nothing did."""
    added, removed, changed, week_days = map(len, (found.added, found.removed, found.changed, found.week))
    counted = [
        (week_days, ngettext("hours of %(n)s weekday changed", "hours of %(n)s weekdays changed", week_days)),
        (added, ngettext("%(n)s day or range added", "%(n)s days or ranges added", added)),
        (changed, ngettext("%(n)s day or range changed", "%(n)s days or ranges changed", changed)),
        (removed, ngettext("%(n)s day or range removed", "%(n)s days or ranges removed", removed)),
    ]
    parts = [text % {"n": number} for number, text in counted if number]
    parts += [_("%(what)s changed") % {"what": _(_FIELDS[key])} for key, _before, _after in found.values]
    text = ", ".join(parts)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def told(found: Differences, most: int = _MOST_LINES) -> list[str]:
    """One line for each difference; the rest is counted."""
    lines = [
        f"{_capital(_(_FIELDS[key]))}: {_value(key, before)} → {_value(key, after)}"
        for key, before, after in found.values
    ]
    lines += [f"{weekday(name)}: {hours(before)} → {hours(after)}" for name, before, after in found.week]
    lines += [_("added: %(line)s") % {"line": entry(one)} for one in found.added]
    lines += [f"{days(one)}: {hours(one.lines)} → {hours(other.lines)}" for one, other in found.changed]
    lines += [_("removed: %(line)s") % {"line": entry(one)} for one in found.removed]
    rest = len(lines) - most
    if rest > 0:
        return [*lines[:most], ngettext("and %(n)s more", "and %(n)s more", rest) % {"n": rest}]
    return lines


def _value(key: str, value: str) -> str:
    if not value:
        return _("none")
    return holiday_countries.country_name(value, language()) if key == "country" else value


def holidays(definition: Definition) -> str:
    """“Germany, Berlin”; "" without a country."""
    country, part = definition.get("country") or "", definition.get("subdivision") or ""
    if not country:
        return ""
    names = [holiday_countries.country_name(country, language())]
    return ", ".join([*names, holiday_countries.subdivision_name(country, part)] if part else names)


def whole(definition: Definition) -> str:
    """“Mon–Fri 09:00–18:00, Europe/Berlin, Germany”: a calendar with nothing before it to compare with."""
    parts = (week(definition.get("week", {})), definition.get("tz", ""), holidays(definition))
    return ", ".join(part for part in parts if part)


def result(one: Added) -> str:
    """What becomes of a pasted line."""
    former = days(one.former) if one.former else ""
    match one.result:
        case Result.NEW:
            text = ""
        case Result.KNOWN:
            text = _("is in the calendar already")
        case Result.REPLACES:
            text = _("replaces %(hours)s") % {"hours": hours(one.former.lines if one.former else ())}
        case Result.JOINS:
            text = _("joins %(days)s") % {"days": former}
    kept = "; ".join(_("%(line)s stays") % {"line": entry(other)} for other in one.kept)
    return "; ".join(part for part in (text, kept) if part)


def problem(error: Any) -> str:
    """The sentence of an error with a `template` and `params`, in the reader's language."""
    return str(_(error.template) % error.params)


def place(path: str) -> str:
    """Where in a definition: “Monday”, “9 Mar 2026”; "" for the whole."""
    section, _dot, rest = path.partition(".")
    key = rest.partition("[")[0]
    if section == "week" and key in WEEKDAYS:
        return weekday(key)
    try:
        return days(entry_of(section, key, ())) if section in {"days", "yearly"} and key else ""
    except ValueError:
        return key


def longest(day: date) -> str:
    """“Monday 9 March 2026”."""
    return f"{WEEKDAY_NAMES[day.weekday()]} {formats.date_format(day, 'DATE_FORMAT')}"


def total(working_days: int, worked: timedelta) -> str:
    """“21 days, 189 h”."""
    counted = ngettext("%(n)s working day", "%(n)s working days", working_days) % {"n": working_days}
    return _("%(days)s, %(hours)s h") % {"days": counted, "hours": formatting.hours(worked)}


def users(calendar: Any) -> str:
    """“2 contracts and 1 open ticket”; "" for nobody. `calendar` has the counts of `listing.used`."""
    contracts, policies, tickets = calendar.contract_count, calendar.policy_count, calendar.ticket_count
    counted = [
        (contracts, ngettext("%(n)s contract", "%(n)s contracts", contracts)),
        (policies, ngettext("%(n)s policy", "%(n)s policies", policies)),
        (tickets, ngettext("%(n)s open ticket", "%(n)s open tickets", tickets)),
    ]
    return get_text_list([text % {"n": number} for number, text in counted if number], _("and"))


def language() -> str:
    return get_language() or "en"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
