"""The next version of a policy while it is written: one draft, shared by all, saved part by part."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from servicedesk.people.models import User
from sla.models import Policy, PolicyDraft, PolicyVersion
from sla.policies.matrix.grid import fresh_rows, rows_of
from sla.versions.drafts import Conflict, discard, locked, store

__all__ = [
    "PARTS",
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

PARTS = ("rows", "escalation", "step_targets")


def latest(policy: Policy) -> PolicyVersion | None:
    """The version with the latest date, be it in force or still to come."""
    return policy.versions.order_by("-effective_from", "-number").first()


def existing(policy: Policy) -> PolicyDraft | None:
    """The draft if there is one: one statement."""
    drafts = PolicyDraft.objects.filter(policy=policy)
    return drafts.select_related("policy", "based_on", "changed_by").first()


@transaction.atomic
def draft_of(policy: Policy, by: User) -> PolicyDraft:
    """Return the draft of the policy; a new one begins as a copy of its latest version."""
    Policy.objects.select_for_update().get(pk=policy.pk)  # two who begin at once get the same draft
    return existing(policy) or begin(policy, by=by)


def begin(policy: Policy, *, by: User, **parts: Any) -> PolicyDraft:
    """Create the draft; what is not among the `PARTS` given comes from the latest version."""
    version = latest(policy)
    copied = parts_of(version) | parts
    return PolicyDraft.objects.create(policy=policy, based_on=version, changed_by=by, **copied)


def parts_of(version: PolicyVersion | None) -> dict[str, Any]:
    """The `PARTS` of a version; what a new policy begins with for none."""
    if version is None:
        return {"rows": fresh_rows(), "escalation": [], "step_targets": {}}
    return {
        "rows": rows_of(version),
        "escalation": version.escalation,
        "step_targets": version.step_targets,
    }


def save(draft: PolicyDraft, *, revision: int, by: User, **parts: Any) -> PolicyDraft:
    """Store some of the `PARTS`; return the draft as it is now. `revision` is the one the page showed.

    Raises:
        Conflict: the draft has another revision by now, or is gone.
    """
    return store(draft, revision=revision, by=by, **parts)
