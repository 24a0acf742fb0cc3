"""The calculation of a deadline with the contract behind it: which, why this one, and the proof."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from contracts.models import Contract, Coverage
from servicedesk.tickets.models import Ticket
from sla.proof import as_json, calculation
from sla.proof.rows import Proof


@dataclass(frozen=True)
class Source:
    """The contract as it was named when the ticket was covered; nothing is known of a bare ticket."""

    coverage: Coverage | None = None

    @property
    def contract(self) -> Contract | None:
        return self.coverage.contract if self.coverage else None

    @property
    def name(self) -> str:
        return str(self._details.get("contract", "")) if self.contract else ""

    @property
    def number(self) -> str:
        return str(self._details.get("number", "")) if self.contract else ""

    @property
    def ends_on(self) -> date | None:
        ends = self._details.get("ends_on")
        return date.fromisoformat(ends) if ends else None

    @property
    def sentence(self) -> str:
        """Why this contract, or why none; in the active language."""
        return self.coverage.reason_text() if self.coverage else ""

    @property
    def _details(self) -> dict[str, Any]:
        return self.coverage.details if self.coverage else {}


@dataclass(frozen=True)
class DeadlineCalculation:
    """Everything that leads to a deadline."""

    ticket: Ticket
    proof: Proof
    source: Source

    def adds_up(self) -> bool:
        return self.proof.adds_up()

    def record(self) -> dict[str, Any]:
        """JSON values, with the contract before the proof."""
        contract = {"number": self.source.number, "name": self.source.name}
        return {
            "ticket": self.ticket.reference,
            "contract": contract if self.source.contract else None,
            "coverage": self.source.sentence,
            **as_json.of_proof(self.proof),
        }


def source_of(ticket: Ticket) -> Source:
    """Read what was decided when the ticket came, or when its service was corrected: one statement."""
    return Source(Coverage.objects.filter(ticket=ticket).select_related("contract").first())


def explain(ticket: Ticket, kind: str, at: datetime) -> DeadlineCalculation | None:
    """Explain a deadline as things stood at `at`; None if the ticket has no such clock."""
    found = calculation.explain(ticket, kind, at)
    return DeadlineCalculation(ticket, found, source_of(ticket)) if found else None
