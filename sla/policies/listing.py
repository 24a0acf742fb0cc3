"""Policies with what a list says of them, in one statement whatever their number."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from servicedesk.tickets.statuses import Status
from sla.models import Policy, PolicyDraft, PolicyVersion, TicketTerms


def listed(at: datetime) -> QuerySet[Policy]:
    """Each policy with `number`, `valid_from` (in force at `at`), `next_number`, `next_from` (to come),
    `contract_count` (in use), `ticket_count` (open, measured by any of its versions), `has_draft`."""
    versions = PolicyVersion.objects.filter(policy=OuterRef("pk"))
    valid = versions.filter(effective_from__lte=at).order_by("-effective_from", "-number")
    to_come = versions.filter(effective_from__gt=at).order_by("effective_from", "number")
    return (
        used()
        .annotate(
            number=Subquery(valid.values("number")[:1]),
            valid_from=Subquery(valid.values("effective_from")[:1]),
            next_number=Subquery(to_come.values("number")[:1]),
            next_from=Subquery(to_come.values("effective_from")[:1]),
            has_draft=Exists(PolicyDraft.objects.filter(policy=OuterRef("pk"))),
        )
        .order_by("name")
    )


def used() -> QuerySet[Policy]:
    """Each policy with `contract_count` and `ticket_count`."""
    in_use = Count("contracts", filter=Q(contracts__is_archived=False))
    return Policy.objects.annotate(contract_count=in_use, ticket_count=_open_tickets())


def _open_tickets() -> Any:
    terms = TicketTerms.objects.filter(policy_version__policy=OuterRef("pk")).order_by()
    open_ones = terms.exclude(ticket__status__in=Status.finished())
    counted = open_ones.values("policy_version__policy").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
