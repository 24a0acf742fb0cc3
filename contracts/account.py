"""The account of a contract's hours over a time: levels, movements, what they were for, and the forecast."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.core.paginator import Page
from django.db.models import QuerySet

from contracts.forecast import Forecast, forecast
from contracts.models import Contract, LedgerEntry
from servicedesk.people.models import User
from servicedesk.tickets.named import Names

Kind = LedgerEntry.Kind
WORK = (Kind.CONSUMPTION, Kind.RELEASE)


@dataclass(frozen=True)
class Level:
    """What was left after a movement, and by how much it moved."""

    day: date
    left: Decimal
    hours: Decimal
    kind: str


@dataclass(frozen=True)
class Account:
    """All movements of a contract as levels, and where they lead."""

    contract: Contract
    levels: list[Level]
    today: date
    forecast: Forecast | None

    @property
    def left(self) -> Decimal:
        return self.levels[-1].left if self.levels else Decimal(0)

    def even_pace(self) -> float | None:
        """Hours a week that would last exactly to the end of the contract, since the last purchase."""
        if not (begin := self.last_purchase()) or self.contract.ends_on is None:
            return None
        weeks = (self.contract.ends_on - begin.day).days / 7
        return float(begin.left) / weeks if weeks > 0 else None

    def last_purchase(self) -> Level | None:
        bought = [level for level in self.levels if level.kind in {Kind.PURCHASE, Kind.ROLLOVER}]
        return bought[-1] if bought else None


def account(contract: Contract, at: datetime) -> Account:
    """Read the whole ledger in one statement; days are the client's."""
    zone = ZoneInfo(contract.client.time_zone)
    today = at.astimezone(zone).date()
    rows = contract.ledger.order_by("pk").values_list("occurred_at", "balance", "hours", "kind")
    levels = [Level(moment.astimezone(zone).date(), left, hours, kind) for moment, left, hours, kind in rows]
    used: dict[date, float] = defaultdict(float)
    for level in levels:
        if level.kind in WORK:
            used[level.day] -= float(level.hours)
    left = float(levels[-1].left) if levels else 0.0
    return Account(contract, levels, today, forecast(used, left, today, contract.ends_on))


def movements(contract: Contract) -> QuerySet[LedgerEntry]:
    """The ledger, the latest first, with what each entry was for; `name_tickets` before they are shown."""
    entries = LedgerEntry.objects.filter(contract=contract).order_by("-pk")
    return entries.select_related("time_entry__ticket", "time_entry__person", "ticket", "by", "reverses")


def name_tickets(page: Page[LedgerEntry], reader: User) -> Page[LedgerEntry]:
    """Give each movement of a page its `named`: its ticket as this reader may know it, or None."""
    entries = list(page.object_list)
    names = Names((entry.ticket_key for entry in entries), reader)
    for entry in entries:
        about = entry.about
        entry.named = names.of(about) if about else None
    page.object_list = entries
    return page
