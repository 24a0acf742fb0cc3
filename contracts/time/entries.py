"""Time worked on a ticket: written once, drawn from the prepaid hours, taken back but never edited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, Subquery, Sum, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.errors import ClientNotAsked, TimeRefused
from contracts.hours import estimates, exhausted, ledger, prepaid, reservations
from contracts.hours.ledger import ZERO
from contracts.models import AtZero, Contract, Coverage, LedgerEntry, TimeEntry
from contracts.time import booking_rules, charging
from contracts.time.rates import calculation as rates
from contracts.time.rates.calculation import Rate, Work
from servicedesk.people.models import User
from servicedesk.tickets import hidden_words, merged
from servicedesk.tickets.access import leads
from servicedesk.tickets.errors import NotPermitted
from servicedesk.tickets.events import record
from servicedesk.tickets.models import EventKind, Ticket
from sla.engine.calendar_definition import parse


@dataclass(frozen=True)
class Told:
    """What somebody says of their work, as `log_time` takes it."""

    minutes: int
    work_kind: str
    note: str = ""
    internal_note: str = ""
    spent_on: date | None = None
    is_billable: bool = False
    started_at: datetime | None = None

    def day(self, person: User) -> date:
        if self.spent_on:
            return self.spent_on
        return (
            booking_rules.local_day(person, self.started_at)
            if self.started_at
            else booking_rules.today(person)
        )

    def columns(self, person: User) -> dict[str, Any]:
        notes = {"note": self.note.strip(), "internal_note": self.internal_note.strip()}
        work = {"minutes": self.minutes, "work_kind": self.work_kind, "spent_on": self.day(person)}
        return work | notes | {"is_billable": self.is_billable, "started_at": self.started_at}


@dataclass(frozen=True)
class Former:
    """The entry that another replaces, and the hours it took; None: it was not charged.

    `free` are hours that came back, were not set aside again and are on the ledger of the ticket's contract.
    """

    entry: TimeEntry
    hours: Decimal | None
    free: Decimal


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

    The entry keeps the minutes as typed; the ledger is charged in whole slots of the contract, for each entry
    or with other time of the ticket (`rounding`), at the rate of its classes as they are now. `spent_on` is
    today in the person's time zone when left out, or the day of `started_at`.

    Raises:
        NotPermitted: `by` is not of the desk, or the ticket is over and they had no part in it (`may_log`).
        TimeRefused: the time cannot be right, the ticket is merged into another, the books of that day are
            closed, or the contract does not pay for such work.
        NoHoursLeft: the request type, or the contract, refuses to pass zero; nothing is kept then.
        ClientNotAsked, EstimateExceeded: the client has to approve it first.
    """
    if not by.is_staff:
        raise NotPermitted
    booking_rules.lock_for_new(ticket, by)
    told = Told(minutes, work_kind, note, internal_note, spent_on, is_billable, started_at)
    return _book(ticket, told, person=by, by=by)


@transaction.atomic
def correct_time(entry: TimeEntry, *, by: User, reason: str) -> None:
    """Take an entry back: it stays readable, no longer counts, and its hours return to the contract, or to
    what is set aside for the ticket by an approved estimate.

    Raises:
        NotPermitted: neither the person themselves nor a leader.
        TimeRefused: no reason, taken back already, or the books of its day are closed.
    """
    _take_back(entry, by=by, reason=reason)


@transaction.atomic
def change_time(entry: TimeEntry, *, by: User, reason: str, told: Told) -> TimeEntry:
    """Take an entry back and log it anew for the same person: both, or nothing at all.

    Where only words change, the new entry costs what the former one cost, at the terms of that time.
    Otherwise it is charged like any other, but the hours that the former one gave back are not refused to it.

    Raises:
        As `correct_time` and `log_time` do; then nothing is changed.
    """
    former = _take_back(entry, by=by, reason=reason)
    return _book(entry.ticket, told, person=entry.person, by=by, former=former)


def may_change(user: User, entry: TimeEntry) -> bool:
    """The person themselves, and whoever leads the group of the ticket."""
    return user.is_staff and (user.pk == entry.person_id or leads(user, entry.ticket))


@dataclass(frozen=True)
class Spent:
    """Minutes worked, as typed, and hours taken from contracts for them; nothing that was taken back."""

    minutes: int
    hours: Decimal


def spent(ticket: Ticket) -> Spent:
    """On the ticket and on those merged into it, with undone merges left out; one statement."""
    worked = TimeEntry.objects.standing().filter(ticket__in=merged.family(ticket)).order_by()
    drawn = LedgerEntry.objects.filter(time_entry__ticket__in=merged.family(ticket)).order_by()
    sums = {"minutes": _sum(worked, "minutes"), "hours": _sum(drawn, "hours")}
    row: dict[str, Any] = dict(Ticket.objects.filter(pk=ticket.pk).order_by().values(**sums).get())
    return Spent(row["minutes"] or 0, -(row["hours"] or ZERO).quantize(ledger.CENT))


def _sum(rows: QuerySet[Any], name: str) -> Subquery:
    """All of them added up, without a group of their own."""
    return Subquery(rows.annotate(all=Value(1)).values("all").annotate(sum=Sum(name)).values("sum"))


