"""Policies with what a list says of them, in one statement whatever their number."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from servicedesk.tickets.statuses import Status
from sla.models import Policy, PolicyVersion, TicketTerms
from sla.policies import drafts
from sla.versions.listing import with_versions


def listed(at: datetime) -> QuerySet[Policy]:
    """Those of `used` with what `with_versions` says."""
    return with_versions(used(), drafts.DRAFTS, PolicyVersion, at)


def used() -> QuerySet[Policy]:
    """Each policy with `contract_count` and `ticket_count`."""
    in_use = Count("contracts", filter=Q(contracts__is_archived=False))
    return Policy.objects.annotate(contract_count=in_use, ticket_count=_open_tickets())


def _open_tickets() -> Any:
    terms = TicketTerms.objects.filter(policy_version__policy=OuterRef("pk")).order_by()
    open_ones = terms.exclude(ticket__status__in=Status.finished())
    counted = open_ones.values("policy_version__policy").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
