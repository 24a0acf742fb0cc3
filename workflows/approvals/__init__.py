"""Approvals of a service request: level after level, each asking people who may approve or not."""

from workflows.approvals.decisions import (
    approved,
    decide,
    may_decide,
    open_to,
    rejected,
    waiting_for,
)
from workflows.approvals.levels import ask, next_level
from workflows.approvals.refusals import DecidedMeanwhile, NotAsked, ReasonMissing, refusal

STEP = "approve"  # the step of the process that waits for a level

__all__ = [
    "STEP",
    "DecidedMeanwhile",
    "NotAsked",
    "ReasonMissing",
    "approved",
    "ask",
    "decide",
    "may_decide",
    "next_level",
    "open_to",
    "refusal",
    "rejected",
    "waiting_for",
]
