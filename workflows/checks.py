"""`manage.py check --deploy --database default`: no open step may point to a node that is gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from workflows.maintenance import status_check


@register(Tags.database, deploy=True)
def every_open_step_exists(databases: Sequence[str] | None = None, **options: Any) -> Sequence[CheckMessage]:
    """One statement; `manage.py check_flows` looks at statuses too, and names the tickets."""
    tables = [connections[name].introspection.table_names() for name in databases or ()]
    if not all("viewflow_task" in names for names in tables):  # before the first migration
        return []
    return [
        Error(
            f"Tickets wait at “{step}”, which this version does not know.",
            hint="Keep the node, or move the runs: docs/processes.md, “Deploys”.",
            id="workflows.E001",
        )
        for step in (status_check.missing_steps() if databases else [])
    ]
