"""An index for a table that is written to all day."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.migrations.operations import AddIndex


class AddIndexOnline(AddIndexConcurrently):
    """PostgreSQL builds it while others write; SQLite, which has one writer, in the usual way.

    The migration needs `atomic = False`.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        usual = AddIndexConcurrently if schema_editor.connection.vendor == "postgresql" else AddIndex
        usual.database_forwards(self, app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        usual = AddIndexConcurrently if schema_editor.connection.vendor == "postgresql" else AddIndex
        usual.database_backwards(self, app_label, schema_editor, from_state, to_state)
