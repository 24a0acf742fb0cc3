"""Whether the deadlines are those of the time zones that the product has now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.checks import CheckMessage, Warning, register
from django.db import DatabaseError

from servicedesk.lib import zones


@register(deploy=True)
def deadlines_agree_with_the_zones(**_kwargs: Any) -> Iterable[CheckMessage]:
    """An upgrade of tzdata moves open deadlines the next time that they are reckoned."""
    from sla.time_zones import moved_deadlines

    try:
        known = moved_deadlines.agreed()
    except DatabaseError:  # not there, or not migrated: others say so
        return
    if known and known != zones.locked_edition():
        ours = zones.locked_edition()
        yield Warning(
            f"Deadlines agree with the time zones of edition {known}; the product has {ours}.",
            hint="manage.py sla_zones names the clocks that move; manage.py sla_rebuild moves them.",
            id="sla.W001",
        )
