"""The whole catalog for its page: categories with services with request types."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from catalog import process_check
from catalog.models import Category, RequestType, Service


@dataclass(frozen=True)
class TypeLine:
    item: RequestType
    questions: int
    levels: int
    stages: int
    faults: int


@dataclass(frozen=True)
class ServiceLine:
    service: Service
    types: list[TypeLine] = field(default_factory=list)


@dataclass(frozen=True)
class CategoryLine:
    category: Category
    services: list[ServiceLine] = field(default_factory=list)


@dataclass(frozen=True)
class Listing:
    """What is shown; `archived` says how many rows are in the archive, shown or not."""

    lines: list[CategoryLine]
    archived: int
    is_empty: bool

    @classmethod
    def read(cls, *, search: str = "", with_archive: bool = False) -> Listing:
        """Five statements at most, whatever the size of the catalog."""
        categories = list(Category.objects.order_by("position", "name", "pk"))
        services = list(Service.objects.select_related("group").order_by("position", "name", "pk"))
        items = list(RequestType.objects.select_related("group").order_by("position", "name", "pk"))
        archived = sum(one.is_archived for one in services) + sum(one.is_archived for one in items)
        if not with_archive:
            services = [one for one in services if not one.is_archived]
            items = [one for one in items if not one.is_archived]
        tree = _tree(categories, services, items)
        words = search.casefold()
        lines = [line for one in tree if (line := _narrowed(one, words))] if words else tree
        return cls(lines, archived, not categories)


def _tree(
    categories: list[Category], services: list[Service], items: list[RequestType]
) -> list[CategoryLine]:
    of_service: dict[int, list[TypeLine]] = defaultdict(list)
    of_category: dict[int, list[ServiceLine]] = defaultdict(list)
    known = _known(items)
    for item in items:
        of_service[item.service_id].append(_type_line(item, known))
    for service in services:
        of_category[service.category_id].append(ServiceLine(service, of_service[service.pk]))
    return [CategoryLine(category, of_category[category.pk]) for category in categories]


def _type_line(item: RequestType, known: process_check.Known) -> TypeLine:
    found = process_check.mistakes(item.approvals, item.plan, item.form, kind=item.kind, known=known)
    questions, levels, stages = (len(_rows(value)) for value in (item.form, item.approvals, item.plan))
    return TypeLine(item, questions, levels, stages, len(found))


def _known(items: Iterable[RequestType]) -> process_check.Known:
    approvals = [level for item in items for level in _rows(item.approvals)]
    plans = [stage for item in items for stage in _rows(item.plan)]
    return process_check.Known.read(approvals, plans)


def _rows(stored: Any) -> list[Any]:
    return stored if isinstance(stored, list) else []


def _narrowed(line: CategoryLine, words: str) -> CategoryLine | None:
    """What has the words in its name, with all above and all within it."""
    if _has(line.category, words):
        return line
    services = []
    for one in line.services:
        types = [kind for kind in one.types if _has(kind.item, words)]
        if _has(one.service, words):
            services.append(one)
        elif types:
            services.append(ServiceLine(one.service, types))
    return CategoryLine(line.category, services) if services else None


def _has(row: Category | Service | RequestType, words: str) -> bool:
    names = [row.name, *(str(name) for name in row.translations.values())]
    return any(words in name.casefold() for name in names)
