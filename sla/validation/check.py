"""Everything that can be wrong with policies and calendars, read in a constant number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from servicedesk.people.models import Group, User
from sla.models import (
    Calendar,
    CalendarDraft,
    CalendarVersion,
    Policy,
    PolicyCell,
    PolicyDraft,
    PolicyVersion,
)
from sla.validation import calendars as calendar_checks
from sla.validation import escalation_levels as level_checks
from sla.validation import matrix
from sla.validation.findings import Finding, Place, Severity

_OLD = timedelta(days=30)
V = TypeVar("V", PolicyVersion, CalendarVersion)


def check(at: datetime, *, policies: QuerySet[Policy], calendars: QuerySet[Calendar]) -> list[Finding]:
    """The findings about these policies and calendars, archived ones left out, in no order.

    Looked at are the versions in force at `at` and those to come; of calendars only what is used.
    """
    known = list(policies.filter(is_archived=False).prefetch_related(_versions()))
    versions = [version for policy in known for version in current(policy.versions.all(), at)]
    rows = _rows(versions)
    people = _known_people(versions)
    found: list[Finding] = []
    for version in versions:
        place, own = Place(str(version), "sla:policy", version.policy_id), rows[version.pk]
        found += [*matrix.check(own, place), *level_checks.check(version, own, people, place)]
    for policy in known:
        found += _order(policy.versions.all(), at, Place(policy.name, "sla:policy", policy.pk))
    named = {row.calendar_id for own in rows.values() for row in own} - {None}
    return [*found, *_calendars(calendars, named, at), *_old_drafts(policies, calendars, at)]


def current(versions: Iterable[V], at: datetime) -> list[V]:
    """The version in force and those to come, in the order in which they begin."""
    by_date: list[V] = sorted(versions, key=lambda version: (version.effective_from, version.number))
    begun: list[V] = [version for version in by_date if version.effective_from <= at]
    return begun[-1:] + by_date[len(begun) :]


def used_calendars(at: datetime) -> Q:
    """Those of contracts that are in use and have not ended."""
    lasting = Q(contracts__ends_on=None) | Q(contracts__ends_on__gte=at.date())
    return Q(contracts__is_archived=False) & lasting


def _versions() -> Prefetch[str]:
    return Prefetch("versions", PolicyVersion.objects.select_related("policy").order_by("number"))


def _rows(versions: Iterable[PolicyVersion]) -> defaultdict[int, list[PolicyCell]]:
    found = PolicyCell.objects.filter(version__in=[version.pk for version in versions])
    rows: defaultdict[int, list[PolicyCell]] = defaultdict(list)
    for row in found.select_related("service").order_by("pk"):
        rows[row.version_id].append(row)
    return rows


def _known_people(versions: Sequence[PolicyVersion]) -> level_checks.Known:
    people, groups = level_checks.asked(versions)
    names = User.objects.filter(pk__in=people).values_list("pk", "full_name", "is_active")
    working = Count("members", filter=Q(members__is_active=True))
    sizes = Group.objects.filter(pk__in=groups).annotate(working=working).order_by()
    return level_checks.Known(
        people={pk: (name, is_active) for pk, name, is_active in names},
        groups={pk: (name, members) for pk, name, members in sizes.values_list("pk", "name", "working")},
    )


def _calendars(calendars: QuerySet[Calendar], named: Iterable[int | None], at: datetime) -> Iterator[Finding]:
    """Those that rows or contracts name."""
    used = calendars.filter(Q(pk__in=named) | used_calendars(at)).distinct().prefetch_related("versions")
    for calendar in used:
        place = Place(calendar.name, "sla:calendar", calendar.pk)
        versions = current(calendar.versions.all(), at)
        if not versions:
            sentence = _("It is used, but has no hours yet.")
            yield Finding(Severity.ERROR, "calendar.without_version", place, sentence)
            continue
        if calendar.is_archived:
            sentence = _("It is archived, but still used.")
            yield Finding(Severity.WARNING, "calendar.archived", place, sentence)
        last = versions[-1]
        yield from calendar_checks.check(last.definition, max(at, last.effective_from), place)
        yield from _order(calendar.versions.all(), at, place)


def _order(
    versions: Iterable[PolicyVersion] | Iterable[CalendarVersion], at: datetime, where: Place
) -> Iterator[Finding]:
    """An older version that takes over from a newer one: published for different days, in another order."""
    for older in versions:
        for newer in versions:
            if newer.number > older.number and newer.effective_from < older.effective_from > at:
                sentence = _(
                    "Version %(newer)s ends on %(day)s: version %(older)s, which is older, begins then."
                )
                day = date_format(older.effective_from, "DATE_FORMAT")
                values = {"newer": newer.number, "older": older.number, "day": day}
                yield Finding(Severity.WARNING, "version.order", where, sentence % values)


def _old_drafts(policies: QuerySet[Policy], calendars: QuerySet[Calendar], at: datetime) -> Iterator[Finding]:
    sentence = _("The draft was last changed on %(day)s. Publish it or discard it.")
    long_ago = at - _OLD
    policy_drafts = PolicyDraft.objects.filter(policy__in=policies, changed_at__lt=long_ago)
    calendar_drafts = CalendarDraft.objects.filter(calendar__in=calendars, changed_at__lt=long_ago)
    places = [
        *(
            (Place(one.policy.name, "sla:policy", one.policy_id), one)
            for one in policy_drafts.select_related("policy")
        ),
        *(
            (Place(one.calendar.name, "sla:calendar", one.calendar_id), one)
            for one in calendar_drafts.select_related("calendar")
        ),
    ]
    for place, draft in places:
        text = sentence % {"day": date_format(draft.changed_at, "DATE_FORMAT")}
        yield Finding(Severity.NOTE, "draft.old", place, text)
