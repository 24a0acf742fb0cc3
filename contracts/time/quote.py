"""What time would take from the hours of a contract, said before it is logged. Nothing is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from contracts import formats as contract_formats
from contracts.hours import estimates, ledger, reservations
from contracts.models import Contract, Rounding, TimeEntry
from contracts.time import booking_rules, charging
from contracts.time.entries import Told, contract_of, drawn_for, is_same_work, put_terms
from servicedesk.lib import formatting
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket


@dataclass(frozen=True)
class Quote:
    """`hours` are taken from the contract, and `left` after that; both None where nothing is charged to it.

    Hours that were set aside for the ticket are used first; `left` are those that are free for all.
    `sentences` say it, and why.
    """

    hours: Decimal | None
    left: Decimal | None
    sentences: list[str]

    @property
    def is_short(self) -> bool:
        return self.left is not None and self.left < 0


def of(ticket: Ticket, told: Told, person: User, *, former: TimeEntry | None = None) -> Quote:
    """What `log_time` would take now for this person; with `former`, what `change_time` would in its place.

    Whether it would be let in is not asked. At most eleven statements.
    """
    entry = TimeEntry(ticket=ticket, person=person, **told.columns(person))
    contract = contract_of(ticket)
    if contract is None:
        return Quote(None, None, [_("No contract covers the ticket: nothing is charged.")])
    if entry.is_billable:
        return Quote(None, None, [_("Billable outside the contract: none of its hours are used.")])
    if not booking_rules.pays_for(contract, entry.work_kind):
        return Quote(None, None, [booking_rules.not_paid(contract, entry.work_kind)])
    if former and is_same_work(former, entry):
        return Quote(None, None, [_("Only the text changes: the charge stays the same.")])
    put_terms(entry, contract)
    found = charging.cost(contract, entry, without=former)
    after = _after(contract, ticket, found.hours, _comes_back(contract, former) if former else ledger.ZERO)
    return Quote(found.hours, after.left, list(_sentences(contract, entry, found, after)))


class _After(NamedTuple):
    """Hours that are free for all, and those that stay set aside for the ticket."""

    left: Decimal
    aside: Decimal


def _after(contract: Contract, ticket: Ticket, taken: Decimal, returned: Decimal) -> _After:
    """Hours that come back belong to the approved estimate again; work uses what is set aside first."""
    held = reservations.aside(contract, ticket)
    again = estimates.would_be_set_aside(ticket, returned, held)
    aside = held + again
    covered = min(taken, aside)
    return _After(ledger.balance(contract) + returned - again - (taken - covered), aside - covered)


def rule(contract: Contract | None) -> str:
    """How time is rounded, for a form that nothing was typed into yet; "" without a contract."""
    if contract is None:
        return ""
    return _RULES[Rounding(contract.rounding)](contract.minimum_slot)


def _comes_back(contract: Contract, former: TimeEntry) -> Decimal:
    """Hours that taking the former entry back returns to this contract."""
    drawn = drawn_for(former)
    if drawn is None or drawn.contract_id != contract.pk:
        return ledger.ZERO
    return charging.cost(contract, former).hours if former.slot else -drawn.hours


def _sentences(contract: Contract, entry: TimeEntry, found: charging.Cost, after: _After) -> list[str]:
    said = [
        _("%(time)s use %(hours)s h of %(contract)s.")
        % {"time": _time(entry.minutes), "hours": contract_formats.hours(found.hours), "contract": contract},
        rule(contract),
    ]
    if found.minutes:
        said.append(_("Added up with %(time)s logged before.") % {"time": _time(found.minutes)})
    if entry.rate_name:
        rate = {"rate": entry.rate_name, "factor": contract_formats.hours(entry.factor)}
        said.append(_("Rate “%(rate)s”: ×%(factor)s.") % rate)
    told = {"left": contract_formats.hours(after.left), "reserved": contract_formats.hours(after.aside)}
    said.append(
        _("Then %(left)s h are left, and %(reserved)s h stay reserved for this ticket.") % told
        if after.aside
        else _("Then %(left)s h are left.") % told
    )
    return said


def _time(minutes: int) -> str:
    return formatting.duration(timedelta(minutes=minutes))


_RULES: dict[Rounding, Callable[[int], str]] = {
    Rounding.ENTRY: lambda slot: _("Each entry is rounded up to %(slot)s minutes.") % {"slot": slot},
    Rounding.DAY: lambda slot: (
        _("The time of a ticket and day is rounded up together, to %(slot)s minutes.") % {"slot": slot}
    ),
    Rounding.TICKET: lambda slot: (
        _("All time of a ticket is rounded up together, to %(slot)s minutes.") % {"slot": slot}
    ),
}
