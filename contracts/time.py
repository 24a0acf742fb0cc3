"""Time worked on a ticket: written once, drawn from the prepaid hours, taken back but never edited."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts import hours
from contracts.errors import TimeRefused
from contracts.models import MINUTES_A_DAY, Coverage, LedgerEntry, TimeEntry
from servicedesk.people.models import User
from servicedesk.tickets.access import leads
from servicedesk.tickets.errors import NotPermitted
from servicedesk.tickets.events import record
from servicedesk.tickets.models import EventKind, Ticket
from servicedesk.tickets.statuses import Status


@transaction.atomic
def log_time(
    ticket: Ticket,
    *,
    by: User,
    minutes: int,
    work_kind: str,
    note: str = "",
    internal_note: str = "",
    spent_on: date | None = None,
    is_billable: bool = False,
) -> TimeEntry:
    """Book the person's own time and, within the plan, draw it from the contract's hours.

    The entry keeps the minutes as typed; the ledger is charged in whole slots of the contract.
    `spent_on` is today in the person's time zone when left out.

    Raises:
        NotPermitted: `by` is not of the desk.
        TimeRefused: the time cannot be right, or the ticket is finished.
        NoHoursLeft: the contract refuses to pass zero; nothing is kept then.
    """
    if not by.is_staff:
        raise NotPermitted
    day = spent_on or _today(by)
    _refuse_finished(ticket)
    _refuse_absurd(by, minutes, work_kind, day)
    entry = TimeEntry.objects.create(
        ticket=ticket, person=by, work_kind=work_kind, minutes=minutes, spent_on=day,
        note=note.strip(), internal_note=internal_note.strip(), is_billable=is_billable,
        logged_at=timezone.now(),
    )  # fmt: skip
    taken = Decimal(0) if is_billable else _charge(entry)
    _record(entry, by=by, minutes=minutes, taken=taken)
    return entry


@transaction.atomic
def correct_time(entry: TimeEntry, *, by: User, reason: str) -> None:
    """Take an entry back: it stays readable, no longer counts, and its hours return to the contract.

    Raises:
        NotPermitted: neither the person themselves nor a leader.
        TimeRefused: no reason, or taken back already.
    """
    if by.pk != entry.person_id and not leads(by, entry.ticket):
        raise NotPermitted
    if not reason.strip():
        raise TimeRefused(_("Say why the time is taken back."))
    _locked_status(entry.ticket)
    entry.refresh_from_db(fields=["reversed_at"])
    if entry.reversed_at:
        raise TimeRefused(_("This time was taken back already."))
    entry.reversed_at, entry.reversed_by, entry.reversal_reason = timezone.now(), by, reason.strip()
    entry.save(update_fields=["reversed_at", "reversed_by", "reversal_reason"])
    drawn = entry.ledger_entries.filter(kind=LedgerEntry.Kind.CONSUMPTION).first()
    returned = hours.release(drawn, by=by, note=reason).hours if drawn else Decimal(0)
    _record(entry, by=by, minutes=-entry.minutes, taken=-returned, reason=reason.strip())


def spent_on_ticket(ticket: Ticket) -> int:
    """Minutes worked, as typed, without what was taken back."""
    return ticket.time_entries.standing().aggregate(total=Sum("minutes"))["total"] or 0


def charged_hours(minutes: int, slot: int) -> Decimal:
    """Round up to whole slots (minutes) and return hours.

    >>> [str(charged_hours(minutes, 15)) for minutes in (1, 15, 16, 80)]
    ['0.25', '0.25', '0.50', '1.50']
    """
    slots = -(-minutes // slot)
    return (Decimal(slots * slot) / 60).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _charge(entry: TimeEntry) -> Decimal:
    coverage = Coverage.objects.filter(ticket=entry.ticket_id).select_related("contract").first()
    if coverage is None or coverage.contract is None:
        return Decimal(0)
    asked = charged_hours(entry.minutes, coverage.contract.minimum_slot)
    hours.consume(coverage.contract, asked, time_entry=entry, by=entry.person, at=entry.logged_at)
    return asked


def _record(entry: TimeEntry, *, by: User, minutes: int, taken: Decimal, **details: Any) -> None:
    record(
        entry.ticket, EventKind.TIME_LOGGED, by=by, entry=entry.pk, minutes=minutes,
        hours=str(taken), work_kind=entry.work_kind, billable=entry.is_billable, **details,
    )  # fmt: skip


def _refuse_absurd(by: User, minutes: int, work_kind: str, day: date) -> None:
    if work_kind not in TimeEntry.WorkKind.values:
        raise TimeRefused(_("Choose a kind of work from the list."))
    if minutes <= 0:
        raise TimeRefused(_("Time must be more than zero minutes."))
    if minutes > MINUTES_A_DAY:
        raise TimeRefused(_("A day has 24 hours; split the time between the days it was worked on."))
    if day > _today(by):
        raise TimeRefused(_("The day is in the future; log the time when the work is done."))
    same_day = TimeEntry.objects.standing().filter(person=by, spent_on=day)
    if (same_day.aggregate(total=Sum("minutes"))["total"] or 0) + minutes > MINUTES_A_DAY:
        raise TimeRefused(_("With this you would have worked more than 24 hours on that day."))


def _refuse_finished(ticket: Ticket) -> None:
    status = _locked_status(ticket)
    if status in Status.finished():
        raise TimeRefused(
            _("The ticket is “%(status)s”; time cannot be logged on it any more.") % {"status": status.label}
        )


def _locked_status(ticket: Ticket) -> Status:
    return Status(
        Ticket.objects.select_for_update().order_by().values_list("status", flat=True).get(pk=ticket.pk)
    )


def _today(person: User) -> date:
    zone = ZoneInfo(person.time_zone) if person.time_zone else None
    return timezone.localdate(timezone=zone)
