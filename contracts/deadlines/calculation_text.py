"""The calculation of a deadline as plain text in columns, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.deadlines.calculation import DeadlineCalculation
from servicedesk.lib import formatting
from servicedesk.tickets.models import DueKind
from sla.proof import wording
from sla.proof.rows import ProofRow, RowKind
from sla.proof.sheet import Line, Part, sheet

_LABEL, _AMOUNT = 18, 12


def lines(explanation: DeadlineCalculation) -> Iterator[str]:
    """All moments in the zone of the calendar."""
    proof = explanation.proof
    calendar = proof.current.calendar
    zone = calendar.worktime().hours.tz
    with timezone.override(zone):
        yield f"{explanation.ticket}: {DueKind(proof.clock_kind).label}"
        yield from _source(explanation)
        yield _row(_("Calendar"), f"{calendar}, {zone.key}")
        yield _row(_("As things stood"), formatting.dated(proof.at))
        told = sheet(proof, wording)
        for part in [*told.earlier, told.current]:
            yield from _part(part)


def _source(explanation: DeadlineCalculation) -> Iterator[str]:
    source = explanation.source
    if source.contract:
        yield _row(_("Contract"), f"{source.number} {source.name}")
    if source.sentence:
        yield _row(_("Coverage"), source.sentence)


def _part(part: Part) -> Iterator[str]:
    yield ""
    yield f"{part.title}: {part.result}"
    for line in part.lines:
        yield from _line(line, part)
    if part.ahead:
        yield ""
        yield part.ahead_title
        for line in part.ahead:
            yield from _line(line, part)
        due = part.run.due_at or part.run.due_if_resumed
        if due:
            yield _row(_("Due"), formatting.dated(due), formatting.exact_duration(part.run.target))


def _line(line: Line, part: Part) -> Iterator[str]:
    yield _row(line.label, _words(line, part), _amount(line.row))
    for note in line.notes:
        yield _row("", f"  {note}")


def _words(line: Line, part: Part) -> str:
    row, run = line.row, part.run
    if row.kind in (RowKind.LEFT, RowKind.OVER):
        sums = formatting.exact_duration(run.target), formatting.exact_duration(run.counted_shown)
        text = " − ".join(sums)
        if run.due_at is None:
            return text
        return f"{text}, " + _("due %(moment)s") % {"moment": formatting.dated(run.due_at)}
    return ", ".join(filter(None, [_when(row), line.text]))


def _when(row: ProofRow) -> str:
    if row.start is None:
        return ""
    return formatting.dated(row.start) if row.end is None else formatting.span(row.start, row.end)


def _amount(row: ProofRow) -> str:
    if row.late:
        return formatting.exact_duration(row.late)
    return formatting.exact_duration(row.shown) if row.counts else ""


def _row(label: str, text: str, amount: str = "") -> str:
    return f"  {label:<{_LABEL}}{amount:>{_AMOUNT}}  {text}".rstrip()
