"""What the lines of a file make of the catalog: first in memory, then – if nothing is wrong – stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from catalog import checks, knowledge_links
from catalog.excel.layout import BY_CONTRACT, CATEGORIES, JSON_COLUMNS, SERVICES, TYPES
from catalog.excel.portable_names import Directory, Unknown
from catalog.excel.reading import Line, Problem
from catalog.fulfilment import request_type_check
from catalog.models import Category, RequestType, Service
from catalog.service_tree import ordering
from catalog.service_tree.forms import icon_names
from catalog.service_tree.ordering import Row
from servicedesk.lib import unique_names
from servicedesk.people.models import Group

_NOT_COMPARED = {"id", "position", "name_key"}
_PARENTS = {SERVICES: "category", TYPES: "service"}
_NAMES = {CATEGORIES: ("name",), SERVICES: ("category", "name"), TYPES: ("category", "service", "name")}
Key = tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """A row to be stored; `before` holds the former values of the fields that differ, None for a new row."""

    row: Row
    line: Line
    before: dict[str, Any] | None


@dataclass
class Outcome:
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    same: int = 0

    @property
    def fresh(self) -> int:
        return sum(change.before is None for change in self.changes)


def outcome(lines: Iterable[Line]) -> Outcome:
    """Ten statements at most; stores nothing."""
    return _Reckoning().run(lines)


@transaction.atomic
def store(found: Outcome) -> None:
    """Store all of it; call it in the transaction in which the outcome was reckoned."""
    for model, parent in ((Category, ""), (Service, "category"), (RequestType, "service")):
        changes = [change for change in found.changes if type(change.row) is model]
        for change in changes:
            if parent:  # its parent may have got its key a moment ago
                setattr(change.row, parent, getattr(change.row, parent))
        _store(model, changes)


def _store(model: type[Any], changes: list[Change]) -> None:
    new = [change.row for change in changes if change.before is None]
    places: dict[Any, int] = {}
    for row in new:
        parent = ordering.parent_of(row)
        places[parent] = places.get(parent, ordering.last_place(row) - 1) + 1
        row.position = places[parent]
    model._default_manager.bulk_create(new)
    old = [change for change in changes if change.before]
    names = sorted({name for change in old for name in change.before or ()})
    if old:
        rows = [change.row for change in old]
        for row in rows:
            row.name_key = unique_names.key(row.name)
        model._default_manager.bulk_update(rows, [*names, "name_key"], batch_size=200)


class _Reckoning:
    def __init__(self) -> None:
        self.directory = Directory.read()
        self.groups = {group.pk: group for group in Group.objects.all()}
        self.rows: dict[str, dict[Key, list[Row]]] = {CATEGORIES: {}, SERVICES: {}, TYPES: {}}
        for category in Category.objects.all():
            self._know(CATEGORIES, (category.name,), category)
        for service in Service.objects.select_related("category", "group"):
            self._know(SERVICES, (service.category.name, service.name), service)
        for item in RequestType.objects.select_related("service__category", "group"):
            self._know(TYPES, (item.service.category.name, item.service.name, item.name), item)
        self.found = Outcome()
        self.seen: set[tuple[str, Key]] = set()

    def run(self, lines: Iterable[Line]) -> Outcome:
        by_sheet: dict[str, list[Line]] = {CATEGORIES: [], SERVICES: [], TYPES: []}
        for line in lines:
            by_sheet[line.sheet].append(line)
        for sheet, own in by_sheet.items():
            for line in own:
                self._line(sheet, line)
        self._check_processes()
        return self.found

    def _line(self, sheet: str, line: Line) -> None:
        names = [line.values.get(column) for column in _NAMES[sheet]]
        if not all(names):
            return  # said when it was read
        key = tuple(unique_names.key(str(name)) for name in names)
        if (sheet, key) in self.seen:
            self._wrong(line, "name", _("This name is there twice."))
            return
        self.seen.add((sheet, key))
        known = self.rows[sheet].get(key, [])
        parent = self._parent(sheet, line, key)
        if len(known) > 1:
            self._wrong(line, "name", _("The catalog has several of this name. Give them other names first."))
        elif sheet == CATEGORIES or parent is not None:
            if not known and parent is not None and _takes_nothing(parent):
                sentence = _("This category is in the archive and takes nothing new.")
                self._wrong(line, _PARENTS[sheet], sentence)
            row = known[0] if known else self._new(sheet, key, parent)
            self._fill(row, line, is_new=not known)

    def _parent(self, sheet: str, line: Line, key: Key) -> Row | None:
        if sheet == CATEGORIES:
            return None
        found = self.rows[CATEGORIES if sheet == SERVICES else SERVICES].get(key[:-1], [])
        if len(found) == 1:
            return found[0]
        sentence = (
            _("There is no category of this name.") if sheet == SERVICES else _("There is no such service.")
        )
        self._wrong(line, _PARENTS[sheet], sentence)
        return None

    def _new(self, sheet: str, key: Key, parent: Any) -> Row:
        row: Row
        match sheet:
            case "categories":
                row = Category()
            case "services":
                row = Service(category=parent)
            case _:
                row = RequestType(service=parent)
        self.rows[sheet][key] = [row]
        return row

    def _fill(self, row: Row, line: Line, *, is_new: bool) -> None:
        before = _values(row)
        for column, value in line.values.items():
            self._set(row, line, column, value)
        left_out = [one.name for one in row._meta.concrete_fields if one.is_relation or one.primary_key]
        try:
            row.clean_fields(exclude={*left_out, *JSON_COLUMNS})
        except ValidationError as error:
            for name, sentences in error.message_dict.items():
                self._wrong(line, name, " ".join(sentences))
        after = _values(row)
        differing = {name: value for name, value in before.items() if value != after[name]}
        if is_new or differing:
            self.found.changes.append(Change(row, line, None if is_new else differing))
        else:
            self.found.same += 1

    def _set(self, row: Any, line: Line, column: str, value: Any) -> None:
        name, _dot, language = column.partition(".")
        if language:
            kept = "translations" if name == "name" else f"{name}_translations"
            words = {**(getattr(row, kept) or {}), language: value}
            setattr(row, kept, {code: text for code, text in words.items() if text})
        elif name in {"category", "service"}:
            return
        elif setter := _SETTERS.get(name):
            setter(self, row, line, name, value)
        else:
            setattr(row, name, value)

    def _set_group(self, row: Any, line: Line, name: str, value: str) -> None:
        if not value and isinstance(row, RequestType):
            row.group = None
            return
        try:
            row.group = self.groups[self.directory.group(value)]
        except Unknown as error:
            self._wrong(line, name, str(error))

    def _set_icon(self, row: Any, line: Line, name: str, value: str) -> None:
        if value and value not in (*icon_names(), row.icon):
            self._wrong(line, name, _("There is no icon of this name."))
        elif value:
            row.icon = value

    def _set_flag(self, row: Any, _line: Line, name: str, value: str) -> None:
        if value:
            setattr(row, name, value == "yes")

    def _set_choice(self, row: Any, _line: Line, name: str, value: str) -> None:
        if value:
            setattr(row, name, int(value) if value.isdecimal() else value)

    def _set_at_zero(self, row: Any, _line: Line, name: str, value: str) -> None:
        if value:
            setattr(row, name, "" if value == BY_CONTRACT else value)

    def _set_amount(self, row: Any, _line: Line, name: str, value: str) -> None:
        setattr(row, name, Decimal(value) if value else None)

    def _set_json(self, row: Any, line: Line, name: str, value: Any) -> None:
        if value is None:
            return
        readers = {"approvals": self.directory.approvals_in, "plan": self.directory.plan_in}
        try:
            setattr(row, name, readers[name](value) if name in readers else value)
        except Unknown as error:
            self._wrong(line, name, str(error))

    def _check_processes(self) -> None:
        """Only what the file changes; the people and groups of all of it are read at once."""
        known = request_type_check.Known(self._people(), self.groups)
        told = {(one.sheet, one.place) for one in self.found.problems}
        for change in self.found.changes:
            row = change.row
            if isinstance(row, RequestType) and not self._is_told(change.line, told):
                found = request_type_check.mistakes(
                    row.approvals, row.plan, row.form, kind=row.kind, known=known
                )
                for one in [*found, *knowledge_links.check(row.links)]:
                    self._wrong(change.line, str(one.path[0]), checks.placed(one.path, one.sentence))

    def _people(self) -> dict[int, tuple[str, bool]]:
        rows = [change.row for change in self.found.changes if isinstance(change.row, RequestType)]
        levels = [level for row in rows if isinstance(row.approvals, list) for level in row.approvals]
        return dict(request_type_check.Known.read(levels, []).people)

    def _is_told(self, line: Line, told: set[tuple[str, str]]) -> bool:
        """One fault of a line at a time is enough when its JSON could not be taken."""
        return any((line.title, f"{line.letters.get(part)}{line.number}") in told for part in JSON_COLUMNS)

    def _know(self, sheet: str, names: Key, row: Row) -> None:
        self.rows[sheet].setdefault(tuple(unique_names.key(name) for name in names), []).append(row)

    def _wrong(self, line: Line, column: str, reason: str) -> None:
        self.found.problems.append(line.problem(column, reason))


def _takes_nothing(parent: Row) -> bool:
    """As the forms have it: a service in the archive can be filled, a category there takes nothing new."""
    category = parent.category if isinstance(parent, Service) else parent
    return category.is_archived


_SETTERS: dict[str, Any] = {
    "group": _Reckoning._set_group,
    "icon": _Reckoning._set_icon,
    "is_restricted": _Reckoning._set_flag,
    "is_archived": _Reckoning._set_flag,
    "needs_verification": _Reckoning._set_flag,
    "kind": _Reckoning._set_choice,
    "default_urgency": _Reckoning._set_choice,
    "default_impact": _Reckoning._set_choice,
    "at_zero": _Reckoning._set_at_zero,
    "estimated_hours": _Reckoning._set_amount,
    "price": _Reckoning._set_amount,
    "form": _Reckoning._set_json,
    "approvals": _Reckoning._set_json,
    "plan": _Reckoning._set_json,
    "links": _Reckoning._set_json,
}


def _values(row: models.Model) -> dict[str, Any]:
    """The values of a row by field; relations by key."""
    names = [one.attname for one in row._meta.concrete_fields if one.name not in _NOT_COMPARED]
    return {name.removesuffix("_id"): getattr(row, name) for name in names}
