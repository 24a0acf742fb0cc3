"""Tickets re-opened in the period, and how many times in it.

The agent is the one who answers for the ticket now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import Kind
from reports.datasets import facts
from reports.periods import Period
from reports.report import Column, Figure, Measure, Report, ReportKind, Row, Series, Table
from reports.scope import Scope
from servicedesk.tickets.models import EventKind, TicketEvent

if TYPE_CHECKING:
    import pandas as pd

_FACETS = ("kind", "client", "agent", "again")


def build(scope: Scope) -> Report:
    """Return the report of `scope`, in the active language."""
    records = _records(scope)
    found = _facts(records)
    return Report(
        kind=ReportKind.REOPENED,
        title=_("Re-opened requests"),
        summary=_summary(len(found), len(records)),
        period=scope.period,
        language=scope.language,
        client=scope.client,
        figures=_figures(found, len(records)),
        tables=_tables(facts.frame(found)),
        series=Series(
            title=_("Re-opened per day"),
            label=_("Times re-opened"),
            points=facts.per_day(scope.period, (record["happened_at"] for record in records)),
        ),
        columns=_columns(),
        rows=[_row(fact, scope.period) for fact in found],
    )


def _records(scope: Scope) -> list[dict[str, Any]]:
    events = TicketEvent.objects.filter(
        kind=EventKind.REOPENED,
        happened_at__gte=scope.period.start,
        happened_at__lt=scope.period.end,
        ticket__in=scope.tickets().order_by(),
    ).order_by("happened_at", "pk")
    return list(events.values("ticket_id", "happened_at", *facts.ticket_fields("ticket__")))


def _facts(records: list[dict[str, Any]]) -> list[facts.Fact]:
    """One fact a ticket; the records come in the order of time."""
    found: dict[int, facts.Fact] = {}
    for record in records:
        ticket = record["ticket_id"]
        if ticket not in found:
            found[ticket] = facts.described(record, "ticket__") | {"ticket": ticket, "times": 0}
        fact = found[ticket]
        fact["times"] += 1
        fact["last_at"] = record["happened_at"]
        fact["again"] = "1" if fact["times"] > 1 else "0"
    return sorted(found.values(), key=lambda fact: (-fact["times"], fact["last_at"], fact["ticket"]))


def _summary(tickets: int, times: int) -> str:
    if not tickets:
        return _("No request was re-opened.")
    were = ngettext("%(count)d request was re-opened", "%(count)d requests were re-opened", tickets)
    often = ngettext("%(count)d time in all", "%(count)d times in all", times)
    return _("%(were)s, %(often)s.") % {"were": were % {"count": tickets}, "often": often % {"count": times}}


def _figures(found: list[facts.Fact], times: int) -> list[Figure]:
    again = sum(fact["again"] == "1" for fact in found)
    return [
        Figure("count", _("Requests re-opened"), len(found), is_bad=bool(found)),
        Figure("times", _("Times re-opened"), times),
        Figure("again", _("More than once"), again, is_bad=again > 0, facets={"again": "1"}),
    ]


def _tables(frame: pd.DataFrame) -> list[Table]:
    sums = [
        facts.count_of(_("Requests")),
        (Column("times", _("Times re-opened"), Measure.COUNT), lambda some: int(some["times"].sum())),
    ]
    return [
        facts.table(frame, "client", _("Client"), sums),
        facts.table(frame, "agent", _("Agent"), sums),
        facts.table(frame, "kind", _("Type"), sums, order=Kind.values),
    ]


def _columns() -> list[Column]:
    return [
        Column("number", _("Number")),
        Column("last_at", _("Last re-opened"), Measure.MOMENT),
        Column("times", _("Times re-opened"), Measure.COUNT),
        Column("subject", _("Subject")),
        Column("client", _("Client")),
        Column("kind", _("Type")),
        Column("status", _("Status")),
        Column("agent", _("Agent")),
    ]


def _row(fact: facts.Fact, period: Period) -> Row:
    values = [
        facts.reference(fact["ticket"]),
        facts.in_zone(fact["last_at"], period),
        fact["times"],
        fact["subject"],
        fact["client_label"],
        fact["kind_label"],
        fact["status_label"],
        fact["agent_label"],
    ]
    return Row(fact["ticket"], values, facts.facets(fact, *_FACETS))
