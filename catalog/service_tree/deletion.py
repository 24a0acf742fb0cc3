"""Whether anything in the database refers to a row of the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from catalog.service_tree.ordering import Row
from servicedesk.lib.refusals import Refusal


class StillUsed(Refusal):
    def __init__(self, row: Row) -> None:
        super().__init__(_("“%(name)s” is in use and cannot be deleted. Archive it instead.") % {"name": row})


def is_used(row: Row) -> bool:
    """One statement for each sort of row that may refer to it, whatever app it is of."""
    return any(found.exists() for found in _references(row))


@transaction.atomic
def delete(row: Row) -> None:
    """Raises StillUsed."""
    type(row)._default_manager.select_for_update().get(pk=row.pk)
    if is_used(row):
        raise StillUsed(row)
    try:
        row.delete()
    except ProtectedError as error:
        raise StillUsed(row) from error


def _references(row: Row) -> Iterator[models.QuerySet[Any]]:
    """Also those that a deletion would take along, such as rules."""
    for relation in row._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and isinstance(relation, models.ForeignObjectRel):
            yield relation.related_model._default_manager.filter(**{relation.field.name: row.pk})
