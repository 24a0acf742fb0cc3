"""Terms by name, as addresses and the command line have them: “Gold”, “Gold@3”, “Gold@draft”.

Without a number the newest version is meant, even one that is not valid yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalog.models import Service
from sla.engine.compiled_calendars import worktime_of
from sla.engine.worktime import CalendarError
from sla.models import (
    Calendar,
    CalendarDraft,
    CalendarVersion,
    Policy,
    PolicyCell,
    PolicyDraft,
    PolicyVersion,
)
from sla.policies.matrix import grid
from sla.policies.matrix.calendar_choices import KnownCalendars
from sla.replay.other_terms import TriedCalendar

DRAFT = "draft"
Choices = list[tuple[str, str | list[tuple[str, str]]]]


class TermsError(ValueError):
    """There are no such terms, or they cannot be used; the sentence may be shown."""


@dataclass(frozen=True)
class Name:
    """`version` None: the newest; 0: the draft."""

    name: str
    version: int | None


def read(text: str) -> Name:
    """Split a name from its version; a name may hold the sign @ itself."""
    name, sign, version = text.strip().rpartition("@")
    if sign and version.isascii() and version.isdigit():
        return Name(name, int(version[:9]))
    if sign and version == DRAFT:
        return Name(name, 0)
    return Name(text.strip(), None)


def policy_rows(text: str) -> list[PolicyCell]:
    """The rows of a policy version or of the draft, unsaved then.

    Raises:
        TermsError: with a sentence.
    """
    asked = read(text)
    policy = Policy.objects.filter(name=asked.name).first()
    if policy is None:
        raise TermsError(_("There is no policy “%(name)s”.") % {"name": asked.name})
    if asked.version == 0:
        return _draft_rows(policy)
    versions = policy.versions.order_by("-number")
    version = (versions.filter(number=asked.version) if asked.version else versions).first()
    if version is None:
        raise _no_version(policy.name, asked)
    return list(version.cells.order_by())


def tried_calendar(text: str) -> TriedCalendar:
    """The hours of a calendar version or of the draft.

    Raises:
        TermsError: with a sentence.
    """
    asked = read(text)
    calendar = Calendar.objects.filter(name=asked.name).first()
    if calendar is None:
        raise TermsError(_("There is no calendar “%(name)s”.") % {"name": asked.name})
    if asked.version == 0:
        found: CalendarDraft | CalendarVersion | None = CalendarDraft.objects.filter(
            calendar=calendar
        ).first()
    else:
        versions = calendar.versions.order_by("-number")
        found = (versions.filter(number=asked.version) if asked.version else versions).first()
    if found is None:
        raise _no_version(calendar.name, asked)
    try:
        return TriedCalendar(calendar.pk, worktime_of(found.definition))
    except CalendarError as error:
        sentence = f"{error.path}: {_(error.template) % error.params}"
        raise TermsError(
            _("The hours of “%(name)s” are wrong. %(why)s") % {"name": text, "why": sentence}
        ) from error


def policy_choices() -> Choices:
    """Newest first under each policy, the draft before all; two statements."""
    versions = PolicyVersion.objects.filter(policy__is_archived=False).select_related("policy")
    drafts = PolicyDraft.objects.filter(policy__is_archived=False).values_list("policy__name", flat=True)
    newest_first = versions.order_by("policy__name", "-number")
    return _grouped([(one.policy.name, one) for one in newest_first], set(drafts))


def calendar_choices() -> Choices:
    """The same for calendars."""
    versions = CalendarVersion.objects.filter(calendar__is_archived=False).select_related("calendar")
    drafts = CalendarDraft.objects.filter(calendar__is_archived=False).values_list(
        "calendar__name", flat=True
    )
    newest_first = versions.order_by("calendar__name", "-number")
    return _grouped([(one.calendar.name, one) for one in newest_first], set(drafts))


def _grouped(versions: Iterable[tuple[str, PolicyVersion | CalendarVersion]], drafts: set[str]) -> Choices:
    groups: dict[str, list[tuple[str, str]]] = {
        name: [(f"{name}@{DRAFT}", _("%(name)s, the draft") % {"name": name})] for name in drafts
    }
    for name, version in versions:
        words = _("%(version)s, valid from %(day)s") % {
            "version": f"{name} v{version.number}",
            "day": date_format(version.effective_from, "j M Y"),
        }
        groups.setdefault(name, []).append((f"{name}@{version.number}", words))
    return [(name, groups[name]) for name in sorted(groups)]


def _draft_rows(policy: Policy) -> list[PolicyCell]:
    draft = PolicyDraft.objects.filter(policy=policy).first()
    if draft is None:
        raise _no_version(policy.name, Name(policy.name, 0))
    services = set(Service.objects.values_list("pk", flat=True))
    calendars = KnownCalendars.read()
    cells, errors = grid.build_cells(draft.rows, services, calendars.names, calendars.unfit)
    if errors:
        sentence = _("The draft of “%(name)s” has errors. Fix them first: %(why)s")
        raise TermsError(sentence % {"name": policy.name, "why": errors[0].sentence})
    return _numbered(cells)


def _numbered(cells: Sequence[PolicyCell]) -> list[PolicyCell]:
    """Among equals the older row wins; these get their age from the order."""
    for age, cell in enumerate(cells, start=1):
        cell.pk = age
    return list(cells)


def _no_version(name: str, asked: Name) -> TermsError:
    if asked.version == 0:
        return TermsError(_("“%(name)s” has no draft.") % {"name": name})
    if asked.version is None:
        return TermsError(_("“%(name)s” has no version yet.") % {"name": name})
    return TermsError(_("“%(name)s” has no version %(number)s.") % {"name": name, "number": asked.version})
