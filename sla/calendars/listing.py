"""Calendars with what a list says of them: the same statements whatever their number."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from servicedesk.tickets.statuses import Status
from sla.models import Calendar, CalendarDraft, CalendarVersion, Clock, PolicyVersion


def listed(at: datetime) -> QuerySet[Calendar]:
    """Those of `used` with `version_pk`, `number`, `valid_from` (in force at `at`), `next_number`,
    `next_from` (to come) and `has_draft`."""
    versions = CalendarVersion.objects.filter(calendar=OuterRef("pk"))
    valid = versions.filter(effective_from__lte=at).order_by("-effective_from", "-number")
    to_come = versions.filter(effective_from__gt=at).order_by("effective_from", "number")
    return (
        used(at)
        .annotate(
            version_pk=Subquery(valid.values("pk")[:1]),
            number=Subquery(valid.values("number")[:1]),
            valid_from=Subquery(valid.values("effective_from")[:1]),
            next_number=Subquery(to_come.values("number")[:1]),
            next_from=Subquery(to_come.values("effective_from")[:1]),
            has_draft=Exists(CalendarDraft.objects.filter(calendar=OuterRef("pk"))),
        )
        .order_by("name")
    )  # counting lets go of the usual order


def used(at: datetime) -> QuerySet[Calendar]:
    """Each calendar with `contract_count` (in use), `policy_count` (a row of a version that is in force
    or to come names it) and `ticket_count` (open, with a clock that
    counts by any of its versions)."""
    return Calendar.objects.annotate(
        contract_count=Count("contracts", filter=Q(contracts__is_archived=False)),
        policy_count=_policies(at),
        ticket_count=_open_tickets(),
    )


def _policies(at: datetime) -> Any:
    later = PolicyVersion.objects.filter(
        policy=OuterRef("policy"), effective_from__gt=OuterRef("effective_from"), effective_from__lte=at
    )
    living = PolicyVersion.objects.filter(~Exists(later), policy__is_archived=False)
    naming = living.filter(cells__calendar=OuterRef("pk")).order_by().values("cells__calendar")
    return _number(naming.annotate(n=Count("policy", distinct=True)).values("n"))


def _open_tickets() -> Any:
    clocks = Clock.objects.filter(calendar_version__calendar=OuterRef("pk")).order_by()
    of_open = clocks.exclude(ticket__status__in=Status.finished()).values("calendar_version__calendar")
    return _number(of_open.annotate(n=Count("ticket", distinct=True)).values("n"))


def _number(counted: QuerySet[Any, Any]) -> Any:
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
