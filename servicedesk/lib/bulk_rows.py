"""Thousands of rows read and written as fast as the database can: one statement, however many rows.

The values travel as one JSON text which the database takes apart, so that nothing depends on how many
parameters a statement may have; `bulk_update` would write a CASE of as many branches as there are rows.
No `save`, no signals. PostgreSQL and SQLite.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connection
from django.db.models import DateTimeField, DurationField, JSONField, Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.expressions import RawSQL
from django.utils.duration import duration_microseconds

M = TypeVar("M", bound=Model)
_MICROSECOND = timedelta(microseconds=1)


def fetch(found: QuerySet[M], names: Iterable[str] = ()) -> list[M]:
    """Read objects with these fields (all when left out); others are read when somebody asks for them.

    A quarter of the cost of a plain queryset: no `__init__`, no chain of converters for each value. For
    numbers, text, moments, durations, JSON and keys of other rows.
    """
    model, make, using = found.model, found.model.__new__, found.db
    key = model._meta.pk
    chosen = [model._meta.get_field(name) for name in names] or model._meta.concrete_fields
    fields: list[Any] = [key, *(field for field in chosen if field is not key)]
    columns = [field.attname for field in fields]
    objects = []
    for values in _read(found.values_list(*columns), fields):
        one = make(model)
        one.__dict__.update(zip(columns, values, strict=True))
        one._state = ModelState()
        one._state.adding, one._state.db = False, using
        objects.append(one)
    return objects


def _read(found: QuerySet[Any, Any], fields: Sequence[Any]) -> list[list[Any]]:
    """The values of each row, as the fields would give them."""
    with connection.cursor() as cursor:
        cursor.execute(*found.query.sql_with_params())
        read = [list(row) for row in cursor.fetchall()]
    for place, field in enumerate(fields):
        if hear := _hearer(field):
            for row in read:
                if row[place] is not None:
                    row[place] = hear(row[place])
    return read


def _hearer(field: Any) -> Callable[[Any], Any] | None:
    """How values of this field come from the database; None: as they are."""
    if isinstance(field, JSONField):
        return json.loads
    if connection.vendor == "sqlite" and isinstance(field, DateTimeField):
        return _aware
    if isinstance(field, DurationField) and not connection.features.has_native_duration_field:
        return _MICROSECOND.__mul__
    return None


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)


def among(keys: Iterable[int]) -> RawSQL:
    """For `…__in`: one parameter however many keys, and nothing to prepare for each."""
    source = "SELECT value FROM json_each(%s)"
    if connection.vendor == "postgresql":
        source = "SELECT value::bigint FROM jsonb_array_elements_text(%s::jsonb)"
    return RawSQL(source, [json.dumps(list(keys))])  # noqa: S611


def insert(objects: Sequence[Model]) -> None:
    """Write new rows and give the objects their keys, which grow in the order given."""
    if not objects:
        return
    model = type(objects[0])
    names = [field.name for field in model._meta.concrete_fields if not field.primary_key]
    read = attrgetter(*(model._meta.get_field(name).attname for name in names))  # type: ignore[union-attr]
    for one, key in zip(objects, insert_values(model, names, [read(one) for one in objects]), strict=True):
        one.pk = key
        one._state.adding = False


def insert_values(model: type[Model], names: Sequence[str], values: Sequence[Sequence[Any]]) -> list[int]:
    """Write new rows from values in the order of `names`, which must be all fields but the key.

    Keys of other rows stand for the rows. Return the new keys in the order of the values.
    """
    if not values:
        return []
    fields = [model._meta.get_field(name) for name in names]
    columns, key = ", ".join(_quoted(field) for field in fields), _quoted(model._meta.pk)
    # Names of our own models, and nothing from outside.
    statement = (
        f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({columns}) "
        f"SELECT {_taken_apart(fields)} ORDER BY key RETURNING {key}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [_told(fields, values)])
        return sorted(key for (key,) in cursor.fetchall())


def update(objects: Sequence[Model], names: Iterable[str]) -> None:
    """Write these fields of rows that exist."""
    meta = objects[0]._meta if objects else None
    fields: list[Any] = [meta.get_field(name) for name in names] if meta else []
    if not meta or not fields:
        return
    read = attrgetter(meta.pk.attname, *(field.attname for field in fields))
    table, key = connection.ops.quote_name(meta.db_table), _quoted(meta.pk)
    news = ", ".join(f"{_quoted(field)} = told.c{place}" for place, field in enumerate(fields, 1))
    statement = (
        f"UPDATE {table} SET {news} FROM (SELECT {_taken_apart([meta.pk, *fields])}) AS told "  # noqa: S608
        f"WHERE {table}.{key} = told.c0"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [_told([meta.pk, *fields], [read(one) for one in objects])])


def _quoted(field: Any) -> str:
    name: str = connection.ops.quote_name(field.column)
    return name


def _taken_apart(fields: Sequence[Any]) -> str:
    """The columns of the JSON text, and where it comes from."""
    if connection.vendor == "postgresql":
        read: Callable[[int, Any], str] = _from_postgres
        source = "jsonb_array_elements(%s::jsonb) WITH ORDINALITY AS json (value, key)"
    else:
        read, source = _from_sqlite, "json_each(%s)"
    columns = ", ".join(f"{read(place, field)} AS c{place}" for place, field in enumerate(fields))
    return f"{columns} FROM {source}"


def _from_sqlite(place: int, _field: Any) -> str:
    return f"json_extract(value, '$[{place}]')"


def _from_postgres(place: int, field: Any) -> str:
    return f"(value->>{place})::{field.rel_db_type(connection)}"


def _told(fields: Sequence[Any], values: Sequence[Sequence[Any]]) -> str:
    """The values as one JSON text, moments and durations as the database reads them."""
    told = [list(row) for row in values]
    for place, field in enumerate(fields):
        if tell := _teller(field):
            for row in told:
                row[place] = tell(row[place])
    return json.dumps(told)


def _teller(field: Any) -> Callable[[Any], Any] | None:
    """How values of this field are told; None: as they are."""
    if isinstance(field, DateTimeField):
        return _moment_for_postgres if connection.vendor == "postgresql" else _moment_for_sqlite
    if isinstance(field, DurationField):
        return _interval if connection.features.has_native_duration_field else _micros
    return None


def _moment_for_postgres(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def _moment_for_sqlite(value: datetime | None) -> str | None:
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ") if value else None


def _interval(value: timedelta | None) -> str | None:
    return None if value is None else f"{duration_microseconds(value)} microseconds"


def _micros(value: timedelta | None) -> int | None:
    return None if value is None else duration_microseconds(value)
