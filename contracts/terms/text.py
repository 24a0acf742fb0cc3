"""Terms of contracts in words, in the active language; the database is not asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.models import AtZero
from contracts import formats as contract_formats
from contracts.models import Contract, Rounding, Silence, TimeEntry
from contracts.terms import values as terms
from contracts.terms.values import Terms
from servicedesk.lib import formatting
from servicedesk.lib.localized import localized
from servicedesk.tickets.models import Channel


class Difference(NamedTuple):
    """A term by its name, and what it was and became."""

    label: str
    before: str
    after: str


def differences(old: Terms, new: Terms, among: Collection[str] = terms.TERMS) -> list[Difference]:
    """What differs, in the order of `terms.TERMS`; `among` leaves out what is not for this reader."""
    names = [name for name in terms.changed(old, new) if name in among]
    return [Difference(label(name), value(old, name), value(new, name)) for name in names]


def label(name: str) -> str:
    """“Intake hours” for `calendar`."""
    field: Any = Contract._meta.get_field(name)
    return str(capfirst(field.verbose_name))


def value(said: Mapping[str, Any], name: str) -> str:
    """One term as people read it; an empty one says what its emptiness means."""
    found, names = said.get(name), said.get("names", {})
    if name in terms.ROWS and found:
        return str(names.get(name) or found)
    if name == "services" and found:
        return ", ".join(_service(names.get("services", {}), key) for key in found)
    if found in (None, "", []):
        return _empty(name)
    return _written(name, found, str(said.get("currency", "")))


def channels(codes: Iterable[str]) -> str:
    """“Portal, E-mail”; without any, all."""
    return _labels(codes, dict(Channel.choices)) or _empty("channels")


def work_kinds(codes: Iterable[str]) -> str:
    """“Remote, On site”; without any, all."""
    return _labels(codes, dict(TimeEntry.WorkKind.choices)) or _empty("work_kinds")


def _service(names: Mapping[str, Any], key: int) -> str:
    known = names.get(str(key), {})
    return localized(known.get("name") or str(key), known.get("translations"))


def _empty(name: str) -> str:
    return str(_NONE.get(name, "–"))


def _written(name: str, found: Any, currency: str) -> str:
    if name in ("monthly_fee", "hourly_rate"):
        return formatting.money(Decimal(found), currency)
    return _WORDS.get(name, str)(found)


def _days(number: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", number) % {"n": number}


def _minutes(number: int) -> str:
    return ngettext("%(n)s minute", "%(n)s minutes", number) % {"n": number}


def _hours(text: str) -> str:
    return _("%(hours)s h") % {"hours": contract_formats.hours(Decimal(text))}


def _percents(numbers: Iterable[int]) -> str:
    return ", ".join(f"{number} %" for number in numbers)


def _at_zero(code: str) -> str:
    return _labels([code], dict(AtZero.choices))


def _rounding(code: str) -> str:
    return _labels([code], dict(Rounding.choices))


def _silence(code: str) -> str:
    return _labels([code], dict(Silence.choices))


def _labels(codes: Iterable[str], known: Mapping[str, Any]) -> str:
    """In the order of the choices, whatever the order they were stored in."""
    found, order = set(codes), list(known)
    listed = sorted(found, key=lambda code: (order.index(code) if code in known else len(order), code))
    return ", ".join(str(known.get(code, code)) for code in listed)


_NONE = {
    "ends_on": gettext_lazy("no end"),
    "services": gettext_lazy("all services"),
    "channels": gettext_lazy("all channels"),
    "work_kinds": gettext_lazy("all kinds of work"),
    "account_manager": gettext_lazy("as for the client"),
    "alert_percents": gettext_lazy("none"),
    "rollover_hours": gettext_lazy("none"),
}
_WORDS: dict[str, Callable[[Any], str]] = {
    "starts_on": contract_formats.day,
    "ends_on": contract_formats.day,
    "channels": channels,
    "work_kinds": work_kinds,
    "at_zero": _at_zero,
    "minimum_slot": _minutes,
    "rounding": _rounding,
    "rollover_hours": _hours,
    "rollover_days": _days,
    "alert_percents": _percents,
    "silence": _silence,
}
