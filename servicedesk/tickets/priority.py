"""Priority from urgency × impact (ITIL), 1 the strongest."""

from __future__ import annotations

from collections.abc import Mapping

from servicedesk.tickets.models import Priority

# (urgency, impact) → priority
DEFAULT_TABLE: dict[tuple[int, int], Priority] = {
    (1, 1): Priority.P1,
    (1, 2): Priority.P2,
    (1, 3): Priority.P3,
    (2, 1): Priority.P2,
    (2, 2): Priority.P3,
    (2, 3): Priority.P4,
    (3, 1): Priority.P3,
    (3, 2): Priority.P4,
    (3, 3): Priority.P4,
}


def priority_of(
    urgency: int, impact: int, table: Mapping[tuple[int, int], Priority] = DEFAULT_TABLE
) -> Priority:
    """Return the priority; urgency and impact are 1 (high) to 3 (low).

    >>> priority_of(1, 1).name, priority_of(3, 2).name
    ('P1', 'P4')
    """
    return table[urgency, impact]
