"""Tickets opened in the period: how many, how many late, of which type and status, whose.

A ticket missed a deadline if a promise about it was ever broken, mended later or not
(`sla.clocks.compliance`): that stays in the record. It is not called overdue, which is said of what is still
to be done. Statuses are those of the moment the report is made. A request that was merged into another is
listed with that word and counted nowhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import BooleanField, ExpressionWrapper
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import Kind
from reports.datasets import facts
from reports.periods import Period
from reports.report import Column, Figure, Measure, Report, ReportKind, Row, Series, Table
from reports.scope import Scope
from servicedesk.tickets.models import Priority
from servicedesk.tickets.statuses import Status
from sla.clocks import compliance

if TYPE_CHECKING:
    import pandas as pd

_FACETS = ("kind", "status", "priority", "client", "agent", "group", "overdue", "open", "day")


def build(scope: Scope) -> Report:
    """Return the report of `scope`, in the active language."""
    listed = _facts(scope)
    found = [fact for fact in listed if fact["merged"] == "0"]
    figures = _figures(found, merged=len(listed) - len(found))
    return Report(
        kind=ReportKind.TICKETS,
        title=_("Requests and deadlines"),
        summary=_summary(len(found), _late(found)),
        period=scope.period,
        language=scope.language,
        client=scope.client,
        figures=figures,
        tables=_tables(facts.frame(found)),
        series=_series(scope.period, found),
        columns=_columns(),
        rows=[_row(fact, scope.period) for fact in listed],
    )


def _facts(scope: Scope) -> list[facts.Fact]:
    opened = scope.tickets().filter(opened_at__gte=scope.period.start, opened_at__lt=scope.period.end)
    was_late = ExpressionWrapper(compliance.broken(timezone.now()), BooleanField())
    records = opened.order_by("opened_at", "pk").values("pk", *facts.ticket_fields(), was_late=was_late)
    finished = set(Status.finished())
    return [
        facts.described(record)
        | {
            "ticket": record["pk"],
            "overdue": "1" if record["was_late"] else "0",
            "open": "0" if record["status"] in finished else "1",
            "day": facts.in_zone(record["opened_at"], scope.period).date().isoformat(),
        }
        for record in records
    ]


def _late(found: list[facts.Fact]) -> int:
    return sum(fact["overdue"] == "1" for fact in found)


def _summary(total: int, late: int) -> str:
    if not total:
        return _("No requests came in.")
    came = ngettext("%(count)d request came in", "%(count)d requests came in", total) % {"count": total}
    if not late:
        return _("%(came)s, no SLA was breached.") % {"came": came}
    were = ngettext("%(count)d breached the SLA", "%(count)d breached the SLA", late) % {"count": late}
    return _("%(came)s, %(were)s.") % {"came": came, "were": were}


def _figures(found: list[facts.Fact], merged: int) -> list[Figure]:
    total, late = len(found), _late(found)
    still_open = sum(fact["open"] == "1" for fact in found)
    share = late / total if total else None
    overdue = {"overdue": "1"}
    return [
        Figure("count", _("Requests"), total, note=_not_counted(merged), facets={"merged": "0"}),
        Figure("overdue", _("SLA breached"), late, is_bad=late > 0, facets=overdue),
        Figure(
            "overdue_share",
            _("SLA breached, share"),
            share,
            Measure.SHARE,
            is_bad=late > 0,
            facets=overdue,
        ),
        Figure(
            "open", _("Still open"), still_open, note=_("when this report was created"), facets={"open": "1"}
        ),
    ]


def _not_counted(merged: int) -> str:
    if not merged:
        return ""
    return ngettext(
        "%(count)d merged into another is not counted",
        "%(count)d merged into others are not counted",
        merged,
    ) % {"count": merged}


def _tables(frame: pd.DataFrame) -> list[Table]:
    shared = [facts.count_of(_("Requests")), facts.share_of(_("Share"), len(frame))]
    late = [facts.count_of(_("Requests")), *_lateness()]
    return [
        facts.table(frame, "kind", _("Type"), shared + _lateness(), order=Kind.values),
        facts.table(frame, "status", _("Status"), shared, order=Status.values),
        facts.table(frame, "priority", _("Priority"), late, order=map(str, Priority.values)),
        facts.table(frame, "client", _("Client"), late),
        facts.table(frame, "agent", _("Agent"), late),
        facts.table(frame, "group", _("Group"), late),
    ]


def _lateness() -> list[tuple[Column, facts.Sum]]:
    late = {"overdue": "1"}
    count = Column("overdue", _("SLA breached"), Measure.COUNT, late)
    share = Column("overdue_share", _("SLA breached, share"), Measure.SHARE, late)
    return [
        (count, lambda some: int((some["overdue"] == "1").sum())),
        (share, lambda some: float((some["overdue"] == "1").mean())),
    ]


def _series(period: Period, found: list[facts.Fact]) -> Series:
    late = facts.per_day(period, (fact["opened_at"] for fact in found if fact["overdue"] == "1"))
    return Series(
        title=_("Requests per day"),
        label=_("Requests"),
        points=facts.per_day(period, (fact["opened_at"] for fact in found)),
        part_label=_("SLA breached"),
        part=[number for _day, number in late],
    )


def _columns() -> list[Column]:
    return [
        Column("number", _("Number")),
        Column("opened_at", _("Opened"), Measure.MOMENT),
        Column("subject", _("Subject")),
        Column("client", _("Client")),
        Column("kind", _("Type")),
        Column("service", _("Service"), is_extra=True),
        Column("priority", _("Priority"), is_extra=True),
        Column("status", _("Status")),
        Column("agent", _("Agent")),
        Column("group", _("Group"), is_extra=True),
        Column("overdue", _("SLA breached")),
    ]


def _row(fact: facts.Fact, period: Period) -> Row:
    values = [
        facts.reference(fact["ticket"]),
        facts.in_zone(fact["opened_at"], period),
        fact["subject"],
        fact["client_label"],
        fact["kind_label"],
        fact["service_label"],
        fact["priority_label"],
        fact["status_label"],
        fact["agent_label"],
        fact["group_label"],
        _("Yes") if fact["overdue"] == "1" else _("No"),
    ]
    if fact["merged"] == "1":  # listed, but behind no figure
        return Row(fact["ticket"], values, facts.facets(fact, "merged", "status"))
    return Row(fact["ticket"], values, facts.facets(fact, "merged", *_FACETS))
