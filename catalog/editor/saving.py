"""Storing what a page typed, unless somebody else stored something else meanwhile."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from catalog import knowledge_links
from catalog.checks import Mistake
from catalog.fulfilment import request_type_check
from catalog.models import RequestType
from servicedesk.lib.refusals import Refusal


class Changed(Refusal):
    """Somebody saved meanwhile; `stored` is the row as it is now."""

    def __init__(self, stored: models.Model) -> None:
        self.stored = stored
        super().__init__(_("Someone else changed this in the meantime."))


class Wrong(Exception):
    """It cannot be stored because of these `mistakes`."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = mistakes
        super().__init__(len(mistakes))


def stamp(row: models.Model, *fields: str) -> str:
    """A mark of the values that a page shows; another value, another mark."""
    values = [row.serializable_value(name) for name in fields]
    text = json.dumps(values, default=str, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:20]


@transaction.atomic
def save_part(pk: int, part: str, value: Any, *, seen: str) -> RequestType:
    """Store one of the parts `form`, `approvals`, `plan`, `links`. `seen` is the stamp that the page showed.

    Raises:
        Changed: the part is another one by now.
        Wrong: the request type would ask something that cannot be.
    """
    item = RequestType.objects.select_for_update().get(pk=pk)
    if stamp(item, part) != seen:
        raise Changed(item)
    setattr(item, part, value)
    if found := knowledge_links.check(value) if part == knowledge_links.PART else mistakes(item):
        raise Wrong(found)
    item.save(update_fields=[part])
    return item


def mistakes(item: RequestType) -> list[Mistake]:
    """What is wrong with its form, approvals and plan, which depend on each other."""
    known = request_type_check.Known.read(item.approvals, item.plan)
    return request_type_check.mistakes(item.approvals, item.plan, item.form, kind=item.kind, known=known)


def damaged(item: RequestType) -> bool:
    """Whether its approvals or plan cannot even be read, so that nothing can be said about them."""
    known = request_type_check.Known()
    found = request_type_check.mistakes(item.approvals, item.plan, item.form, kind=item.kind, known=known)
    return any(len(one.path) < 3 or one.path[2] in {"who", "above_hours", "above_price"} for one in found)
