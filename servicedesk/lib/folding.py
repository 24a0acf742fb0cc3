"""Text compared as people read it: capital or small letters, ё or е, the same on every database.

One spelling is asked for, and PostgreSQL finds it in an index of the folded text (`OnlineTextIndex`).
"""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, F, Func, Q
from django.db.models.lookups import Contains

_READ_ALIKE = str.maketrans("ёЁ", "ее")


def fold(text: str | None) -> str | None:
    """As the database folds it.

    >>> fold("Ёлка XL")
    'елка xl'
    """
    return None if text is None else text.translate(_READ_ALIKE).lower()


def contains(column: str, text: str) -> Q:
    """Whether this text stands anywhere in the column."""
    return Q(Contains(Folded(F(column)), fold(text)))


class Folded(Func):
    """The folded text of a column. On SQLite a function of ours: its own knows Latin letters only."""

    function = "desk_fold"
    output_field = CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template=POSTGRESQL.format("%(expressions)s"), **extra)


# Any change here needs its indexes built anew.
POSTGRESQL = "translate(lower({}), 'ё', 'е')"


def teach(*, connection: Any, **signal: Any) -> None:
    """Give a new connection to SQLite the function."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("desk_fold", 1, fold, deterministic=True)
