"""SLA compliance under a contract: how many targets were met in a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from contracts.models import Contract
from servicedesk.tickets.models import DueKind
from sla.clocks import compliance as counting
from sla.clocks.compliance import Tally


@dataclass(frozen=True)
class Compliance:
    """Targets of one kind that were met or breached; `waived`: forgiven, and told beside."""

    kind: str
    met: int
    total: int
    waived: int = 0

    @property
    def percent(self) -> float:
        return Tally(self.met, self.late).compliance or 0

    @property
    def late(self) -> int:
        return self.total - self.met


def compliance(contract: Contract, since: datetime, until: datetime) -> list[Compliance]:
    """Count the targets in `[since, until)`, in one statement; kinds without any are left out."""
    of_contract = Q(ticket__coverage__contract=contract.pk)
    rows = counting.as_mapping(counting.tallies(of_contract, since, until, by=("kind",)))
    found = {kind: Compliance(str(kind), one.met, one.total, one.waived) for kind, one in rows.items()}
    return [found[kind] for kind in DueKind.values if kind in found]
