"""The next version of a policy while it is written: one draft, shared by all, saved part by part."""

from __future__ import annotations

from typing import Any

from sla.models import Policy, PolicyDraft, PolicyVersion
from sla.policies.matrix.grid import fresh_rows, rows_of
from sla.versions.drafts import Conflict, Drafts, discard, locked, store

__all__ = [
    "DRAFTS",
    "Conflict",
    "begin",
    "discard",
    "draft_of",
    "existing",
    "latest",
    "locked",
    "parts_of",
    "save",
]


def parts_of(version: PolicyVersion | None) -> dict[str, Any]:
    """The parts of a version; what a new policy begins with for none."""
    if version is None:
        return {"rows": fresh_rows(), "escalation": [], "step_targets": {}}
    return {
        "rows": rows_of(version),
        "escalation": version.escalation,
        "step_targets": version.step_targets,
    }


DRAFTS: Drafts[Policy, PolicyVersion, PolicyDraft] = Drafts(Policy, PolicyDraft, parts_of)
latest, existing, draft_of, begin = DRAFTS.latest, DRAFTS.existing, DRAFTS.draft_of, DRAFTS.begin
save = store
