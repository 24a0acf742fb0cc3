"""Tables filled without their indexes, which are built at the end: PostgreSQL, for a role that may."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

# Indexes that no constraint stands behind.
_LOOSE = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
WHERE t.relname = ANY(%s) AND t.relnamespace = 'public'::regnamespace AND NOT i.indisprimary
AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""


@contextmanager
def bare(tables: Sequence[str], *, is_many: bool) -> Iterator[None]:
    """Without indexes and without checks of foreign keys meanwhile; few rows are written as usual."""
    if connection.vendor != "postgresql" or not is_many:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(_LOOSE, [list(tables)])
        found = cursor.fetchall()
        for name, _definition in found:
            cursor.execute(f"DROP INDEX {name}")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET maintenance_work_mem = '512MB'")
    yield
    with connection.cursor() as cursor:
        for _name, definition in found:
            cursor.execute(definition)
        cursor.execute("SET session_replication_role = origin")


def tidy() -> None:
    """As autovacuum would leave it after a while."""
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
