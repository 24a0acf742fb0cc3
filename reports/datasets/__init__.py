"""The three reports: SQL for the rows, pandas for the sums, plain values as the result."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import translation

from reports.datasets import ratings, reopened, tickets
from reports.report import Report, ReportKind
from reports.scope import Scope

_BUILDERS: dict[str, Callable[[Scope], Report]] = {
    ReportKind.TICKETS: tickets.build,
    ReportKind.RATINGS: ratings.build,
    ReportKind.REOPENED: reopened.build,
}


def build(kind: str, scope: Scope) -> Report:
    """Return the report in the language of `scope`. One SQL statement, however many tickets.

    Raises:
        KeyError: there is no such report.
    """
    with translation.override(scope.language):
        return _BUILDERS[kind](scope)
