"""The next version of a policy while it is written: one draft, shared by all, saved part by part."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from servicedesk.lib import formatting
from servicedesk.lib.refusals import Refusal
from servicedesk.people.models import User
from sla.matrix.grid import fresh_rows, rows_of
from sla.models import Policy, PolicyDraft, PolicyVersion

PARTS = ("rows", "escalation", "step_targets")


class Conflict(Refusal):
    """Somebody saved meanwhile. `draft` is what is stored now; None: it was published or discarded."""

    def __init__(self, draft: PolicyDraft | None) -> None:
        self.draft = draft
        if draft is None:
            sentence = _("This draft was published or discarded meanwhile.")
        else:
            sentence = _("%(person)s changed this draft meanwhile (%(time)s).") % {
                "person": draft.changed_by or _("Somebody"),
                "time": formatting.when(draft.changed_at),
            }
        super().__init__(sentence)


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


@transaction.atomic
def save(draft: PolicyDraft, *, revision: int, by: User, **parts: Any) -> PolicyDraft:
    """Store some of the `PARTS`; return the draft as it is now. `revision` is the one the page showed.

    Raises:
        Conflict: the draft has another revision by now, or is gone.
    """
    stored = locked(draft, revision=revision)
    for name, value in parts.items():
        setattr(stored, name, value)
    stored.revision += 1
    stored.changed_by = by
    stored.save(update_fields=[*parts, "revision", "changed_by", "changed_at"])
    return stored


def locked(draft: PolicyDraft, *, revision: int) -> PolicyDraft:
    """Read the draft again with a lock, inside the caller's transaction.

    Raises:
        Conflict: the draft has another revision by now, or is gone.
    """
    stored = PolicyDraft.objects.select_for_update().filter(pk=draft.pk).first()
    if stored is None or stored.revision != revision:
        raise Conflict(stored)
    return stored


@transaction.atomic
def discard(draft: PolicyDraft, *, revision: int) -> None:
    """Forget the draft.

    Raises:
        Conflict: the draft has another revision by now, or is gone.
    """
    locked(draft, revision=revision).delete()
