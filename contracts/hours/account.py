"""The account of a contract's hours over a time: levels by day, movements, and the forecast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Page
from django.db.models import (
    Case,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.utils.translation import gettext as _

from contracts.hours import ledger, prepaid
from contracts.hours.forecast import Forecast, forecast
from contracts.hours.prepaid import Totals
from contracts.models import Contract, LedgerEntry
from servicedesk.people.models import User
from servicedesk.tickets import merged
from servicedesk.tickets.visible_name import Names

Kind = LedgerEntry.Kind
DAYS = 400  # looked back; further back the steps of a drawing could not be told apart
_EPOCH = date(1970, 1, 1)
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_CAME = Q(kind__in=[Kind.PURCHASE, Kind.ROLLOVER])
_OF_WORK = Q(kind=Kind.CONSUMPTION) | Q(kind=Kind.RELEASE, time_entry__isnull=False)
_OF_RESERVES = Q(kind=Kind.RESERVE) | Q(kind=Kind.RELEASE, time_entry=None)


@dataclass(frozen=True)
class Level:
    """What was left and set aside at the end of a day, and what was bought and worked on it; hours."""

    day: date
    left: Decimal
    reserved: Decimal = ledger.ZERO
    bought: Decimal = ledger.ZERO
    used: Decimal = ledger.ZERO
    # By how much `left` moved on the day, and what of it was set aside (below zero) or freed.
    moved: Decimal = ledger.ZERO
    aside: Decimal = ledger.ZERO

    @property
    def unused(self) -> Decimal:
        """Not worked yet: left, or set aside."""
        return self.left + self.reserved


@dataclass(frozen=True)
class Account:
    """The hours of a contract by day, a year back and a month, and where they lead; `levels` are in order.

    The first level is the state before them, if there was one. `begin` is the last purchase, however old.
    """

    contract: Contract
    totals: Totals
    levels: list[Level]
    today: date
    forecast: Forecast | None
    begin: Level | None = None

    @property
    def left(self) -> Decimal:
        return self.totals.left

    @property
    def reserved(self) -> Decimal:
        return self.totals.reserved

    @property
    def unused(self) -> Decimal:
        return self.left + self.reserved

    @property
    def out_since(self) -> date | None:
        """The day since which nothing is left to work, as far back as the levels go; None: there is."""
        since = None
        for level in reversed(self.levels):
            if level.unused > 0:
                break
            since = level.day
        return since or (self.today if self.unused <= 0 else None)

    def even_pace(self) -> float | None:
        """Hours a week that would last exactly to the end of the contract, since the last purchase."""
        if not self.begin or self.contract.ends_on is None:
            return None
        weeks = (self.contract.ends_on - self.begin.day).days / 7
        return float(self.begin.left) / weeks if weeks > 0 else None


def account(contract: Contract, at: datetime) -> Account:
    """Two statements: what came and went in all, and the last 400 days added up by day, days of the client.

    The forecast reckons with what is set aside too, because that is worked at the same pace.
    """
    zone = ZoneInfo(contract.client.time_zone)
    today = at.astimezone(zone).date()
    ends = _ends(contract)
    totals, first = prepaid.totals_of(ends), _day(ends["first_at"], zone)
    levels = _levels(_days(contract, today - timedelta(days=DAYS), zone, at), totals)
    if first and first < today - timedelta(days=DAYS):
        levels.insert(0, _before(levels, totals, today - timedelta(days=DAYS)))
    used = {level.day: float(level.used) for level in levels if level.used}
    if first and used:
        used.setdefault(first, 0.0)  # how far back the use goes, though it is not read
    unused = float(totals.left + totals.reserved)
    begin = _day(ends["bought_at"], zone)
    return Account(
        contract,
        totals,
        levels,
        today,
        forecast(used, unused, today, contract.ends_on),
        Level(begin, ends["had"], bought=ends["came"]) if begin else None,
    )


def _ends(contract: Contract) -> dict[str, Any]:
    """The sums of the ledger, its first moment, and its last purchase; one statement."""
    entries = LedgerEntry.objects.filter(contract=OuterRef("pk"))
    bought = LedgerEntry.objects.filter(pk=ledger.newest_purchase(OuterRef(OuterRef("pk"))))
    ends = {
        "first_at": Subquery(entries.order_by("occurred_at").values("occurred_at")[:1]),
        "bought_at": Subquery(bought.values("occurred_at")[:1]),
        "had": Subquery(bought.values("balance")[:1]),
        "came": Subquery(bought.values("hours")[:1]),
    }
    rows = Contract.objects.filter(pk=contract.pk).order_by().annotate(**ledger.sums())
    found: dict[str, Any] = rows.values(*ledger.SUMS, **ends).get()
    return found


def _levels(days: list[dict[str, Any]], totals: Totals) -> list[Level]:
    """Reckoned backwards from what there is now."""
    left, reserved = totals.left, totals.reserved
    found = []
    for row in reversed(days):
        day = _EPOCH + timedelta(days=row["number"])
        moved, aside, used, bought = (
            (row[name] or ledger.ZERO).quantize(ledger.CENT) for name in ("moved", "aside", "used", "bought")
        )
        found.append(Level(day, left, reserved, bought, -used, moved, aside))
        left, reserved = left - moved, reserved + aside
    return found[::-1]


def _before(levels: list[Level], totals: Totals, day: date) -> Level:
    if not levels:
        return Level(day, totals.left, totals.reserved)
    first = levels[0]
    return Level(day, first.left - first.moved, first.reserved + first.aside)


def _days(contract: Contract, since: date, zone: ZoneInfo, at: datetime) -> list[dict[str, Any]]:
    """The sums of each day with entries; one statement, in which the database alone looks at the entries."""
    begin = datetime.combine(since, datetime.min.time(), zone)
    recent = contract.ledger.filter(occurred_at__gte=begin).order_by()
    rows = recent.annotate(number=_LocalDay(F("occurred_at"), _offset(begin, at, zone))).values("number")
    sums = rows.annotate(
        moved=Sum("hours"),
        aside=Sum("hours", filter=_OF_RESERVES),
        used=Sum("hours", filter=_OF_WORK),
        bought=Sum("hours", filter=_CAME),
    )
    found: list[Any] = list(sums.order_by("number"))
    return found


class _LocalDay(Func):
    """Days since 1970 where a clock is so many seconds ahead of UTC.

    Django's own way asks Python for each row on SQLite.
    """

    output_field = IntegerField()
    arity = 2

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = "((CAST(strftime('%%%%s', %(expressions)s) / 86400)"
        return super().as_sql(compiler, connection, template=template, arg_joiner=") AS INTEGER) + ", **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = "CAST(FLOOR((EXTRACT(EPOCH FROM %(expressions)s) / 86400) AS integer)"
        return super().as_sql(compiler, connection, template=template, arg_joiner=") + ", **more)


def _offset(begin: datetime, until: datetime, zone: ZoneInfo) -> Case:
    """How many seconds the zone is ahead of UTC, by the moment of an entry."""
    whens, moment = [], begin.astimezone(UTC)
    while moment < until:
        later = moment + _DAY
        if _ahead(later, zone) != _ahead(moment, zone):
            whens.append(When(occurred_at__lt=_change(moment, zone), then=Value(_ahead(moment, zone))))
        moment = later
    return Case(*whens, default=Value(_ahead(moment, zone)), output_field=IntegerField())


def _change(moment: datetime, zone: ZoneInfo) -> datetime:
    """The first minute of the day after `moment` with another offset."""
    before, after = 0, _DAY // _MINUTE
    while after - before > 1:
        middle = (before + after) // 2
        is_same = _ahead(moment + middle * _MINUTE, zone) == _ahead(moment, zone)
        before, after = (middle, after) if is_same else (before, middle)
    return moment + after * _MINUTE


def _ahead(moment: datetime, zone: ZoneInfo) -> int:
    offset = moment.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def _day(at: datetime | None, zone: ZoneInfo) -> date | None:
    return at.astimezone(zone).date() if at else None


RECKONED_ANEW = Exists(LedgerEntry.objects.filter(replaces=OuterRef("reverses")))


def reason_of(entry: Any) -> str:
    """Why a movement that names a ticket is there, for the client too: never what somebody typed for
    the desk. `entry` knows whether it `is_reckoned_anew` (`RECKONED_ANEW`)."""
    if entry.time_entry_id:
        return _("recalculated") if entry.replaces_id or entry.is_reckoned_anew else ""
    return _(entry.note) if entry.note and entry.kind == LedgerEntry.Kind.RELEASE else ""


def movements(contract: Contract) -> QuerySet[LedgerEntry]:
    """The ledger, the latest first, with what each entry was for; `name_tickets` before they are shown."""
    entries = LedgerEntry.objects.filter(contract=contract).order_by("-pk")
    entries = entries.annotate(is_reckoned_anew=RECKONED_ANEW)
    entries = entries.exclude(Q(hours=0) & (Q(is_reckoned_anew=True) | Q(replaces__isnull=False)))
    return entries.select_related("time_entry__ticket", "time_entry__person", "ticket", "by", "reverses")


def name_tickets(page: Page[LedgerEntry], reader: User) -> Page[LedgerEntry]:
    """Give each movement of a page its `named`: its ticket as this reader may know it, or None, and its
    `reason` beside that."""
    entries = list(page.object_list)
    names = Names((entry.ticket_key for entry in entries), reader)
    for entry in entries:
        about = entry.about
        entry.named = names.of(about) if about else None
        entry.reason = reason_of(entry)
    page.object_list = entries
    return page


def goes_on_in(entries: list[LedgerEntry], reader: User | None) -> dict[int, str]:
    """By ticket that was merged away, the number of the one that goes on in its place, if it may be seen."""
    tickets = [work.ticket if (work := entry.time_entry) else entry.ticket for entry in entries]
    away = {ticket.pk for ticket in tickets if ticket and ticket.merged_into_id}
    targets = merged.targets(away)
    names = Names(targets.values(), reader)
    return {key: f"SD-{target}" for key, target in targets.items() if names.sees(target)}
