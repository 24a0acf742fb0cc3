"""What a list in a form offers."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet


def with_stored(offered: QuerySet[Any], *stored: Any) -> QuerySet[Any]:
    """What may be chosen, and what stands in the row already, by its keys.

    A list without what is stored would show something else, and saving would change it unasked.
    """
    keys = [key for key in stored if key is not None]
    if not keys:
        return offered
    rows: QuerySet[Any] = offered.model._default_manager.all()
    return rows.filter(Q(pk__in=offered.order_by().values("pk")) | Q(pk__in=keys))
