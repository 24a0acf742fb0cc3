"""The timer that closes a resolved ticket when nobody answers; when it is due, says
`contracts.deadlines.auto_close`.
"""

from __future__ import annotations

from datetime import datetime

from viewflow.workflow import STATUS
from viewflow.workflow.models import Task

from servicedesk.tickets.models import Ticket

AUTO_CLOSE = "confirm__timeout"


def planned(ticket: Ticket) -> datetime | None:
    """When the timer of a resolved ticket is set for, wherever answers have moved it to; one statement."""
    tasks = Task.objects.filter(
        process__in=ticket.runs.values("process"),
        flow_task__endswith=f".{AUTO_CLOSE}",
        status__in=[STATUS.SCHEDULED, STATUS.ERROR],
    )
    moment: datetime | None = tasks.order_by("-scheduled").values_list("scheduled", flat=True).first()
    return moment
