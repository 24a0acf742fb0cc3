"""Indexes of tables that are written to all day: built and dropped while others write.

PostgreSQL does so by CONCURRENTLY; SQLite, which has one writer, in the usual way. The migrations need
`atomic = False`.
"""

from __future__ import annotations

from typing import Any

import structlog
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import DatabaseError
from django.db.migrations.operations import AddIndex, AlterField, RemoveIndex
from django.db.migrations.operations.base import Operation

from servicedesk.lib import folding

log = structlog.get_logger(__name__)


def _is_online(schema_editor: Any) -> bool:
    return bool(schema_editor.connection.vendor == "postgresql")


class AddIndexOnline(AddIndexConcurrently):
    """Of a model's `Meta.indexes`."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        usual = AddIndexConcurrently if _is_online(schema_editor) else AddIndex
        usual.database_forwards(self, app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        usual = AddIndexConcurrently if _is_online(schema_editor) else AddIndex
        usual.database_backwards(self, app_label, schema_editor, from_state, to_state)


class RemoveIndexOnline(RemoveIndexConcurrently):
    """Of a model's `Meta.indexes`."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        usual = RemoveIndexConcurrently if _is_online(schema_editor) else RemoveIndex
        usual.database_forwards(self, app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        usual = RemoveIndexConcurrently if _is_online(schema_editor) else RemoveIndex
        usual.database_backwards(self, app_label, schema_editor, from_state, to_state)


class AlterFieldIndexOnline(AlterField):
    """A field's own index, and nothing else of the field: dropped when `db_index` is False, else built.

    Django would lock the table on PostgreSQL, and write it anew on SQLite.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        field: Any = model._meta.get_field(self.name)
        names = _indexes_of(schema_editor.connection, model, field)
        if not field.db_index:
            for name in names:
                _drop(schema_editor, name)
        elif not names:
            _build(schema_editor, model, field)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self.database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Build or drop the index of {self.name} on {self.model_name}"


def _indexes_of(connection: Any, model: Any, field: Any) -> list[str]:
    """Plain indexes of exactly this column that no `Meta.indexes` names."""
    listed = _listed_by_postgres if connection.vendor == "postgresql" else _listed_by_sqlite
    own = {index.name for index in model._meta.indexes}
    with connection.cursor() as cursor:
        found = listed(cursor, connection, model._meta.db_table)
    return [name for name, columns in found if columns == [field.column] and name not in own]


def _listed_by_postgres(cursor: Any, connection: Any, table: str) -> list[tuple[str, list[str]]]:
    """Those for comparing with LIKE are Django's own and stay."""
    found = connection.introspection.get_constraints(cursor, table).items()
    return [(name, one["columns"]) for name, one in found if one["index"] and not one["unique"]]


def _listed_by_sqlite(cursor: Any, connection: Any, table: str) -> list[tuple[str, list[str]]]:
    """Django's own list reads the table's SQL, and not every CHECK of ours."""
    cursor.execute(f"PRAGMA index_list({connection.ops.quote_name(table)})")
    plain = [row[1] for row in cursor.fetchall() if not row[2] and not row[4]]  # neither unique nor partial
    found = []
    for name in plain:
        cursor.execute(f"PRAGMA index_info({connection.ops.quote_name(name)})")
        found.append((name, [column for _seq, _cid, column in cursor.fetchall()]))
    return found


def _drop(schema_editor: Any, name: str) -> None:
    concurrently = "CONCURRENTLY " if _is_online(schema_editor) else ""
    schema_editor.execute(f"DROP INDEX {concurrently}IF EXISTS {schema_editor.quote_name(name)}")


def _build(schema_editor: Any, model: Any, field: Any) -> None:
    online = {"sql": schema_editor.sql_create_index_concurrently} if _is_online(schema_editor) else {}
    schema_editor.execute(schema_editor._create_index_sql(model, fields=[field], **online), params=None)


class TextIndexOnline(Operation):
    """Finds words anywhere in a text column, folded as `lib.folding` does: PostgreSQL with `pg_trgm`.

    Where the extension is missing and may not be made, there is no index: searches work, and take longer.
    """

    reversible = True
    reduces_to_sql = False

    def __init__(self, *, table: str, column: str, name: str) -> None:
        self.table, self.column, self.name = table, column, name

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models know nothing of it."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if not _is_online(schema_editor) or not _has_trigrams(schema_editor):
            return
        schema_editor.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{self.name}"')  # half built before
        text = folding.POSTGRESQL.format(f'"{self.column}"')
        schema_editor.execute(
            f'CREATE INDEX CONCURRENTLY "{self.name}" ON "{self.table}" USING gin (({text}) gin_trgm_ops)'
        )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if _is_online(schema_editor):
            schema_editor.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{self.name}"')

    def describe(self) -> str:
        return f"Index the words of {self.table}.{self.column}"


def _has_trigrams(schema_editor: Any) -> bool:
    """Whether `pg_trgm` is there, made now if that is permitted."""
    try:
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError as error:
        log.warning("search_without_index", reason=str(error).strip())
        return False
    return True


class StoredIndexOnline(Operation):
    """An index of a table that belongs to a library, so that no model of ours names it; partial or not."""

    reversible = True
    reduces_to_sql = False

    def __init__(self, *, table: str, columns: str, name: str, where: str = "") -> None:
        self.table, self.columns, self.name, self.where = table, columns, name, where

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models know nothing of it."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self.database_backwards(app_label, schema_editor, from_state, to_state)  # half built before
        online = "CONCURRENTLY " if _is_online(schema_editor) else ""
        where = f" WHERE {self.where}" if self.where else ""
        schema_editor.execute(
            f'CREATE INDEX {online}"{self.name}" ON "{self.table}" ({self.columns}){where}', params=None
        )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        _drop(schema_editor, self.name)

    def describe(self) -> str:
        return f"Index {self.columns} of {self.table}"
