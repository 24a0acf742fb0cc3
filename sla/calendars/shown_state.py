"""What every form of the editor sends besides its fields: which state of the draft its page showed."""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.urls import reverse
from django.utils import timezone

from servicedesk.people.http import UserRequest
from sla.calendars.editing.exceptions import Definition
from sla.calendars.editing.year import YEARS
from sla.version_pages.shown_revision import number

_SALT = "sla.calendar-draft"


def year(request: UserRequest) -> int:
    """The year in the address or the form; this one for anything that is none."""
    asked = number(request.POST.get("year") or request.GET.get("year", ""))
    return asked if asked in YEARS else timezone.localdate().year


def address(calendar: int, year: int) -> str:
    """The page of the calendar, on this year."""
    return f"{reverse('sla:calendar', args=[calendar])}?year={year}"


def stamp(definition: Definition) -> str:
    """A definition for a page to carry: it tells later what others changed since."""
    return signing.dumps(dict(definition), salt=_SALT, compress=True)


def seen(request: UserRequest) -> dict[str, Any] | None:
    """The definition that the page showed; None if it is no stamp of ours."""
    try:
        found: dict[str, Any] = signing.loads(request.POST.get("seen", ""), salt=_SALT)
    except signing.BadSignature:
        return None
    return found
