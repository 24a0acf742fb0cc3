"""How a client is doing, in figures and in one word; for many clients at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, OuterRef, Q, Subquery
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contracts import formats as contract_formats
from contracts.models import Contract, LedgerEntry
from servicedesk.lib import formatting
from servicedesk.people.models import Client, User
from servicedesk.tickets.models import Ticket, TicketQuerySet
from sla.clocks import compliance as counting
from sla.models import Escalation

PERIOD = timedelta(days=90)  # looked back
RENEWAL = timedelta(days=45)  # looked ahead
LEAST_COMPLIANCE, LOW_RATING = 90.0, 3.5  # percent of targets, average of 1 to 5
FEW_HOURS = Decimal(5)
_NEWEST = {"left": "balance", "reserved": "reserved"}  # columns of the newest ledger entry


@dataclass(frozen=True)
class Account:
    """The hours of one contract. No other contract pays for it, so they are never added up."""

    contract: Contract
    left: Decimal
    reserved: Decimal


@dataclass
class Health:
    """Figures of one client. `rating` and `compliance` (percent) are of the last 90 days, None without any.

    `worries` are sentences, the gravest first; none: all is well.
    """

    client: Client
    contracts: list[Contract] = field(default_factory=list)
    open: int = 0
    overdue: int = 0
    escalated: int = 0
    rating: float | None = None
    compliance: float | None = None
    accounts: list[Account] = field(default_factory=list)
    ends_on: date | None = None
    worries: list[str] = field(default_factory=list)
    is_bad: bool = False

    @property
    def state(self) -> str:
        if self.is_bad:
            return "bad"
        return "warn" if self.worries else "ok"


def of_clients(clients: Iterable[Client], at: datetime, *, reader: User | None = None) -> list[Health]:
    """A fixed number of statements, however many clients; in their order.

    Tickets count that the reader may see, so for an account manager all of theirs; hours and contracts are
    whole for everybody. Without a reader everything counts.
    """
    tickets = Ticket.objects.visible_to(reader) if reader else Ticket.objects.all()
    found = {client.pk: Health(client) for client in clients}
    today = at.date()
    for row in _open_tickets(tickets, found, at):
        one = found[row["client"]]
        one.open, one.overdue = row["open"], row["overdue"]
    for row in _ratings(tickets, found, at - PERIOD):
        found[row["client"]].rating = row["rating"]
    for client, tally in _tallies(tickets, found, at - PERIOD, at).items():
        found[client].compliance = tally.compliance
    for row in _escalated(tickets, found):
        found[row["client"]].escalated = row["n"]
    for contract in valid_contracts(found, today):
        _add(found[contract.client_id], contract)
    for one in found.values():
        _judge(one, today)
    return list(found.values())


def valid_contracts(clients: Iterable[int], today: date) -> list[Contract]:
    """Contracts that hold today, each with its hours `left`, None while nothing is booked, and those
    `reserved` besides; one statement."""
    newest = LedgerEntry.objects.filter(contract=OuterRef("pk")).order_by("-pk")
    last = {name: Subquery(newest.values(column)[:1]) for name, column in _NEWEST.items()}
    valid = Contract.objects.in_use().valid_on(today).filter(client__in=list(clients))
    return list(valid.annotate(**last).order_by("client", "starts_on", "pk"))


def _open_tickets(tickets: TicketQuerySet, clients: Iterable[int], at: datetime) -> Any:
    counted = tickets.open().filter(client__in=list(clients)).order_by().values("client")
    return counted.annotate(open=Count("pk"), overdue=Count("pk", filter=counting.overdue(at)))


def _ratings(tickets: TicketQuerySet, clients: Iterable[int], since: datetime) -> Any:
    rated = tickets.filter(rated_at__gte=since, client__in=list(clients)).order_by()
    return rated.values("client").annotate(rating=Avg("rating"))


def _tallies(
    tickets: TicketQuerySet, clients: Iterable[int], since: datetime, at: datetime
) -> dict[Any, counting.Tally]:
    of_them = Q(ticket__client__in=list(clients))
    if tickets.query.where:  # not all of them
        of_them &= Q(ticket__in=tickets.order_by().values("pk"))
    return counting.as_mapping(counting.tallies(of_them, since, at, by=("ticket__client",), at=at))


def _escalated(tickets: TicketQuerySet, clients: Iterable[int]) -> Any:
    """Tickets that are open and were escalated: looked up ticket by ticket, of all there ever were."""
    raised = Escalation.objects.filter(clock__ticket=OuterRef("pk")).order_by().values("pk")[:1]
    seen = tickets.open().filter(client__in=list(clients)).alias(raised=Subquery(raised))
    return seen.filter(raised__isnull=False).order_by().values("client").annotate(n=Count("pk"))


def _add(one: Health, contract: Any) -> None:
    one.contracts.append(contract)
    if contract.left is not None:
        one.accounts.append(Account(contract, contract.left, contract.reserved))
    ends = [day for day in (one.ends_on, contract.ends_on) if day]
    one.ends_on = min(ends, default=None)


def _judge(one: Health, today: date) -> None:
    grave, worries = list(_grave(one)), list(_worrying(one, today))
    one.worries, one.is_bad = [*grave, *worries], bool(grave)


def _grave(one: Health) -> Sequence[str]:
    found = []
    if not one.contracts and one.client.is_active:
        found.append(_("No contract is in force today."))
    if one.compliance is not None and one.compliance < LEAST_COMPLIANCE:
        found.append(_("SLA compliance is only %(percent)s %%.") % {"percent": _figure(one.compliance)})
    found += [_of_account(one, each, _used_up(each)) for each in one.accounts if each.left <= 0]
    return found


def _of_account(one: Health, account: Account, sentence: str) -> str:
    """The contract is named where there are several."""
    if len(one.accounts) == 1:
        return sentence
    return _("%(contract)s: %(sentence)s") % {"contract": account.contract, "sentence": sentence}


def _used_up(account: Account) -> str:
    told = {"left": formatting.hours(account.left), "reserved": formatting.hours(account.reserved)}
    if account.left < 0:
        return _("The prepaid hours are overdrawn: %(left)s h.") % told
    if account.reserved:
        return _("No prepaid hours are left; %(reserved)s h are reserved.") % told
    return _("The prepaid hours are used up.")


def _figure(value: float) -> str:
    """Without an idle zero, as the language writes decimals."""
    return number_format(f"{value:.1f}".removesuffix(".0"))


def _worrying(one: Health, today: date) -> Sequence[str]:
    found = []
    if one.overdue:
        found.append(
            ngettext("%(n)s open ticket is overdue.", "%(n)s open tickets are overdue.", one.overdue)
            % {"n": one.overdue}
        )
    if one.rating is not None and one.rating < LOW_RATING:
        found.append(_("The average rating is %(rating)s.") % {"rating": number_format(f"{one.rating:.1f}")})
    for account in one.accounts:
        if 0 < account.left <= FEW_HOURS:
            few = _("Only %(hours)s h are left.") % {"hours": formatting.hours(account.left)}
            found.append(_of_account(one, account, few))
    if one.ends_on and one.ends_on <= today + RENEWAL:
        found.append(_("A contract ends on %(day)s.") % {"day": contract_formats.day(one.ends_on)})
    return found
