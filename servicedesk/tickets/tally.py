"""The tally of finished tickets: written with what ends them, put together by a sweep, counted anew at will.

A row for each ticket that ends would be one counter that everybody waits for, if it were one row; so rows
are added, and `fold` makes one of those that belong together.
"""

from __future__ import annotations

from collections import Counter

from django.db import connection, transaction
from django.db.models import Count

from servicedesk.tickets.models import FinishedTally, Ticket
from servicedesk.tickets.statuses import Status

AT_ONCE = 20_000  # rows that one fold puts together
_TABLE = FinishedTally._meta.db_table
_DELETED = f"DELETE FROM {_TABLE}"  # noqa: S608 - names of our own tables
_COUNTED = (
    f"INSERT INTO {_TABLE} (client_id, group_id, number) "  # noqa: S608 - names of our own tables
    f"SELECT client_id, group_id, COUNT(*) FROM {Ticket._meta.db_table} "
    "WHERE status IN (%s, %s) GROUP BY client_id, group_id"
)


def note(ticket: Ticket, before: str) -> None:
    """Tell that the ticket's status was `before`, in the same transaction; no statement if it was over then
    and is now, or neither."""
    finished = Status.finished()
    change = (ticket.status in finished) - (before in finished)
    if change:
        FinishedTally.objects.create(client_id=ticket.client_id, group_id=ticket.group_id, number=change)


def note_moved(ticket: Ticket, group: int | None) -> None:
    """Tell that the ticket, which is over, belonged to this group before."""
    if ticket.status in Status.finished() and group != ticket.group_id:
        FinishedTally.objects.create(client_id=ticket.client_id, group_id=group, number=-1)
        FinishedTally.objects.create(client_id=ticket.client_id, group_id=ticket.group_id, number=1)


@transaction.atomic
def fold() -> int:
    """Make one row of those of the same client and group; return how many rows fewer there are."""
    repeated = FinishedTally.objects.order_by().values("client", "group").annotate(n=Count("pk"))
    if not repeated.filter(n__gt=1).exists():
        return 0
    _one_at_a_time()
    rows = list(FinishedTally.objects.order_by("pk")[:AT_ONCE])
    sums: Counter[tuple[int, int | None]] = Counter()
    for row in rows:
        sums[row.client_id, row.group_id] += row.number
    FinishedTally.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows) - len(_write(sums))


@transaction.atomic
def recount() -> None:
    """Count all finished tickets and begin the tally anew: after an import, and once a day.

    One statement sees both the tickets and the rows it replaces, so what ends meanwhile is not lost.
    """
    _one_at_a_time()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"WITH gone AS ({_DELETED}) {_COUNTED}", Status.finished())
        else:
            cursor.execute(_DELETED)
            cursor.execute(_COUNTED, Status.finished())


def _one_at_a_time() -> None:
    """Those who only add rows do not wait."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {_TABLE} IN SHARE UPDATE EXCLUSIVE MODE")


def _write(sums: Counter[tuple[int, int | None]]) -> list[FinishedTally]:
    return FinishedTally.objects.bulk_create(
        FinishedTally(client_id=client, group_id=group, number=number)
        for (client, group), number in sums.items()
        if number
    )
