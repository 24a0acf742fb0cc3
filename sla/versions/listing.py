"""Calendars or policies with what a list says of their versions: one statement whatever their number."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from sla.versions.drafts import D, Drafts, Owner, V


def with_versions(
    owners: QuerySet[Owner], sort: Drafts[Owner, V, D], versions: type[V], at: datetime
) -> QuerySet[Owner]:
    """With `version_pk`, `number`, `valid_from` (in force at `at`), `next_number`, `next_from` (to come)
    and `has_draft`."""
    of_owner: dict[str, Any] = {sort.name: OuterRef("pk")}
    every = versions._default_manager.filter(**of_owner)
    valid = every.filter(effective_from__lte=at).order_by("-effective_from", "-number")
    to_come = every.filter(effective_from__gt=at).order_by("effective_from", "number")
    listed: QuerySet[Owner] = owners.annotate(
        version_pk=Subquery(valid.values("pk")[:1]),
        number=Subquery(valid.values("number")[:1]),
        valid_from=Subquery(valid.values("effective_from")[:1]),
        next_number=Subquery(to_come.values("number")[:1]),
        next_from=Subquery(to_come.values("effective_from")[:1]),
        has_draft=Exists(sort.draft._default_manager.filter(**of_owner)),
    ).order_by("name")  # counting lets go of the usual order
    return listed