def _book(ticket: Ticket, told: Told, *, person: User, by: User, former: Former | None = None) -> TimeEntry:
    hidden_words.refuse(ticket, told.note)
    entry = TimeEntry(ticket=ticket, person=person, logged_at=timezone.now(), **told.columns(person))
    booking_rules.refuse_absurd(person, entry.minutes, entry.work_kind, entry.spent_on)
    contract = contract_of(ticket)
    booking_rules.refuse_closed(contract, person, entry.spent_on)
    is_same = former is not None and is_same_work(former.entry, entry)
    if former and is_same:
        for name in ("rate_name", "factor", "rounding", "slot"):
            setattr(entry, name, getattr(former.entry, name))
    else:
        put_terms(entry, contract)
    if contract and not entry.is_billable and not is_same:
        booking_rules.refuse_unpaid(contract, entry.work_kind)
    entry.save(force_insert=True)
    is_free = entry.is_billable or (former is not None and is_same and former.hours is None)
    taken = _charge(entry, contract, by, former, is_same) if contract and not is_free else ZERO
    _record(entry, by=by, minutes=entry.minutes, taken=taken)
    return entry


def is_same_work(former: TimeEntry, new: TimeEntry) -> bool:
    """Only its words differ, so it costs what it cost."""
    names = ("minutes", "work_kind", "spent_on", "is_billable")
    if any(getattr(former, name) != getattr(new, name) for name in names):
        return False
    return _minute(former.started_at) == _minute(new.started_at)


def put_terms(entry: TimeEntry, contract: Contract | None) -> None:
    """The rate, and the rounding where the contract pays, as they are now; three statements at most."""
    rate = _rate(contract, entry)
    entry.rate_name, entry.factor = rate.name, rate.factor
    if contract and not entry.is_billable:
        entry.rounding, entry.slot = contract.rounding, contract.minimum_slot


def _take_back(entry: TimeEntry, *, by: User, reason: str) -> Former:
    if not may_change(by, entry):
        raise NotPermitted
    if not reason.strip():
        raise TimeRefused(_("Enter the reason for taking the time back."), field="reason")
    booking_rules.lock(entry.ticket)
    contract = contract_of(entry.ticket)
    drawn = drawn_for(entry)
    for books in {one.pk: one for one in (contract, drawn and drawn.contract) if one}.values() or [None]:
        booking_rules.refuse_closed(books, entry.person, entry.spent_on)
    entry.refresh_from_db(fields=["reversed_at"])
    if entry.reversed_at:
        raise TimeRefused(_("This time entry is already voided."))
    entry.reversed_at, entry.reversed_by, entry.reversal_reason = timezone.now(), by, reason.strip()
    entry.save(update_fields=["reversed_at", "reversed_by", "reversal_reason"])
    returned = charging.take_back(drawn, by=by, note=reason) if drawn else ZERO
    free = ZERO
    if drawn and contract and drawn.contract_id == contract.pk:
        free = returned - estimates.set_aside_again(contract, entry.ticket, returned, by=by)
    _record(entry, by=by, minutes=-entry.minutes, taken=-returned, reason=reason.strip())
    return Former(entry, -drawn.hours if drawn else None, free)


def drawn_for(entry: TimeEntry) -> LedgerEntry | None:
    """The consumption that stands for the entry, with its contract."""
    standing = entry.ledger_entries.filter(kind=LedgerEntry.Kind.CONSUMPTION, reversals=None)
    return standing.select_related("contract", "time_entry__ticket").first()


def _charge(entry: TimeEntry, contract: Contract, by: User, former: Former | None, is_same: bool) -> Decimal:
    """Draw it from the hours of the contract; return how many."""
    if former and is_same and former.hours is not None and entry.slot is None:
        asked = former.hours
    else:
        asked = charging.cost(contract, entry).hours
    returned = former.free if former else ZERO
    if asked:
        estimates.refuse_beyond(entry.ticket, asked)
        _refuse_unasked(contract, entry.ticket, asked, returned)
    prepaid.consume(contract, asked, time_entry=entry, by=by, at=entry.logged_at, returned=returned)
    return asked


def _refuse_unasked(contract: Contract, ticket: Ticket, asked: Decimal, returned: Decimal) -> None:
    """Where the client wants to be asked at zero, an approved estimate is the answer.

    What is set aside for the ticket, or was given back for it, was granted before.
    """
    if exhausted.rule_of(ticket, contract) != AtZero.ASK:
        return
    ledger.lock(contract)
    aside = reservations.aside(contract, ticket)
    left = max(ledger.balance(contract), returned) + aside
    if asked > left and estimates.in_force(ticket) is None:
        raise ClientNotAsked(contract, left=left, request_type=exhausted.stricter_type(ticket, contract))


def contract_of(ticket: Ticket) -> Contract | None:
    coverage = Coverage.objects.filter(ticket=ticket.pk).select_related("contract").first()
    return coverage.contract if coverage else None


def _minute(moment: datetime | None) -> datetime | None:
    """Forms know no seconds."""
    return moment and moment.replace(second=0, microsecond=0)


def _rate(contract: Contract | None, entry: TimeEntry) -> Rate:
    """One statement for a contract without classes; two more for its calendar."""
    classes = list(contract.rate_classes.all()) if contract else []
    if contract is None or not classes:
        return rates.ORDINARY
    work = Work(entry.spent_on, entry.minutes, entry.work_kind, entry.ticket.priority, entry.started_at)
    version = contract.calendar.version_at(work.started_at or timezone.now())
    if version is None:
        return rates.rate(classes, work, None, None)
    return rates.rate(classes, work, parse(version.definition), version.worktime())


def _record(entry: TimeEntry, *, by: User, minutes: int, taken: Decimal, **details: Any) -> None:
    """In the history; it names the person whose time it is when somebody else acts."""
    if by.pk != entry.person_id:
        details["person"] = entry.person_id
    record(
        entry.ticket, EventKind.TIME_LOGGED, by=by, entry=entry.pk, minutes=minutes,
        hours=str(taken), work_kind=entry.work_kind, billable=entry.is_billable, **details,
    )  # fmt: skip
