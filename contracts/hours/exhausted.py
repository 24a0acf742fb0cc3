"""What happens when no hours are left: as the request type says, else as the contract does."""

from __future__ import annotations

from contracts.models import AtZero, Contract
from servicedesk.lib.localized import localized
from servicedesk.tickets.models import Ticket

# From the mildest to the strictest.
_STRICTNESS = [AtZero.ALLOW, AtZero.WARN, AtZero.ASK, AtZero.REFUSE]


def rule_of(ticket: Ticket, contract: Contract) -> AtZero:
    """The rule that holds for work on this ticket; what the ticket was opened with counts."""
    own = ticket.catalog_snapshot.get("at_zero")
    return AtZero(own if own in AtZero.values else contract.at_zero)


def stricter_type(ticket: Ticket, contract: Contract) -> str:
    """The name of the ticket's request type if its rule is stricter than the contract's, else nothing."""
    own, agreed = rule_of(ticket, contract), AtZero(contract.at_zero)
    if _STRICTNESS.index(own) <= _STRICTNESS.index(agreed):
        return ""
    return localized(ticket.catalog_snapshot.get("name", ""), ticket.catalog_snapshot.get("translations"))
