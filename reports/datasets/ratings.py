"""What clients answered in the period: 1 to 5 and a comment.

A ticket rated twice in the period counts once, with its last answer: the second rating
replaces the first (`tickets.lifecycle.rate`). The agent is the one who answers for the ticket now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import Kind
from reports.datasets import facts
from reports.periods import Period
from reports.report import Column, Figure, Line, Measure, Report, ReportKind, Row, Series, Table
from reports.scope import Scope
from reports.value_text import rounded
from servicedesk.tickets.models import EventKind, TicketEvent

if TYPE_CHECKING:
    import pandas as pd

SCALE = (5, 4, 3, 2, 1)
_GOOD, _BAD = 4, 2  # at least, at most
_FACETS = ("kind", "client", "agent", "rating", "good", "bad", "day")


def build(scope: Scope) -> Report:
    """Return the report of `scope`, in the active language."""
    found = _facts(scope)
    return Report(
        kind=ReportKind.RATINGS,
        title=_("Ratings"),
        summary=_summary(found),
        period=scope.period,
        language=scope.language,
        client=scope.client,
        figures=_figures(found),
        tables=_tables(facts.frame(found), found),
        series=Series(
            title=_("Answers per day"),
            label=_("Answers"),
            points=facts.per_day(scope.period, (fact["rated_at"] for fact in found)),
        ),
        columns=_columns(),
        rows=[_row(fact, scope.period) for fact in found],
    )


def _facts(scope: Scope) -> list[facts.Fact]:
    events = TicketEvent.objects.filter(
        kind=EventKind.RATED,
        happened_at__gte=scope.period.start,
        happened_at__lt=scope.period.end,
        ticket__in=scope.tickets().order_by(),
    ).order_by("happened_at", "pk")
    fields = facts.ticket_fields("ticket__")
    last = {
        record["ticket_id"]: record
        for record in events.values("ticket_id", "happened_at", "details", *fields)
    }
    return [
        facts.described(record, "ticket__")
        | {
            "ticket": ticket,
            "rated_at": record["happened_at"],
            "stars": (stars := int(record["details"]["rating"])),
            "comment": record["details"].get("comment", ""),
            "rating": str(stars),
            "good": "1" if stars >= _GOOD else "0",
            "bad": "1" if stars <= _BAD else "0",
            "day": facts.in_zone(record["happened_at"], scope.period).date().isoformat(),
        }
        for ticket, record in sorted(last.items(), key=lambda item: (item[1]["happened_at"], item[0]))
    ]


def _average(found: list[facts.Fact]) -> float | None:
    return sum(fact["stars"] for fact in found) / len(found) if found else None


def _summary(found: list[facts.Fact]) -> str:
    average = _average(found)
    if average is None:
        return _("No request was rated.")
    rated = ngettext("%(count)d request was rated", "%(count)d requests were rated", len(found))
    return _("%(rated)s, %(average)s of 5 on average.") % {
        "rated": rated % {"count": len(found)},
        "average": rounded(average, 2),
    }


def _figures(found: list[facts.Fact]) -> list[Figure]:
    total = len(found)
    good = sum(fact["good"] == "1" for fact in found)
    bad = sum(fact["bad"] == "1" for fact in found)
    share = good / total if total else None
    return [
        Figure("average", _("Average rating"), _average(found), Measure.AVERAGE, note=_("of 5")),
        Figure("count", _("Answers"), total),
        Figure("good_share", _("Rated 4 or 5"), share, Measure.SHARE, facets={"good": "1"}),
        Figure("bad", _("Rated 1 or 2"), bad, is_bad=bad > 0, facets={"bad": "1"}),
    ]


def _tables(frame: pd.DataFrame, found: list[facts.Fact]) -> list[Table]:
    sums = [
        facts.count_of(_("Answers")),
        (Column("average", _("Average rating"), Measure.AVERAGE), lambda some: float(some["stars"].mean())),
    ]
    return [
        _distribution(found),
        facts.table(frame, "kind", _("Type"), sums, order=Kind.values),
        facts.table(frame, "client", _("Client"), sums),
        facts.table(frame, "agent", _("Agent"), sums),
    ]


def _distribution(found: list[facts.Fact]) -> Table:
    """Every mark has its line, also one that nobody gave."""
    given = [fact["stars"] for fact in found]
    columns = [
        Column("rating", _("Rating")),
        Column("count", _("Answers"), Measure.COUNT),
        Column("share", _("Share"), Measure.SHARE),
    ]
    lines = [
        Line([str(stars), (count := given.count(stars)), count / len(given)], {"rating": str(stars)})
        for stars in SCALE
        if given
    ]
    return Table("rating", _("Distribution"), columns, lines, bars=True)


def _columns() -> list[Column]:
    return [
        Column("number", _("Number")),
        Column("rated_at", _("Rated"), Measure.MOMENT),
        Column("subject", _("Subject")),
        Column("client", _("Client")),
        Column("kind", _("Type")),
        Column("agent", _("Agent")),
        Column("rating", _("Rating"), Measure.COUNT),
        Column("comment", _("Comment")),
    ]


def _row(fact: facts.Fact, period: Period) -> Row:
    values = [
        facts.reference(fact["ticket"]),
        facts.in_zone(fact["rated_at"], period),
        fact["subject"],
        fact["client_label"],
        fact["kind_label"],
        fact["agent_label"],
        fact["stars"],
        fact["comment"],
    ]
    return Row(fact["ticket"], values, facts.facets(fact, *_FACETS))
