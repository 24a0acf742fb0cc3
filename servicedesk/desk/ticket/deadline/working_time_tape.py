"""“Why 15:02?”: the proof behind a deadline as a tape of working time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sla.proof.rows import Proof, ProofRow, RowKind

# How each sort of row looks on the tape; moments, the target and the sum are not on it.
_LOOK = {
    RowKind.COUNTED: "run",
    RowKind.PAUSED: "pause",
    RowKind.CLOSED: "closed",
    RowKind.STOOD: "closed",
    RowKind.DROPPED: "closed",
    RowKind.AHEAD: "left",
}
_WIDEST_GAP = timedelta(hours=3)  # nights and pauses are drawn no wider than this
_MANY = 24  # more stretches than this make no picture


@dataclass(frozen=True)
class Piece:
    """A stretch of the tape; `width` in percent of it."""

    kind: str
    width: float
    row: ProofRow


@dataclass(frozen=True)
class Tape:
    """The stretches from the start to the deadline; `now` in percent, None once the clock has stopped."""

    pieces: list[Piece]
    start: datetime
    end: datetime
    now: float | None
    is_due: bool


def tape(proof: Proof) -> Tape | None:
    """The tape of the current run; none when its stretches are too many."""
    run = proof.current
    passed = [row for row in run.rows if row.kind in _LOOK and row.start and row.end]
    rows = [*passed, *run.ahead] if run.is_live else passed
    weights = [_weight(row) for row in rows]
    whole = sum(weights, timedelta(0))
    if not whole or len(rows) > _MANY:
        return None
    pieces = [
        Piece(_LOOK[row.kind], 100 * (weight / whole), row) for row, weight in zip(rows, weights, strict=True)
    ]
    end = rows[-1].end
    assert end is not None
    now = 100 * (sum(weights[: len(passed)], timedelta(0)) / whole) if run.is_live else None
    return Tape(pieces, run.started_at, end, now, end in (run.due_at, run.due_if_resumed))


def _weight(row: ProofRow) -> timedelta:
    assert row.start is not None
    assert row.end is not None
    length = row.end - row.start
    return length if row.counts else min(length, _WIDEST_GAP)
