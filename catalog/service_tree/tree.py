"""The whole catalog for its page: categories with services with request types."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from catalog import knowledge_links
from catalog.fulfilment import request_type_check
from catalog.models import Category, RequestType, Service
from catalog.service_tree import missing_translations
from catalog.service_tree.missing_translations import Gap


@dataclass(frozen=True)
class _Line:
    """`gaps` are the texts of the row itself that are not translated."""

    gaps: list[Gap]

    @property
    def name_lacks(self) -> str:
        return missing_translations.of_name(self.gaps)


@dataclass(frozen=True)
class TypeLine(_Line):
    """`fix` is the name of the page that says what is wrong; "" when nothing is."""

    item: RequestType
    questions: int
    levels: int
    stages: int
    links: int
    fix: str


@dataclass(frozen=True)
class ServiceLine(_Line):
    service: Service
    types: list[TypeLine] = field(default_factory=list)


@dataclass(frozen=True)
class CategoryLine(_Line):
    category: Category
    services: list[ServiceLine] = field(default_factory=list)


@dataclass(frozen=True)
class Listing:
    """What is shown; `archived` says how many rows are in the archive, shown or not, and `missing` how many
    lack a translation, of those in use or of all."""

    lines: list[CategoryLine]
    archived: int
    missing: int
    is_empty: bool

    @classmethod
    def read(cls, *, search: str = "", with_archive: bool = False, only_missing: bool = False) -> Listing:
        """Five statements at most, whatever the size of the catalog."""
        categories = list(Category.objects.order_by("position", "name", "pk"))
        services = list(Service.objects.select_related("group").order_by("position", "name", "pk"))
        items = list(RequestType.objects.select_related("group").order_by("position", "name", "pk"))
        archived = sum(one.is_archived for rows in (categories, services, items) for one in rows)
        is_empty = not categories
        if not with_archive:
            categories = [one for one in categories if not one.is_archived]
            services = [one for one in services if not one.is_archived]
            items = [one for one in items if not one.is_archived]
        lines = _tree(categories, services, items)
        missing = sum(map(_missing, lines))
        if only_missing:
            lines = [line for one in lines if (line := _lacking(one))]
        if words := search.casefold():
            lines = [line for one in lines if (line := _narrowed(one, words))]
        return cls(lines, archived, missing, is_empty)


def _tree(
    categories: list[Category], services: list[Service], items: list[RequestType]
) -> list[CategoryLine]:
    of_service: dict[int, list[TypeLine]] = defaultdict(list)
    of_category: dict[int, list[ServiceLine]] = defaultdict(list)
    known, gaps = _known(items), missing_translations.gaps
    for item in items:
        of_service[item.service_id].append(_type_line(item, known))
    for service in services:
        line = ServiceLine(gaps(service), service, of_service[service.pk])
        of_category[service.category_id].append(line)
    return [CategoryLine(gaps(category), category, of_category[category.pk]) for category in categories]


def _type_line(item: RequestType, known: request_type_check.Known) -> TypeLine:
    found = request_type_check.mistakes(item.approvals, item.plan, item.form, kind=item.kind, known=known)
    fix = (
        "catalog:type-preview" if found else "catalog:type-links" if knowledge_links.check(item.links) else ""
    )
    return TypeLine(
        gaps=missing_translations.gaps(item),
        item=item,
        questions=len(_rows(item.form)),
        levels=len(_rows(item.approvals)),
        stages=len(_rows(item.plan)),
        links=len(_rows(item.links)),
        fix=fix,
    )


def _known(items: Iterable[RequestType]) -> request_type_check.Known:
    approvals = [level for item in items for level in _rows(item.approvals)]
    plans = [stage for item in items for stage in _rows(item.plan)]
    return request_type_check.Known.read(approvals, plans)


def _rows(stored: Any) -> list[Any]:
    return stored if isinstance(stored, list) else []


def _missing(line: CategoryLine) -> int:
    """How many rows lack a translation."""
    within = [one for service in line.services for one in (service, *service.types)]
    return sum(bool(one.gaps) for one in (line, *within))


def _lacking(line: CategoryLine) -> CategoryLine | None:
    """The rows that lack a translation, with all above them."""
    services = []
    for one in line.services:
        types = [kind for kind in one.types if kind.gaps]
        if one.gaps or types:
            services.append(replace(one, types=types))
    return replace(line, services=services) if line.gaps or services else None


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
            services.append(replace(one, types=types))
    return replace(line, services=services) if services else None


def _has(row: Category | Service | RequestType, words: str) -> bool:
    names = [row.name, *(str(name) for name in row.translations.values())]
    return any(words in name.casefold() for name in names)
