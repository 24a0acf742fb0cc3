"""Time worked on a ticket: written once, drawn from the prepaid hours, taken back but never edited."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts import estimates, hours, ledger, rates, reservations, timesheets, wording
from contracts.errors import ClientNotAsked, TimeRefused
from contracts.ledger import CENT
from contracts.models import MINUTES_A_DAY, AtZero, Contract, Coverage, LedgerEntry, TimeEntry
from contracts.rates import Work
from servicedesk.people.models import User
from servicedesk.tickets.access import leads
from servicedesk.tickets.errors import NotPermitted
from servicedesk.tickets.events import record
from servicedesk.tickets.models import EventKind, Ticket
from servicedesk.tickets.statuses import Status
from sla.hours import parse


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
    started_at: datetime | None = None,
) -> TimeEntry:
    """Book the person's own time and, within the plan, draw it from the contract's hours.

    The entry keeps the minutes as typed; the ledger is charged in whole slots of the contract, at the rate
    of its classes. `spent_on` is today in the person's time zone when left out, or the day of `started_at`.

    Raises:
        NotPermitted: `by` is not of the desk.
        TimeRefused: the time cannot be right, the ticket is finished, or the books of that day are closed.
        NoHoursLeft: the contract refuses to pass zero; nothing is kept then.
        ClientNotAsked, EstimateExceeded: the client has to approve it first.
    """
    if not by.is_staff:
        raise NotPermitted
    day = spent_on or (_local_day(by, started_at) if started_at else _today(by))
    _refuse_finished(ticket)
    _refuse_absurd(by, minutes, work_kind, day)
    contract = _contract_of(ticket)
    _refuse_closed(contract, by, day)
    rate = _rate(contract, Work(day, minutes, work_kind, ticket.priority, started_at))
    entry = TimeEntry.objects.create(
        ticket=ticket, person=by, work_kind=work_kind, minutes=minutes, spent_on=day,
        note=note.strip(), internal_note=internal_note.strip(), is_billable=is_billable,
        logged_at=timezone.now(), started_at=started_at, rate_name=rate.name, factor=rate.factor,
    )  # fmt: skip
    taken = _charge(entry, contract) if contract and not is_billable else Decimal(0)
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
    _refuse_closed(_contract_of(entry.ticket), entry.person, entry.spent_on)
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


def _charge(entry: TimeEntry, contract: Contract) -> Decimal:
    asked = (charged_hours(entry.minutes, contract.minimum_slot) * entry.factor).quantize(CENT, ROUND_HALF_UP)
    if not asked:
        return asked
    estimates.refuse_beyond(entry.ticket, asked)
    _refuse_unasked(contract, entry.ticket, asked)
    hours.consume(contract, asked, time_entry=entry, by=entry.person, at=entry.logged_at)
    return asked


def _refuse_unasked(contract: Contract, ticket: Ticket, asked: Decimal) -> None:
    """Where the client wants to be asked at zero, an approved estimate is the answer."""
    if contract.at_zero != AtZero.ASK:
        return
    ledger.lock(contract)
    held = reservations.standing(contract, ticket)
    left = ledger.balance(contract) - (held.hours if held else Decimal(0))
    if asked > left and estimates.in_force(ticket) is None:
        raise ClientNotAsked(contract, left=left)


def _contract_of(ticket: Ticket) -> Contract | None:
    coverage = Coverage.objects.filter(ticket=ticket.pk).select_related("contract").first()
    return coverage.contract if coverage else None


def _rate(contract: Contract | None, work: Work) -> rates.Rate:
    """One statement for a contract without classes; two more for its calendar."""
    classes = list(contract.rate_classes.all()) if contract else []
    if contract is None or not classes:
        return rates.ORDINARY
    version = contract.calendar.version_at(work.started_at or timezone.now())
    if version is None:
        return rates.rate(classes, work, None, None)
    return rates.rate(classes, work, parse(version.definition), version.worktime())


def _refuse_closed(contract: Contract | None, person: User, day: date) -> None:
    """Books that a statement was made of stay as they are, and so does a week handed in."""
    if contract and contract.closed_until and day <= contract.closed_until:
        raise TimeRefused(
            _("The books of %(contract)s are closed until %(day)s.")
            % {"contract": contract, "day": wording.day(contract.closed_until)}
        )
    timesheets.refuse_closed(person, day)


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
    return _local_day(person, timezone.now())


def _local_day(person: User, moment: datetime) -> date:
    zone = ZoneInfo(person.time_zone) if person.time_zone else None
    return timezone.localdate(moment, timezone=zone)
