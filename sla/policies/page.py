"""What the page of a policy shows: the latest version, or the draft of the next one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.people.http import UserRequest
from sla.changes import preview
from sla.models import Policy, PolicyCell, PolicyDraft, PolicyVersion
from sla.policies import drafts, matrix_table, wording
from sla.policies.listing import used
from sla.policies.matrix import differences, grid
from sla.policies.matrix.differences import Differences
from sla.policies.matrix.grid import CellError
from sla.policies.matrix.inheritance import Place, Rows
from sla.policies.wording import Names
from sla.versions import publishing


@dataclass(frozen=True)
class Screen:
    """`typed` are texts that are not stored, shown over the stored ones."""

    policy: Policy
    draft: PolicyDraft | None
    version: PolicyVersion | None
    names: Names
    typed: Mapping[Place, str]
    sort = drafts.DRAFTS

    @classmethod
    def read(cls, pk: int) -> Screen:
        """Everything but the rows: five statements."""
        policy = get_object_or_404(used(), pk=pk)
        draft = drafts.existing(policy)
        version = draft.based_on if draft else drafts.latest(policy)
        return cls(policy, draft, version, Names.read(), {})

    def with_draft(self, draft: PolicyDraft) -> Screen:
        """The same page after a change of the draft; what it began from is the same."""
        return replace(self, draft=draft)

    def with_typed(self, typed: Mapping[Place, str]) -> Screen:
        return replace(self, typed=typed)

    @cached_property
    def base(self) -> Rows:
        return grid.rows_of(self.version) if self.version else []

    @cached_property
    def rows(self) -> Rows:
        return self.draft.rows if self.draft else self.base

    @cached_property
    def errors(self) -> list[CellError]:
        if not self.draft:
            return []
        return grid.errors(self.rows, self.names.services, self.names.calendars, self.names.unfit)

    @cached_property
    def drawing(self) -> matrix_table.Drawing:
        base = self.base if self.draft else None
        return matrix_table.Drawing(self.rows, self.names, base=base, typed=self.typed, errors=self.errors)

    @cached_property
    def changes(self) -> Differences:
        return differences.between(self.base, self.rows)

    @cached_property
    def next_number(self) -> int:
        return publishing.next_number(self.policy)

    def address(self) -> str:
        return reverse("sla:policy", args=[self.policy.pk])

    def after(self, request: UserRequest, conflict: drafts.Conflict) -> tuple[Screen, dict[str, Any]]:
        """The screen as it is now, and who was faster."""
        return Screen.read(self.policy.pk), {"conflict": str(conflict)}

    def refusal(self, begins: datetime) -> str:
        return _("A version is published when every cell can be read.") if self.errors else ""

    def told(self) -> list[str]:
        return wording.told(self.changes, self.names, most=100)

    def preview(self) -> preview.Preview | None:
        """What publishing would do to open tickets; None while it cannot be published."""
        if not self.draft or self.errors:
            return None
        return preview.of_policy(self.policy, self.cells(), timezone.now())

    def publish(self, stored: PolicyDraft, begins: datetime, request: UserRequest) -> PolicyVersion:
        rows = [grid.as_fields(cell) for cell in self.cells()]
        rest = {"escalation": stored.escalation, "step_targets": stored.step_targets}
        return publishing.publish_policy(self.policy, rows, begins, by=request.user, **rest)

    def publish_context(self) -> dict[str, Any]:
        return self.context() | {
            "back": self.address(),
            "back_label": _("Back to the matrix"),
            "is_sound": self.draft is not None and not self.errors,
        }

    @property
    def is_in_force(self) -> bool:
        return self.version is not None and self.version.effective_from <= timezone.now()

    def cells(self) -> list[PolicyCell]:
        """The rows of the next version; none while something is wrong."""
        names = self.names
        return grid.build_cells(self.rows, names.services, names.calendars, names.unfit)[0]

    def context(self) -> dict[str, Any]:
        """For the templates of this page."""
        return {
            "policy": self.policy,
            "draft": self.draft,
            "version": self.version,
            "is_in_force": self.is_in_force,
            "table": self.drawing.table(),
            "current": "matrix",
            **self.bar(),
        }

    def bar(self) -> dict[str, Any]:
        """For the bar with the state of the draft."""
        if not self.draft:
            return {"next_number": self.next_number}
        return {
            "policy": self.policy,
            "draft": self.draft,
            "errors": self.errors,
            "first_error": self.drawing.first_error(),
            "summary": wording.summary(self.changes),
            "rest_changed": self.rest_changed(),
            "has_changes": bool(self.changes) or self.rest_changed() or self.version is None,
            "next_number": self.next_number,
            "stamp": differences.stamp(self.rows),
            "today": timezone.localdate(),
        }

    def rest_changed(self) -> bool:
        """Do escalation or step targets differ from the version?"""
        draft, version = self.draft, self.version
        if draft is None:
            return False
        before = (version.escalation, version.step_targets) if version else ([], {})
        return (draft.escalation, draft.step_targets) != before
