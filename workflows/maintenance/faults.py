"""Steps that failed in the background: who sees them, and trying again.

A timer that fails is undone whole by `workflows.engine.timers` and it is the timer that is marked: the ticket
stays as it was, and everything else remains possible with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from viewflow.workflow import STATUS
from viewflow.workflow.models import Task

from servicedesk.people.models import User
from servicedesk.tickets import access
from servicedesk.tickets.errors import NotPermitted, StepGone
from servicedesk.tickets.events import record
from servicedesk.tickets.models import EventKind, Ticket
from workflows.engine import auto_close, execution, failures, labels, open_steps, timers
from workflows.engine.failures import KEPT
from workflows.models import Acting

log = structlog.get_logger(__name__)

# What happens in the background has no name on the diagram.
_UNSEEN: dict[str, Promise] = {auto_close.AUTO_CLOSE: gettext_lazy("Automatic closing without an answer")}
_HOLDS = ("process__run__ticket__client", "process__run__ticket__group")


@dataclass(frozen=True)
class Fault:
    """An open one: its step waits until somebody tries again."""

    task_id: int
    ticket: Ticket
    step: Promise | str
    since: datetime
    reason: str


def may_see(user: User) -> bool:
    """Administrators, and whoever leads a group."""
    return user.is_superuser or (user.is_staff and bool(user.led_group_ids()))


def visible_to(user: User) -> list[Fault]:
    """Open faults of the tickets this person answers for, oldest first; three statements."""
    tickets = Ticket.objects.visible_to(user)
    if not user.is_superuser:
        led = user.led_group_ids()
        tickets = tickets.filter(group__in=led)
    return _open(process__run__ticket__in=tickets.order_by().values("pk"))


def of_ticket(ticket: Ticket) -> list[Fault]:
    """Open faults of one ticket; one statement when there is none."""
    return _open(process__run__ticket=ticket)


def count() -> int:
    """How many are open on the whole desk."""
    return len(_unsettled())


def count_for(user: User) -> int:
    """How many of them this person sees; one statement as long as nothing is wrong anywhere."""
    if not Task.objects.filter(status=STATUS.ERROR, process__finished=None).exists():
        return 0
    return len(visible_to(user)) if may_see(user) else 0


def may_retry(user: User, ticket: Ticket) -> bool:
    return user.is_staff and access.leads(user, ticket)


def label(step: str) -> Promise | str:
    """A step by its node's name, in words."""
    known = labels.STEPS.get(step.partition("__")[0])
    return _UNSEEN.get(step) or (known.label if known else step)


def retry(task_id: int, *, by: User) -> bool:
    """Try a failed step again, at once; return whether it went through. A new failure is kept instead.

    Raises:
        StepGone: it has been tried already, or its ticket needs it no longer.
        NotPermitted: only administrators and leaders of the ticket's group may.
    """
    ticket = Ticket.objects.filter(runs__process__task=task_id).first()
    if ticket is None:
        raise StepGone
    with execution.locked(ticket):
        if not may_retry(by, ticket):
            raise NotPermitted
        task = _awaited(ticket, task_id)
        record(ticket, EventKind.STEP_RETRIED, by=by, step=_step_of(task))
        is_timer = task.flow_task_type == "TIMER"
        if is_timer:
            _arm_again(task)
    return _fire(task_id) if is_timer else _revive(ticket, task_id)


def _open(**where: Any) -> list[Fault]:
    return [_fault(task) for task in _unsettled(**where)]


def _unsettled(**where: Any) -> list[Any]:
    """Tasks in error that still matter. A time-out whose step was finished in another way does not."""
    failed = Task.objects.filter(status=STATUS.ERROR, process__finished=None, **where)
    tasks = failed.select_related(*_HOLDS).prefetch_related("previous").order_by("finished", "pk")
    return [task for task in tasks if _is_awaited(task)]


def _is_awaited(task: Any) -> bool:
    if getattr(task.flow_task, "_attached_to", None) is None:
        return True
    return any(host.status in open_steps.WAITING for host in task.previous.all())


def _awaited(ticket: Ticket, task_id: int) -> Any:
    """The failed task as it is now, under the ticket's lock."""
    for task in _unsettled(process__run__ticket=ticket):
        if task.pk == task_id:
            return task
    raise StepGone


def _fault(task: Any) -> Fault:
    kept = task.data.get(KEPT, {})
    since: datetime = datetime.fromisoformat(kept["at"]) if "at" in kept else task.finished
    reason = kept.get("reason") or _plain(kept.get("error", ""))
    return Fault(task.pk, task.process.run.ticket, label(_step_of(task)), since, reason)


def _step_of(task: Any) -> str:
    return str(task.data.get(KEPT, {}).get("step") or open_steps.node_name(task))


def _plain(error: str) -> str:
    """For people, of an error that was not meant for them."""
    if error == failures.StepMissing.__name__:
        return _(
            "This version does not know the step. The ticket can be cancelled, or moved to a newer process."
        )
    return _("An unexpected error; see the server log.")


def _arm_again(task: Any) -> None:
    """As it was before it failed. Its moment stays: a word from the staff may have moved it on."""
    task.data.pop(KEPT, None)
    task.status, task.finished = STATUS.SCHEDULED, None
    task.save(update_fields=["status", "finished", "data"])


def _fire(task_id: int) -> bool:
    timers.fire([task_id], timezone.now())
    return not Task.objects.filter(pk=task_id, status=STATUS.ERROR).exists()


def _revive(ticket: Ticket, task_id: int) -> bool:
    """A step that is no timer: the engine makes it anew and goes on from there."""
    try:
        with execution.locked(ticket):
            task = _awaited(ticket, task_id)
            if not failures.is_known(task):
                raise failures.StepMissing
            task.data.pop(KEPT, None)
            activation = task.flow_task.activation_class(task)
            activation.process.ticket, activation.process.acting = ticket, Acting(outcome="timeout")
            activation.revive()
    except StepGone:
        raise
    except Exception as error:
        log.exception("step_failed_again", task=task_id)
        with transaction.atomic():
            ticket.lock()
            failures.mark(_awaited(ticket, task_id), error)
        return False
    return True
