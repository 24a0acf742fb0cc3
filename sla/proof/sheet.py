"""A proof put into words by somebody: the desk and the clients' pages each have a voice of their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from sla.proof.rows import Proof, ProofRow, Run


class Voice(Protocol):
    """A module with these functions; all in the active language."""

    def label(self, row: ProofRow) -> str: ...
    def text(self, row: ProofRow) -> str: ...
    def notes(self, row: ProofRow) -> list[str]: ...
    def beginning(self, run: Run) -> str: ...
    def result(self, run: Run) -> str: ...
    def ahead(self, run: Run) -> str: ...


@dataclass(frozen=True)
class Line:
    """A row with its words: the label, what stands behind it, and short sentences below."""

    row: ProofRow
    label: str
    text: str
    notes: list[str]


@dataclass(frozen=True)
class Part:
    """One run: `lines` end with the sum; `ahead` lead to the deadline under a title of their own."""

    run: Run
    title: str
    result: str
    lines: list[Line]
    ahead_title: str
    ahead: list[Line]


@dataclass(frozen=True)
class Sheet:
    proof: Proof
    current: Part
    earlier: list[Part]


def sheet(proof: Proof, voice: Voice) -> Sheet:
    earlier = [_part(run, voice) for run in proof.earlier]
    return Sheet(proof, _part(proof.current, voice), earlier)


def _part(run: Run, voice: Voice) -> Part:
    return Part(
        run=run,
        title=voice.beginning(run),
        result=voice.result(run),
        lines=_lines(run.rows, voice),
        ahead_title=voice.ahead(run),
        ahead=_lines(run.ahead, voice),
    )


def _lines(rows: Iterable[ProofRow], voice: Voice) -> list[Line]:
    return [Line(row, voice.label(row), voice.text(row), voice.notes(row)) for row in rows]
