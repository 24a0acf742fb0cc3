"""One lock for the whole aggregate: the ticket row. Blocks, bounded by `lock_timeout`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import OperationalError, transaction
from viewflow.workflow import FlowLockFailed

from servicedesk.tickets.models import Ticket

_is_held: ContextVar[bool] = ContextVar("_is_held", default=False)


@contextmanager
def held() -> Iterator[None]:
    """Say that the caller's transaction holds the ticket already, so that the flow need not lock again.

    The row was locked under the same transaction, or created in it, when nobody else can see it.
    """
    token = _is_held.set(True)
    try:
        yield
    finally:
        _is_held.reset(token)


class TicketRowLock:
    """viewflow's `lock_impl`: its own default locks nothing, its row lock sleeps and retries."""

    @contextmanager
    def __call__(self, flow_class: object, process_pk: int) -> Iterator[None]:
        if _is_held.get():
            yield
            return
        with transaction.atomic():
            try:
                list(
                    Ticket.objects.select_for_update(of=("self",))
                    .filter(runs__process_id=process_pk)
                    .order_by()
                    .values_list("pk", flat=True)
                )
            except OperationalError as error:
                raise FlowLockFailed(str(error)) from error
            yield


ticket_row_lock = TicketRowLock()
