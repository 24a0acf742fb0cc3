"""The hours of a contract beside a ticket, for its page."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from contracts import hours
from contracts.models import AtZero, Contract, Coverage
from contracts.time import spent_on_ticket
from servicedesk.tickets.models import Ticket


@dataclass(frozen=True)
class HoursSummary:
    """Hours of the contract (all zero without one) and minutes worked on this ticket."""

    coverage: Coverage | None
    contract: Contract | None
    bought: Decimal
    used: Decimal
    left: Decimal
    this_ticket_minutes: int

    @property
    def percent_used(self) -> int:
        """0 and up; above 100 when the contract is overdrawn. Nothing bought: 0."""
        return round(self.used / self.bought * 100) if self.bought > 0 else 0

    @property
    def is_used_up(self) -> bool:
        """Nothing is left and somebody should know (contracts that just go on say nothing)."""
        if self.contract is None or self.contract.at_zero == AtZero.ALLOW:
            return False
        return self.left <= 0


def of_ticket(ticket: Ticket) -> HoursSummary:
    """Ask everything in three statements."""
    coverage = Coverage.objects.filter(ticket=ticket).select_related("contract").first()
    contract = coverage.contract if coverage else None
    sums = hours.totals(contract) if contract else hours.Totals(hours.ZERO, hours.ZERO)
    return HoursSummary(
        coverage=coverage,
        contract=contract,
        bought=sums.bought,
        used=sums.used,
        left=sums.left,
        this_ticket_minutes=spent_on_ticket(ticket),
    )
