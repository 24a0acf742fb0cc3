"""A proof for machines: every interval and every sum, moments with their offset in the calendar's zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sla.models import CalendarVersion, PolicyCell
from sla.proof.rows import Change, Proof, ProofRow, Run, Source


def of_proof(proof: Proof) -> dict[str, Any]:
    """JSON values. `seconds` add up: counted to `counted`, with those ahead to `target`."""
    zone = proof.current.calendar.worktime().hours.tz
    return {
        "kind": proof.clock_kind,
        "at": _moment(proof.at, zone),
        "adds_up": proof.adds_up(),
        "stored_differs": sorted(proof.stored),
        "runs": [_run(run) for run in proof.runs],
    }


def _run(run: Run) -> dict[str, Any]:
    zone = run.calendar.worktime().hours.tz
    return {
        "number": run.number,
        "state": run.state.value,
        "started_at": _moment(run.started_at, zone),
        "started_by": _name(run.started_by),
        "stopped_at": _moment(run.stopped_at, zone),
        "breached_at": _moment(run.breached_at, zone),
        "due_at": _moment(run.due_at, zone),
        "due_if_resumed": _moment(run.due_if_resumed, zone),
        "target": _seconds(run.target),
        "counted": _seconds(run.counted),
        "left": _seconds(run.left),
        "adds_up": run.adds_up(),
        "calendar": _calendar(run.calendar),
        "source": _source(run.source) if run.source else None,
        "rows": [_row(row, zone) for row in run.rows],
        "ahead": [_row(row, zone) for row in run.ahead],
    }


def _row(row: ProofRow, zone: ZoneInfo) -> dict[str, Any]:
    """Without what the row does not know."""
    known = {
        "start": _moment(row.start, zone),
        "end": _moment(row.end, zone),
        "seconds": _seconds(row.amount),
        "passed": _seconds(row.passed),
        "goes_on": row.goes_on or None,
        "over": row.is_over or None,
        "late_by_clock": _seconds(row.late),
        "by": _name(row.by),
        "ended_by": _name(row.ended_by),
        "reason": row.reason or None,
        "cause": row.cause.value if row.cause else None,
        "closed_days": [one.day.isoformat() for one in row.days] or None,
        "change": _change(row.change, zone) if row.change else None,
    }
    return {"kind": row.kind.value} | {name: value for name, value in known.items() if value is not None}


def _change(change: Change, zone: ZoneInfo) -> dict[str, Any]:
    if change.back:
        return {"taken_back": [{"kind": kind.value, "at": _moment(at, zone)} for kind, at in change.back]}
    return {
        "target_before": _seconds(change.target_before),
        "target": _seconds(change.target),
        "row_before": _cell(change.cell_before),
        "row": _cell(change.cell),
        "calendar": _calendar(change.calendar) if change.calendar else None,
        "rule": change.rule.value,
        "carried": _seconds(change.carried),
    }


def _source(source: Source) -> dict[str, Any]:
    version = source.cell.version
    return {
        "policy": version.policy.name,
        "version": version.number,
        "valid_from": version.effective_from.isoformat(),
        "row": _cell(source.cell),
        "inherited_from": _cell(source.inherited_from),
        "promised": str(source.promised),
        "days": source.promised.days,
        "hours": _seconds(source.promised.rest),
        "day": _seconds(source.day),
    }


def _cell(cell: PolicyCell | None) -> dict[str, Any] | None:
    if cell is None:
        return None
    service = cell.service.name if cell.service else None
    return {"id": cell.pk, "type": cell.kind, "priority": cell.priority, "service": service}


def _calendar(version: CalendarVersion) -> dict[str, Any]:
    zone = version.worktime().hours.tz
    return {"name": version.calendar.name, "version": version.number, "zone": zone.key}


def _moment(at: datetime | None, zone: ZoneInfo) -> str | None:
    return at.astimezone(zone).isoformat() if at else None


def _seconds(amount: timedelta | None) -> int | float | None:
    if amount is None:
        return None
    seconds = amount.total_seconds()
    return int(seconds) if seconds.is_integer() else seconds


def _name(person: object) -> str | None:
    return str(person) if person else None
