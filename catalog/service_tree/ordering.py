"""The order in which the catalog is offered."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.db.models import Max

from catalog.models import Category, RequestType, Service

Row = Category | Service | RequestType
_PARENTS = {Service: "category_id", RequestType: "service_id"}


def siblings(row: Row) -> models.QuerySet[Any]:
    """All rows beside it and itself, in their order."""
    found: models.QuerySet[Any] = type(row)._default_manager.order_by("position", "name", "pk")
    parent = _PARENTS.get(type(row))
    return found.filter(**{parent: getattr(row, parent)}) if parent else found


def parent_of(row: Row) -> int | None:
    """The key of what it belongs to."""
    parent = _PARENTS.get(type(row))
    return getattr(row, parent) if parent else None


def last_place(row: Row) -> int:
    """The position of a new row."""
    last = siblings(row).order_by().aggregate(last=Max("position"))["last"]
    return 0 if last is None else min(int(last) + 1, 32_767)


@transaction.atomic
def step(row: Row, by: int) -> None:
    """One place up (-1) or down (1), over those that are in the archive."""
    rows = list(siblings(row).select_for_update())
    place = rows.index(row)
    others = [number for number, one in enumerate(rows) if _counts(one, row)]
    here = others.index(place) + by
    if 0 <= here < len(others):
        rows.insert(others[here], rows.pop(place))
        _store(rows)


@transaction.atomic
def put_before(row: Row, before: int | None) -> None:
    """Before the sibling with this key; last without one, or when it is none of its siblings."""
    rows = list(siblings(row).select_for_update())
    rows.remove(row)
    places = [number for number, one in enumerate(rows) if one.pk == before]
    rows.insert(places[0] if places else len(rows), row)
    _store(rows)


def _counts(one: Row, moved: Row) -> bool:
    return one.pk == moved.pk or not getattr(one, "is_archived", False) or _is_archived(moved)


def _is_archived(row: Row) -> bool:
    return bool(getattr(row, "is_archived", False))


def _store(rows: list[Row]) -> None:
    """Only what changed its place is written."""
    moved = []
    for place, row in enumerate(rows):
        if row.position != place:
            row.position = place
            moved.append(row)
    if moved:
        type(moved[0])._default_manager.bulk_update(moved, ["position"])  # type: ignore[arg-type]
