"""What a contract covers and what is planned of it, in the client's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy

from contracts.hours.expiry import day_of
from contracts.models import AtZero, Contract
from contracts.terms import text as terms_text
from contracts.terms import values as terms
from contracts.terms import versions
from contracts.terms.text import Difference
from sla.calendars import wording

# What is no business of the client's: whom we warn, and at how many percent.
_OURS = {"alert_percents"}
_LABELS = {
    "policy": gettext_lazy("Target times"),
    "at_zero": gettext_lazy("When the hours are used up"),
    "services": gettext_lazy("What is covered"),
    "channels": gettext_lazy("Contact channels"),
    "work_kinds": gettext_lazy("Work paid with hours"),
}
_AT_ZERO = {
    AtZero.ALLOW: gettext_lazy("we continue"),
    AtZero.WARN: gettext_lazy("we continue and notify you"),
    AtZero.ASK: gettext_lazy("we ask you first"),
    AtZero.REFUSE: gettext_lazy("we wait until you buy more"),
}


@dataclass(frozen=True)
class Covered:
    """What holds now; `hours` are those of the week, “” when nothing is published, and `zone` theirs where
    it is another one than the client's."""

    channels: str
    work_kinds: str
    calendar: str
    hours: str
    zone: str


@dataclass(frozen=True)
class Coming:
    """What is agreed from `day` on; differences without a `before` only say that something changes."""

    day: date
    differences: list[Difference]


def covered(contract: Contract, at: datetime) -> Covered:
    """One statement; the calendar comes with the contract."""
    version = contract.calendar.version_at(at)
    definition: dict[str, Any] = version.definition if version else {}
    zone = str(definition.get("tz", ""))
    return Covered(
        channels=terms_text.channels(contract.channels),
        work_kinds=terms_text.work_kinds(contract.work_kinds),
        calendar=str(contract.calendar),
        hours=wording.week(definition.get("week", {})) if version else "",
        zone="" if zone == contract.client.time_zone else zone,
    )


def coming(contract: Contract, at: datetime) -> Coming | None:
    """What is planned for a later day, where the client may know of it; no statement when nothing is."""
    planned = versions.planned(contract)
    if planned is None or planned.starts_on <= day_of(contract, at):
        return None
    now = terms.of(contract, contract.services.all())
    after = versions.to_come(now, planned)
    names = [name for name in terms.changed(now, after) if name not in _OURS]
    found = [Difference(_label(name), _value(now, name), _value(after, name)) for name in names]
    return Coming(planned.starts_on, found) if found else None


def _label(name: str) -> str:
    return str(_LABELS.get(name) or terms_text.label(name))


def _value(found: terms.Terms, name: str) -> str:
    """Names of policies are ours; what they promise is told with each request."""
    if name == "policy":
        return ""
    if name == "at_zero":
        return str(_AT_ZERO.get(found[name], ""))
    return terms_text.value(found, name)
