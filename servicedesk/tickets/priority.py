"""Priority from urgency × impact (ITIL), 1 the strongest; an administrator may set another table."""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from django.db import transaction
from django.db.models import Q

from servicedesk.lib.compiled_statements import Statement
from servicedesk.people.models import User
from servicedesk.tickets.models import Priority, PriorityRule

Cell = tuple[int, int]  # (urgency, impact), each 1 (high) to 3 (low)

USUAL: dict[Cell, Priority] = {
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

log = structlog.get_logger(__name__)


def priority_of(urgency: int, impact: int) -> Priority:
    """Return the priority of a new ticket or a new classification; one statement.

    Raises:
        KeyError: urgency or impact is not 1 to 3.
    """
    usual = USUAL[urgency, impact]
    return next((Priority(one) for (one,) in _RULE(urgency, impact)), usual)


_RULE = Statement(
    lambda urgency, impact: (
        PriorityRule.objects.filter(urgency=urgency, impact=impact).order_by().values_list("priority")
    ),
    int,
    int,
)


def table() -> dict[Cell, Priority]:
    """The whole table as it is now; one statement."""
    rules = PriorityRule.objects.order_by().values_list("urgency", "impact", "priority")
    return USUAL | {(urgency, impact): Priority(priority) for urgency, impact, priority in rules}


@transaction.atomic
def change(wanted: Mapping[Cell, Priority], *, by: User) -> dict[Cell, tuple[Priority, Priority]]:
    """Store the table; return what is different now as (former, new). Tickets keep the priority they have.

    A cell that is as usual is not stored. The log says who changed what.
    """
    former = table()
    changes = {cell: (former[cell], new) for cell, new in wanted.items() if new != former[cell]}
    if not changes:
        return {}
    is_usual = [Q(urgency=cell[0], impact=cell[1]) for cell in changes if wanted[cell] == USUAL[cell]]
    if is_usual:
        PriorityRule.objects.filter(Q(*is_usual, _connector=Q.OR)).delete()
    PriorityRule.objects.bulk_create(
        [
            PriorityRule(urgency=cell[0], impact=cell[1], priority=wanted[cell])
            for cell in changes
            if wanted[cell] != USUAL[cell]
        ],
        update_conflicts=True,
        unique_fields=["urgency", "impact"],
        update_fields=["priority"],
    )
    told = {f"urgency {u} impact {i}": f"P{old} to P{new}" for (u, i), (old, new) in changes.items()}
    log.info("priority table changed", by=by.pk, changes=told)
    return changes
