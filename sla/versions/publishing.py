"""Publishing a new version of a calendar or a policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from servicedesk.people.models import User
from sla.models import Calendar, CalendarVersion, Policy, PolicyCell, PolicyVersion
from sla.versions.drafts import V


@transaction.atomic
def publish_calendar(
    calendar: Calendar, definition: Mapping[str, Any], effective_from: datetime, *, by: User | None = None
) -> CalendarVersion:
    """Add the next version. Clocks that run keep theirs; `sla.changes` brings it to them.

    Raises:
        ValidationError: the definition is wrong, or another version begins at this very moment.
    """
    version = CalendarVersion(calendar=calendar, definition=dict(definition))
    return _numbered(version, calendar, effective_from, by)


@transaction.atomic
def publish_policy(
    policy: Policy, cells: Iterable[Mapping[str, Any]], effective_from: datetime, *, by: User | None = None,
    escalation: Sequence[Any] = (), step_targets: Mapping[str, str] | None = None,
) -> PolicyVersion:  # fmt: skip
    """Add the next version with these rows, each a mapping of `PolicyCell` fields.

    `escalation` and `step_targets` are stored as given; who types them has checked them.

    Raises:
        ValidationError: a row is wrong, or another version begins at this very moment.
    """
    parts = {"escalation": list(escalation), "step_targets": dict(step_targets or {})}
    version = _numbered(PolicyVersion(policy=policy, **parts), policy, effective_from, by)
    rows = [PolicyCell(version=version, **cell) for cell in cells]
    for row in rows:
        row.full_clean(exclude=["version"])
    PolicyCell.objects.bulk_create(rows)
    return version


def next_number(owner: Calendar | Policy) -> int:
    return int(owner.versions.aggregate(last=Max("number"))["last"] or 0) + 1


def _numbered(version: V, owner: Calendar | Policy, effective_from: datetime, by: User | None) -> V:
    version.number, version.effective_from = next_number(owner), effective_from
    version.published_by = by
    version.full_clean()
    version.save()
    return version
