"""A report for programs: fixed keys, raw values, ISO 8601 moments."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from reports.report import Column, Report, Value


def render(report: Report) -> bytes:
    return json.dumps(plain(report), ensure_ascii=False, indent=2).encode() + b"\n"


def plain(report: Report) -> dict[str, Any]:
    """Return the report as JSON values. Shares are 0 to 1."""
    return {
        "report": report.kind.value,
        "title": report.title,
        "summary": report.summary,
        "language": report.language,
        "client": report.client and {"id": report.client.pk, "name": report.client.name},
        "period": _period(report),
        "figures": {figure.key: _value(figure.value) for figure in report.figures},
        "tables": {
            table.key: [
                _named(table.columns, line.values) | {"key": line.facets.get(table.key)}
                for line in table.lines
            ]
            for table in report.tables
        },
        "series": _series(report),
        "rows": [_named(report.columns, row.values) | {"ticket": row.ticket} for row in report.rows],
    }


def _period(report: Report) -> dict[str, str]:
    period = report.period
    return {
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "time_zone": period.zone,
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
    }


def _series(report: Report) -> list[dict[str, Any]]:
    part: Sequence[int | None] = report.series.part or [None] * len(report.series.points)
    return [
        {"day": day.isoformat(), "count": number} | ({} if bad is None else {"overdue": bad})
        for (day, number), bad in zip(report.series.points, part, strict=True)
    ]


def _named(columns: Sequence[Column], values: Sequence[Value]) -> dict[str, Any]:
    return {column.key: _value(value) for column, value in zip(columns, values, strict=True)}


def _value(value: Value) -> Any:
    return value.isoformat() if isinstance(value, date) else value
