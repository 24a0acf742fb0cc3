"""No index that another one covers: each is written with every row."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Index, Model, UniqueConstraint

from servicedesk.tickets.models import Ticket

# Tables of libraries; what they index is theirs.
OURS = ("servicedesk.", "catalog", "contracts", "reports", "sla", "workflows")


def ours() -> list[type[Model]]:
    found = [model for model in apps.get_models() if model.__module__.startswith(OURS)]
    return [model for model in found if not model._meta.proxy and model._meta.managed]


def columns(model: type[Model], names: Any) -> tuple[str, ...]:
    """With “-” before one that is sorted downwards; one column alone can be read either way."""
    told = [(name.lstrip("-"), name.startswith("-")) for name in names]
    return tuple(("-" if down else "") + str(_field(model, name).column) for name, down in told)


def _field(model: type[Model], name: str) -> Any:
    return model._meta.get_field(name)


def indexes(model: type[Model]) -> dict[str, tuple[tuple[str, ...], bool]]:
    """Name → columns, and whether it holds something that others do not: uniqueness, or only some rows."""
    found: dict[str, tuple[tuple[str, ...], bool]] = {}
    for index in model._meta.indexes:
        if isinstance(index, Index) and not index.expressions:
            found[index.name] = (columns(model, index.fields), index.condition is not None)
    for rule in model._meta.constraints:
        if isinstance(rule, UniqueConstraint) and rule.fields and rule.condition is None:
            found[rule.name] = (columns(model, rule.fields), True)
    fields: Any = model._meta.local_concrete_fields
    for field in fields:
        if field.db_index or field.unique:
            found[f"field {field.name}"] = ((field.column,), field.unique)
    return found


def is_whole(model: type[Model], name: str) -> bool:
    """Indexes of some rows cover nothing but themselves."""
    return not any(index.name == name and index.condition is not None for index in model._meta.indexes)


def covered(model: type[Model]) -> list[str]:
    found = indexes(model)
    lines = []
    for name, (own, holds_more) in found.items():
        for other, (wide, _more) in found.items():
            plain = wide[: len(own)] if len(own) > 1 else tuple(one.lstrip("-") for one in wide[:1])
            alone = own if len(own) > 1 else tuple(one.lstrip("-") for one in own)
            if name != other and not holds_more and is_whole(model, other) and plain == alone:
                lines.append(f"{model._meta.label}: {name} is the beginning of {other}")
    return lines


def test_no_index_is_the_beginning_of_another() -> None:
    assert ours()
    assert [line for model in ours() for line in covered(model)] == []


def test_the_rule_finds_a_doubled_index() -> None:
    class Doubled(Model):
        name: Any = Ticket._meta.get_field("subject").clone()

        class Meta:
            app_label = "tickets"
            managed = False

        def __str__(self) -> str:
            return str(self.name)

    Doubled._meta.indexes = [Index(fields=["name"], name="one"), Index(fields=["name", "-id"], name="two")]
    try:
        assert covered(Doubled) == ["tickets.Doubled: one is the beginning of two"]
    finally:
        del apps.all_models["tickets"]["doubled"]
        apps.clear_cache()


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="what PostgreSQL itself says")
def test_the_database_has_no_doubled_index_either() -> None:
    """Also those that no model names; but for tables of libraries and the second half of M2M tables."""
    with connection.cursor() as cursor:
        cursor.execute(_DOUBLED, [[model._meta.db_table for model in ours()]])
        assert cursor.fetchall() == []


_DOUBLED = """
WITH known AS (
    SELECT i.indexrelid AS key, i.indrelid AS of, i.indexrelid::regclass::text AS name,
        i.indnkeyatts AS width, i.indkey::int2[] AS columns, i.indclass::oid[] AS classes,
        i.indisunique AS is_unique
    FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
    WHERE t.relname = ANY(%s) AND i.indpred IS NULL AND i.indexprs IS NULL
)
SELECT one.name, other.name FROM known one JOIN known other ON one.of = other.of AND one.key <> other.key
WHERE NOT one.is_unique AND one.width <= other.width
AND one.columns[0:one.width - 1] = other.columns[0:one.width - 1]
AND one.classes[0:one.width - 1] = other.classes[0:one.width - 1]
"""
