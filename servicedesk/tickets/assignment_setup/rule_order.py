"""The rules in their order: read for the page, moved, taken away and put back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.forms.models import model_to_dict

from servicedesk.tickets.models import AssignmentRule

CONDITIONS = ("kind", "category", "service", "request_type", "client", "group")
Kept = dict[str, Any]


def used() -> QuerySet[AssignmentRule]:
    """With everything that their words name; one statement."""
    return AssignmentRule.objects.select_related(*CONDITIONS[1:], "person")


def next_position() -> int:
    last = AssignmentRule.objects.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


@transaction.atomic
def arrange(wanted: Sequence[int]) -> None:
    """Put these rules in this order; rules that it does not name follow in the order they had."""
    rows = list(AssignmentRule.objects.select_for_update())
    places = {pk: place for place, pk in enumerate(wanted)}
    rows.sort(key=lambda row: places.get(row.pk, len(places)))  # stable
    moved = []
    for position, row in enumerate(rows):
        if row.position != position:
            row.position = position
            moved.append(row)
    AssignmentRule.objects.bulk_update(moved, ["position"])


@transaction.atomic
def move(pk: int, by: int) -> None:
    """One place up (-1) or down (1)."""
    order = list(AssignmentRule.objects.select_for_update().values_list("pk", flat=True))
    if pk not in order:
        return
    place = order.index(pk)
    order.insert(max(0, place + by), order.pop(place))
    arrange(order)


@transaction.atomic
def remove(rule: AssignmentRule) -> Kept:
    """Delete it; what is returned puts it back."""
    kept = model_to_dict(rule, exclude=["id"]) | {"last_assigned": rule.last_assigned_id}
    rule.delete()
    return kept


@transaction.atomic
def restore(kept: Kept) -> AssignmentRule:
    """Put a deleted rule back where it was.

    Raises:
        ValidationError: its name is taken meanwhile, or something it names is gone.
    """
    keys = {name: kept[name] for name in ("name", "kind", "method", "is_active", "only_at_work", "position")}
    related = {f"{name}_id": kept[name] for name in (*CONDITIONS[1:], "person", "last_assigned")}
    rule = AssignmentRule(**keys, **related)
    rule.full_clean()
    rule.save()
    return rule
