"""New versions brought to open tickets: ordered, carried out in batches, taken back (R7).

The order is a row, written with the version; a worker does it after the commit, and a sweeper sends again
what is stale. Each batch is one transaction that holds the order's row first, then the tickets' in the
order of their keys: workers take turns, a ticket is done once, and whoever was killed left nothing half.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from celery import signature
from django.db import DatabaseError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.lib.garbage_collection import uncollected
from servicedesk.lib.refusals import Refusal
from servicedesk.people.models import User
from sla.changes import batches
from sla.clocks.many_tickets import ManyTickets
from sla.models import CalendarVersion, PolicyVersion, TermsChange

State = TermsChange.State
TO_DO = (State.WAITING, State.RUNNING, State.UNDOING)
JOB = "sla.tasks.apply_change"  # by its name: the jobs stand above
SILENCE = timedelta(minutes=2)  # a batch takes a second

logger = structlog.get_logger(__name__)


class ChangeRefused(Refusal):
    """The change is not in a state in which this can be done."""


def order(
    version: CalendarVersion | PolicyVersion,
    *,
    scope: str,
    opened_from: datetime | None,
    by: User,
    at: datetime,
) -> TermsChange:
    """Write down that this version shall hold for open tickets too; a worker does it after the commit.

    A version that is not valid yet comes to them when it is. `scope` is a `TermsChange.Scope`.
    """
    change = TermsChange.objects.create(
        calendar_version=version if isinstance(version, CalendarVersion) else None,
        policy_version=version if isinstance(version, PolicyVersion) else None,
        scope=scope,
        opened_from=opened_from if scope == TermsChange.Scope.SINCE else None,
        at=max(at, version.effective_from),
        ordered_by=by,
    )
    hand_over(change)
    return change


def hand_over(change: TermsChange) -> None:
    """Tell a worker, after the commit. A broker that is down fails nothing: the sweeper asks again."""
    transaction.on_commit(signature(JOB, args=(change.pk,)).delay, robust=True)


def run(change_pk: int) -> None:
    """Carry the change out (or back), or go on with it; safe to call twice at once.

    A fault of the database is raised, and the sweeper tries again; any other is kept with the change.
    """
    many_tickets = ManyTickets()
    try:
        while _batch(change_pk, many_tickets):
            pass
    except DatabaseError:
        raise
    except Exception:
        logger.exception("terms_change_failed", change=change_pk)
        TermsChange.objects.filter(pk=change_pk, state__in=TO_DO).update(
            state=State.FAILED, reason=_("An internal error; see the server log.")
        )


@transaction.atomic
def _batch(change_pk: int, many_tickets: ManyTickets) -> bool:
    """Do the next tickets; False if there is nothing (more) to do now."""
    found = TermsChange.objects.select_for_update(of=("self",)).select_related(
        "calendar_version__calendar", "policy_version__policy", "ordered_by", "undone_by"
    )
    change = found.filter(pk=change_pk, state__in=TO_DO).first()
    now = timezone.now()
    if change is None or change.at > now or _has_to_wait(change, now):
        return False
    if change.state == State.WAITING:
        change.state, change.total = State.RUNNING, batches.count(change)
    is_going_back = change.state == State.UNDOING
    with uncollected():
        if is_going_back:
            done, changed = batches.take_back(change, many_tickets, now), 0
        else:
            done, changed = batches.apply(change, many_tickets)
    change.beat_at, change.done, change.changed = now, change.done + done, change.changed + changed
    if not done:
        change.state = State.UNDONE if is_going_back else State.DONE
        change.finished_at, change.total = now, change.done
    change.save()
    return bool(done)


def undo(change: TermsChange, *, by: User, at: datetime) -> None:
    """Order that the change be taken back from the tickets that are still open; a worker does it.

    Raises:
        ChangeRefused: it has been taken back, or a later change of the same rests on it.
    """
    with transaction.atomic():
        locked = TermsChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
        if locked.undone_at is not None:
            raise ChangeRefused(_("This change has been undone already."))
        if later := resting_on(locked):
            raise ChangeRefused(_("Undo the later change to %(version)s first.") % {"version": later.version})
        locked.state, locked.reason, locked.finished_at = State.UNDOING, "", None
        locked.undone_by, locked.undone_at, locked.beat_at = by, at, at
        locked.total, locked.done = batches.to_take_back(locked).count(), 0
        locked.save()
        hand_over(locked)
    change.refresh_from_db()


def retry(change: TermsChange) -> None:
    """Go on with a change that failed.

    Raises:
        ChangeRefused: it has not failed.
    """
    with transaction.atomic():
        locked = TermsChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
        if locked.state != State.FAILED:
            raise ChangeRefused(_("This change has not failed."))
        locked.state = State.UNDOING if locked.undone_at else State.RUNNING
        locked.reason, locked.beat_at = "", timezone.now()
        locked.save()
        hand_over(locked)
    change.refresh_from_db()


def resting_on(change: TermsChange) -> TermsChange | None:
    """The last later change of the same: it must be undone first."""
    return of_the_same(change).filter(pk__gt=change.pk, undone_at=None).last()


def of_the_same(change: TermsChange) -> QuerySet[TermsChange]:
    """All changes of the same calendar or policy, oldest first."""
    found = TermsChange.objects.select_related("calendar_version__calendar", "policy_version__policy")
    if change.calendar_version:
        mine = Q(calendar_version__calendar=change.calendar_version.calendar_id)
    else:
        assert change.policy_version is not None
        mine = Q(policy_version__policy=change.policy_version.policy_id)
    return found.filter(mine).order_by("pk")


def _has_to_wait(change: TermsChange, now: datetime) -> bool:
    """Changes of the same come one after the other."""
    unfinished = of_the_same(change).filter(state__in=TO_DO, at__lte=now)
    return unfinished.filter(pk__lt=change.pk).exists()


def to_hand_over(at: datetime) -> list[TermsChange]:
    """Those a worker must be told of: due, and nobody seems to be at it."""
    unheard = Q(beat_at=None, ordered_at__lte=at - SILENCE) | Q(beat_at__lte=at - SILENCE)
    timely = Q(beat_at=None, at__gt=F("ordered_at"))  # its moment came later than the order
    due = TermsChange.objects.filter(state__in=TO_DO, at__lte=at)
    return list(due.filter(unheard | timely).order_by("pk"))
