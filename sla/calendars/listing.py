"""Calendars with what a list says of them: the same statements whatever their number."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from servicedesk.tickets.statuses import Status
from sla.calendars import drafts
from sla.models import Calendar, CalendarVersion, Clock, PolicyVersion
from sla.versions.listing import with_versions


def listed(at: datetime) -> QuerySet[Calendar]:
    """Those of `used` with what `with_versions` says."""
    return with_versions(used(at), drafts.DRAFTS, CalendarVersion, at)


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
