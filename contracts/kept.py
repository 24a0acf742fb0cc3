"""How many of the promises under a contract were kept in a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from contracts.models import Contract
from servicedesk.tickets.models import DueKind
from sla.models import Clock


@dataclass(frozen=True)
class Kept:
    """Promises of one kind that came to their end; a re-opened one counts by its last."""

    kind: str
    kept: int
    total: int

    @property
    def percent(self) -> float:
        """With one decimal, and never rounded up to a full hundred."""
        share = 1000 * self.kept / self.total if self.total else 0
        return int(share) / 10

    @property
    def late(self) -> int:
        return self.total - self.kept


def kept(contract: Contract, since: datetime, until: datetime) -> list[Kept]:
    """Count the clocks stopped in `[since, until)`, in one statement; kinds without any are left out."""
    stopped = Clock.objects.filter(
        ticket__coverage__contract=contract, stopped_at__gte=since, stopped_at__lt=until
    ).order_by()
    stopped = stopped.filter(state__in=[Clock.State.MET, Clock.State.BREACHED])
    rows = stopped.values("kind").annotate(
        total=Count("pk"), met=Count("pk", filter=Q(state=Clock.State.MET))
    )
    found = {row["kind"]: Kept(row["kind"], row["met"], row["total"]) for row in rows}
    return [found[kind] for kind in DueKind.values if kind in found]
