"""What becomes of a clock when something happens to its ticket (R4, R6, R11). Pure.

Each function takes the clock's kind and state and returns the facts to add, in order. The same rules
serve the desk (`sla.clocks.lifecycle`) and a played scenario (`sla.simulation.scenario`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sla.engine.facts import LIVE, STOPPED, FactKind, Rule, State

FIRST_RESPONSE, NEXT_RESPONSE, RESOLUTION = "first_response", "next_response", "resolution"
KINDS = (FIRST_RESPONSE, NEXT_RESPONSE, RESOLUTION)
# Before the approval the desk is not asked at all. Any other waiting concerns the work only: a client
# who writes while a supplier is at it still wants an answer.
PAUSES_RESPONSES = frozenset({"waiting_approval"})
OVER = frozenset({"resolved", "closed"})


@dataclass(frozen=True)
class Step:
    """A fact to add; `details` are keywords of `facts.Fact`."""

    kind: FactKind
    details: dict[str, Any] = field(default_factory=dict)


def pauses(kind: str, status: str, pause_in: Collection[str]) -> bool:
    """Does a clock of this kind stand still in this status?"""
    return status in pause_in and (kind == RESOLUTION or status in PAUSES_RESPONSES)


def to_status(
    kind: str, state: State, status: str, *, pause_in: Collection[str], reopen: Rule, has_target: bool = True
) -> list[Step]:
    """The ticket came into `status`; `has_target`: does a row promise such a clock now (R9)?"""
    if status == "cancelled":
        return [Step(FactKind.CANCEL)] if state in LIVE else []
    if status in OVER:
        return [Step(FactKind.STOP)] if state in LIVE else []
    steps = []
    if kind == RESOLUTION and state in STOPPED and has_target:
        steps.append(Step(FactKind.REOPEN, {"rule": reopen}))
        state = State.RUNNING
    if state is State.PAUSED:
        steps.append(Step(FactKind.RESUME))
        state = State.RUNNING
    if state is State.RUNNING and pauses(kind, status, pause_in):
        steps.append(Step(FactKind.PAUSE, {"reason": status}))
    return steps


def to_staff_message(kind: str, state: State) -> list[Step]:
    """A member of staff wrote something that the client can read."""
    return [Step(FactKind.STOP)] if kind != RESOLUTION and state in LIVE else []


def starts_next_response(first_response: State, next_response: State) -> bool:
    """Does a client's message start the next-response clock? Not while the first answer is owed."""
    return first_response not in LIVE and next_response not in LIVE


def to_new_terms(
    kind: str, state: State, *, has_target: bool, may_return: bool, rule: Rule, other_type: bool
) -> list[Step]:
    """The ticket was reclassified into another row of the matrix (R5); a clock was there before.

    `may_return`: what it measures is still to be done, should it have been cancelled before.
    """
    if not has_target:
        return [Step(FactKind.CANCEL)] if state in LIVE else []
    retarget = Step(FactKind.RETARGET, {"rule": rule, "restart": other_type})
    if state is State.CANCELLED:
        return [Step(FactKind.REOPEN, {"rule": Rule.CONTINUE}), retarget] if may_return else []
    # A stopped clock keeps its result; the new terms hold if the ticket is re-opened.
    return [retarget] if state in LIVE or kind == RESOLUTION else []
