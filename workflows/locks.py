"""One lock for the whole aggregate: the ticket row. Blocks, bounded by `lock_timeout`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, transaction
from viewflow.workflow import FlowLockFailed

from servicedesk.tickets.models import Ticket


class TicketRowLock:
    """viewflow's `lock_impl`: its own default locks nothing, its row lock sleeps and retries."""

    @contextmanager
    def __call__(self, flow_class: object, process_pk: int) -> Iterator[None]:
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
