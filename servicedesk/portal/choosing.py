"""What a new request is about: a service, then a request type of it, or something else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalog.models import RequestType, RequestTypeQuerySet, Service

OTHER = "other"


@dataclass(frozen=True)
class Choice:
    """How far the person has chosen. `problem` is a sentence about a choice that is not possible."""

    service: Service | None = None
    item: RequestType | None = None
    is_other: bool = False
    problem: str = ""

    @property
    def is_complete(self) -> bool:
        return self.item is not None or self.is_other

    @property
    def type_value(self) -> str:
        return str(self.item.pk) if self.item else OTHER if self.is_other else ""


def read(given: Mapping[str, str]) -> Choice:
    """Understand `service` and `type` of an address or a form; nothing raises."""
    service_key, type_key = given.get("service", ""), given.get("type", "")
    service = Service.objects.offered().filter(pk=service_key).first() if _is_key(service_key) else None
    if type_key == OTHER:
        return Choice(service=service, is_other=True)
    if type_key:
        return _with_type(type_key)
    if service_key and service is None:
        return Choice(problem=_("This service is not offered any more. Choose another one."))
    return Choice(service=service, is_other=service is not None and not types_of(service).exists())


def _with_type(key: str) -> Choice:
    item = None
    if _is_key(key):
        item = RequestType.objects.offered().select_related("service__group", "group").filter(pk=key).first()
    if item is None:
        return Choice(problem=_("This kind of request is not offered any more. Choose another one."))
    return Choice(service=item.service, item=item)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def types_of(service: Service) -> RequestTypeQuerySet:
    return RequestType.objects.offered().filter(service=service)


def services() -> list[Service]:
    """All offered services in the order of their categories; one statement."""
    return list(
        Service.objects.offered()
        .select_related("category")
        .order_by("category__position", "category__name", "position", "name")
    )


def grouped_types() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every offered request type by service, as choices of a list."""
    grouped: dict[str, list[tuple[str, str]]] = {}
    offered = RequestType.objects.offered().select_related("service")
    for item in offered.order_by("service", "position", "name"):
        grouped.setdefault(str(item.service), []).append((str(item.pk), str(item)))
    return [*grouped.items(), (_("Other"), [(OTHER, _("Something else"))])]
