"""Statements that are asked with every act, put into SQL once: composing them costs more than asking.

Only what is asked is new each time; nothing of the answer is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

Kinds = type[int] | type[date] | type[datetime]


class Statement:
    """A `values_list` queryset that `make` makes of numbers, days and moments (`kinds`)."""

    def __init__(self, make: Callable[..., QuerySet[Any, Any]], *kinds: Kinds) -> None:
        self._make, self.kinds = make, kinds
        self._composed: dict[str, tuple[str, list[Any], Any]] = {}

    def __call__(self, *values: int | date | datetime) -> list[Sequence[Any]]:
        """The rows, as the queryset would give them."""
        sql, params, compiler = self._of_database()
        told = [_stored(value) for value in values]
        asked = [told[one] if isinstance(one, _Place) else one for one in params]
        with connection.cursor() as cursor:
            cursor.execute(sql, asked)
            found = cursor.fetchall()
        converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
        return [tuple(row) for row in compiler.apply_converters(found, converters)] if converters else found

    def _of_database(self) -> tuple[str, list[Any], Any]:
        if connection.vendor not in self._composed:
            marks = [_mark(kind, place) for place, kind in enumerate(self.kinds)]
            compiler = self._make(*marks).query.get_compiler(connection=connection)
            sql, params = compiler.as_sql()
            places = {_stored(mark): _Place(number) for number, mark in enumerate(marks)}
            found = [places.get(one, one) if one.__hash__ else one for one in params]
            assert {one for one in found if isinstance(one, _Place)} == set(places.values()), sql
            self._composed[connection.vendor] = (sql, found, compiler)
        return self._composed[connection.vendor]


class _Place(int):
    """Which of the values stands here."""


def _mark(kind: Kinds, place: int) -> Any:
    """A value that stands nowhere else in a statement; numbers fit the smallest column."""
    if kind is datetime:
        return datetime(1903, 4, 5, 6, 7, 8, 900 + place, tzinfo=UTC)
    return date(1902, 3, 1 + place) if kind is date else 31_907 + place


def _stored(value: Any) -> Any:
    """As the database is given it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value
