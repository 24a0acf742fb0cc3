"""The timer of a person: what they work on now, and how long."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.errors import TimeRefused
from contracts.models import MINUTES_A_DAY, RunningTimer
from contracts.time import booking_rules
from servicedesk.people.models import User
from servicedesk.tickets import merged, visible_name
from servicedesk.tickets.errors import NotPermitted
from servicedesk.tickets.models import Ticket


def running(person: User) -> RunningTimer | None:
    return RunningTimer.objects.filter(person=person).select_related("ticket").first()


@transaction.atomic
def start(ticket: Ticket, *, by: User) -> RunningTimer:
    """Start on a ticket; on the same one again it goes on.

    Raises:
        NotPermitted: `by` may log no time on the ticket.
        TimeRefused: another timer runs; it must be stopped first, so that no minute is lost.
    """
    if not booking_rules.may_log(by, ticket):
        raise NotPermitted
    standing, _is_new = RunningTimer.objects.get_or_create(person=by, defaults={"ticket": ticket})
    if standing.ticket_id != ticket.pk:
        raise TimeRefused(
            _("Your timer is running on %(ticket)s. Stop it there first.")
            % {"ticket": visible_name.to(by, standing.ticket).mention}
        )
    return standing


@transaction.atomic
def stop(*, by: User, at: datetime | None = None) -> tuple[Ticket, datetime, int] | None:
    """Stop it; return the ticket, the beginning and whole minutes (1 to a day), for the time form.

    A ticket that was merged meanwhile is the one that goes on in its place.

    None when none runs: pressed twice, or stopped on another screen.
    """
    standing = RunningTimer.objects.select_for_update().filter(person=by).first()
    if standing is None:
        return None
    ticket, began = standing.ticket, standing.started_at
    standing.delete()
    seconds = ((at or timezone.now()) - began).total_seconds()
    return merged.standing_for(ticket), began, min(max(round(seconds / 60), 1), MINUTES_A_DAY)
