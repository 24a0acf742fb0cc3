"""The hours of a contract beside a ticket, for its page, and what to say after work on it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from contracts.hours import exhausted, prepaid
from contracts.hours.prepaid import Totals
from contracts.models import AtZero, Contract, Coverage, LedgerEntry, TimeEntry
from contracts.time.entries import Spent, spent
from servicedesk.lib import formatting
from servicedesk.tickets.models import Ticket


@dataclass(frozen=True)
class HoursSummary:
    """Hours of the contract (all zero without one) and the work on this ticket and those merged into it.

    `rule` is what happens to work on this ticket when no hours are left; None without a contract.
    """

    coverage: Coverage | None
    contract: Contract | None
    totals: Totals
    spent: Spent
    rule: AtZero | None

    @property
    def is_used_up(self) -> bool:
        """Nothing is left and somebody should know (where work just goes on nothing is said)."""
        if self.rule is None or self.rule == AtZero.ALLOW:
            return False
        return self.totals.left <= 0


def of_ticket(ticket: Ticket) -> HoursSummary:
    """Ask everything in three statements."""
    coverage = Coverage.objects.filter(ticket=ticket).select_related("contract").first()
    if coverage:
        coverage.ticket = ticket  # so that `ticket.coverage` is not asked for again
    contract = coverage.contract if coverage else None
    return HoursSummary(
        coverage=coverage,
        contract=contract,
        totals=prepaid.totals(contract) if contract else Totals(),
        spent=spent(ticket),
        rule=exhausted.rule_of(ticket, contract) if contract else None,
    )


def contract_of(ticket: Ticket) -> Contract | None:
    """The contract behind a ticket; no statement after `of_ticket`, else two."""
    coverage: Coverage | None = getattr(ticket, "coverage", None)
    return coverage.contract if coverage else None


def warning(entry: TimeEntry) -> str:
    """What to tell whoever has just logged this: that the hours are below zero.

    Empty where they are not, where nothing was taken from them, and where the rule says neither to warn
    nor to ask the client first.
    """
    drawn = entry.ledger_entries.filter(kind=LedgerEntry.Kind.CONSUMPTION).select_related("contract").first()
    if drawn is None or exhausted.rule_of(entry.ticket, drawn.contract) not in {AtZero.WARN, AtZero.ASK}:
        return ""
    left = prepaid.balance(drawn.contract)
    if left >= 0:
        return ""
    told = {"contract": drawn.contract, "left": formatting.hours(left)}
    return _("The hours of %(contract)s are used up: %(left)s h.") % told
