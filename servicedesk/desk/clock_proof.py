"""“Why 15:02?”: the proof behind a deadline as a tape of working time and a sum."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sla.display import Proof, ProofRow

# How each sort of row looks on the tape; the target and the sum are not on it.
_LOOK = {"counted": "run", "paused": "pause", "closed": "closed"}
_WIDEST_GAP = timedelta(hours=3)  # nights and pauses are drawn no wider than this
_MANY = 24  # more stretches than this make no picture


@dataclass(frozen=True)
class Piece:
    """A stretch of the tape; `width` in percent of it."""

    kind: str
    width: float
    row: ProofRow | None


def tape(proof: Proof, at: datetime) -> list[Piece]:
    """The stretches from the start until now and what is left; nothing when they are too many."""
    rows = [row for row in proof.rows if row.kind in _LOOK and row.start and row.end]
    if not rows or len(rows) > _MANY:
        return []
    weights = [_weight(row) for row in rows]
    left = max(proof.left, timedelta(0)) if proof.due_at and proof.due_at > at else timedelta(0)
    whole = sum(weights, left)
    if not whole:
        return []
    pieces = [
        Piece(_LOOK[row.kind], 100 * (weight / whole), row) for row, weight in zip(rows, weights, strict=True)
    ]
    return [*pieces, Piece("left", 100 * (left / whole), None)] if left else pieces


def _weight(row: ProofRow) -> timedelta:
    assert row.start is not None
    assert row.end is not None
    length = row.end - row.start
    return length if row.counts else min(length, _WIDEST_GAP)
