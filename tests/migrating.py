"""Walk all migrations of the product back and forth again, in the database that DATABASE_URL names.

Usage: python -m tests.migrating. Tells as JSON which tables were left over, and what is not as it was.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

# What the database itself says of its tables, as rows (table, whatever describes a part of it).
SCHEMA = {
    "sqlite": ["SELECT tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"],
    "postgresql": [
        "SELECT table_name, column_name || data_type || is_nullable FROM information_schema.columns "
        "WHERE table_schema = 'public'",
        "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT conrelid::regclass::text, conname || pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace AND conrelid <> 0",
    ],
}


def parts() -> set[tuple[str, str]]:
    """Every table with each of its columns, constraints and indexes."""
    from django.db import connection

    found: set[tuple[str, str]] = set()
    with connection.cursor() as cursor:
        for question in SCHEMA[connection.vendor]:
            cursor.execute(question)
            found.update((table, str(part)) for table, part in cursor.fetchall())
    return found


def main() -> None:
    import django

    django.setup()
    from django.apps import apps
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from servicedesk.settings import BASE_DIR

    ours = [config.label for config in apps.get_app_configs() if _is_ours(config.path, BASE_DIR)]
    before = parts()
    executor = MigrationExecutor(connection)
    last = {"people": "0001_initial"}  # viewflow's own migrations refer to people, and lead nowhere back
    targets = [(label, last.get(label)) for label in ours if label in executor.loader.migrated_apps]
    executor.migrate(targets)
    left = {table for table, _part in parts() if table.partition("_")[0] in {*ours} - {*last}}
    call_command("migrate", verbosity=0)
    told = {"left": sorted(left), "changed": sorted(before ^ parts())}
    sys.stdout.write(json.dumps(told))


def _is_ours(path: str, root: Path) -> bool:
    return root in Path(path).parents and ".venv" not in Path(path).parts


if __name__ == "__main__":
    main()
