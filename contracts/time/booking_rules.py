"""What time must be to be booked; each rule refuses with a sentence."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts import formats as contract_formats
from contracts.errors import TimeRefused
from contracts.models import MINUTES_A_DAY, Contract, Coverage, TimeEntry
from contracts.time import timesheets
from servicedesk.people.models import User
from servicedesk.tickets import access, merged
from servicedesk.tickets.errors import NotPermitted
from servicedesk.tickets.models import Ticket


def refuse_absurd(person: User, minutes: int, work_kind: str, day: date) -> None:
    """Raises:
    TimeRefused: no time, more than a day has, in the future, or of no known kind.
    """
    if work_kind not in TimeEntry.WorkKind.values:
        raise TimeRefused(_("Choose a kind of work from the list."), field="work_kind")
    if minutes <= 0:
        raise TimeRefused(_("Time must be more than zero minutes."), field="minutes")
    if minutes > MINUTES_A_DAY:
        raise TimeRefused(
            _("A day has 24 hours; split the time between the days it was worked on."), field="minutes"
        )
    if day > today(person):
        raise TimeRefused(
            _("The day is in the future; log the time when the work is done."), field="spent_on"
        )
    same_day = TimeEntry.objects.standing().filter(person=person, spent_on=day)
    if (same_day.aggregate(total=Sum("minutes"))["total"] or 0) + minutes > MINUTES_A_DAY:
        raise TimeRefused(
            _("With this you would have worked more than 24 hours on that day."), field="minutes"
        )


def pays_for(contract: Contract, work_kind: str) -> bool:
    """The hours of the contract may be used for work of this kind."""
    return not contract.work_kinds or work_kind in contract.work_kinds


def refuse_unpaid(contract: Contract, work_kind: str) -> None:
    """Raises:
    TimeRefused: the contract does not list this kind of work.
    """
    if not pays_for(contract, work_kind):
        raise TimeRefused(not_paid(contract, work_kind), field="is_billable")


def not_paid(contract: Contract, work_kind: str) -> str:
    return _("%(contract)s does not cover “%(kind)s”; log it outside the contract.") % {
        "contract": contract,
        "kind": TimeEntry.WorkKind(work_kind).label,
    }


def refuse_closed(contract: Contract | None, person: User, day: date) -> None:
    """Books that a statement was made of stay as they are, and so does a week handed in.

    Raises:
        TimeRefused: the day is in one of them.
    """
    if contract and contract.closed_until and day <= contract.closed_until:
        raise TimeRefused(
            _("The books of %(contract)s are closed until %(day)s.")
            % {"contract": contract, "day": contract_formats.day(contract.closed_until)},
            field="spent_on",
        )
    timesheets.refuse_closed(person, day)


def lock_for_new(ticket: Ticket, person: User) -> None:
    """Lock the ticket.

    Raises:
        NotPermitted: it is over, and the person had no part in it.
        TimeRefused: another ticket goes on in its place.
    """
    lock(ticket)
    if ticket.merged_into_id is not None:
        target = merged.standing_for(ticket).reference
        raise TimeRefused(
            _("%(number)s is merged into %(target)s; log the time there.")
            % {"number": ticket.reference, "target": target}
        )
    if not ticket.is_open and not may_log(person, ticket):
        raise NotPermitted(_("Only participants of the ticket can log time after it is closed."))


def may_log(person: User, ticket: Ticket) -> bool:
    """While it is open, whoever works on it. Once it is over, of the desk: who had it or acted on it, the
    leaders of its group, and the account manager. Closed books are another matter (`refuse_closed`)."""
    if not person.is_staff or not person.is_active or ticket.merged_into_id is not None:
        return False
    if ticket.is_open:
        return access.works_on(person, ticket)
    if ticket.assignee_id == person.pk or access.leads(person, ticket):
        return True
    if person.is_account_manager and _keeps(person, ticket):
        return True
    return ticket.events.filter(actor=person).exists()


def _keeps(person: User, ticket: Ticket) -> bool:
    """Is the account manager of the client, or of the contract behind the ticket."""
    if ticket.client.account_manager_id == person.pk:
        return True
    return Coverage.objects.filter(ticket=ticket, contract__account_manager=person).exists()


def lock(ticket: Ticket) -> None:
    """Read its status, and into which it was merged, as they are until the transaction ends."""
    held = Ticket.objects.select_for_update().order_by().values_list("status", "merged_into")
    ticket.status, ticket.merged_into_id = held.get(pk=ticket.pk)


def today(person: User) -> date:
    return local_day(person, timezone.now())


def local_day(person: User, moment: datetime) -> date:
    """The day of the moment where the person is."""
    zone = ZoneInfo(person.time_zone) if person.time_zone else None
    return timezone.localdate(moment, timezone=zone)
