"""Copies of services and request types. They begin in the archive, where clients do not see them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import RequestType, Service
from catalog.service_tree import ordering
from servicedesk.lib.unique_names import free

_LONGEST_NAME = 120


@transaction.atomic
def copy_type(item: RequestType) -> RequestType:
    copied = _copied(item)
    copied.name = _name(item.name, item.service.request_types.values_list("name", flat=True))
    copied.is_archived = True
    copied.position = ordering.last_place(item)
    copied.save()
    return copied


@transaction.atomic
def copy_service(service: Service) -> Service:
    """With its request types, those in the archive left out."""
    items = list(service.request_types.filter(is_archived=False))
    copied = Service.objects.get(pk=service.pk)
    copied.pk, copied._state.adding = None, True
    others = service.category.services.values_list("name", flat=True)
    copied.name, copied.is_archived = _name(service.name, others), True
    copied.position = ordering.last_place(service)
    copied.save()
    rows = [_copied(item) for item in items]
    for row in rows:
        row.service = copied
    RequestType.objects.bulk_create(rows)
    return copied


def _copied(item: RequestType) -> RequestType:
    copied = RequestType.objects.get(pk=item.pk)
    copied.pk, copied._state.adding = None, True
    return copied


def _name(name: str, others: Iterable[str]) -> str:
    suffix = _(" (copy)")
    return free(name[: _LONGEST_NAME - len(suffix)] + suffix, others, longest=_LONGEST_NAME)
