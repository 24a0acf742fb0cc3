"""What the page of the levels shows: those of the draft to write, else of the latest version to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.db.models import Max
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from sla.engine import escalation_levels
from sla.engine.escalation_levels import Level, LevelError
from sla.escalation import wording as escalation_wording
from sla.escalation.choices import Names
from sla.escalation.forms import LevelForm
from sla.models import Policy, PolicyDraft, PolicyVersion
from sla.policies import drafts
from sla.policies.listing import used

# For the picture, which needs some promise.
_DAY = timedelta(hours=8)
_DEADLINE = 80  # percent of the width


@dataclass(frozen=True)
class Line:
    """One level in words, and where it stands in the picture (percent of the width)."""

    number: int
    level: Level
    when: str
    clock: str
    told: list[str]
    deeds: list[str]
    place: float
    form: LevelForm | None

    @property
    def side(self) -> str:
        return "before" if self.place < _DEADLINE else "at" if self.place == _DEADLINE else "after"


@dataclass(frozen=True)
class Screen:
    """The policy with its draft (None: there is none) and its latest version."""

    policy: Policy
    draft: PolicyDraft | None
    version: PolicyVersion | None

    @classmethod
    def read(cls, pk: int) -> Screen:
        """Three statements."""
        policy = used().filter(pk=pk).first()
        if policy is None:
            raise Http404
        draft = drafts.existing(policy)
        return cls(policy, draft, draft.based_on if draft else drafts.latest(policy))

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        source = self.draft or self.version
        return read(source.escalation if source else [])

    @cached_property
    def names(self) -> Names:
        return Names.read(self.levels)

    def level(self, key: str) -> Level | None:
        return next((level for level in self.levels if level.key == key), None)

    def form(self, data: Any = None, *, key: str = "", like: Level | None = None) -> LevelForm:
        """The form of a level, or of a new one (perhaps `like` another)."""
        level = self.level(key) or like
        return LevelForm(data, names=self.names, others=self.levels, level=level, key=key)

    def context(self, bound: LevelForm | None = None, like: Level | None = None) -> dict[str, Any]:
        """For the template; `bound` is a form with errors, shown in place of its level's or the new one's."""
        forms = {bound.initial["key"]: bound} if bound else {}
        is_open = bool(self.draft) and not self.policy.is_archived
        return {
            "policy": self.policy,
            "draft": self.draft,
            "version": self.version,
            "is_in_force": self.version is not None and self.version.effective_from <= timezone.now(),
            "next_number": int(self.policy.versions.aggregate(last=Max("number"))["last"] or 0) + 1,
            "lines": [
                self._line(number, level, forms.get(level.key) if is_open else None, is_open)
                for number, level in enumerate(self.levels, 1)
            ],
            "new": (forms.get("") or self.form(like=like)) if is_open else None,
            "is_copy": like is not None,
            "is_changed": self.is_changed(),
            "sources": self._sources() if is_open else [],
        }

    def is_changed(self) -> bool:
        before = self.version.escalation if self.version else []
        return self.draft is not None and self.draft.escalation != before

    def _line(self, number: int, level: Level, bound: LevelForm | None, is_open: bool) -> Line:
        return Line(
            number=number,
            level=level,
            when=escalation_wording.threshold(level.threshold),
            clock=escalation_wording.clock(level.clock),
            told=[self.names.of(who) for who in level.tell],
            deeds=self._deeds(level),
            place=place(level),
            form=(bound or self.form(key=level.key)) if is_open else None,
        )

    def _deeds(self, level: Level) -> list[str]:
        deeds = []
        if level.raise_priority:
            deeds.append(_("the priority is raised one step"))
        if level.reassign_to:
            deeds.append(
                _("the ticket is reassigned to %(group)s") % {"group": self.names.group(level.reassign_to)}
            )
        if level.off_hours:
            deeds.append(_("outside working hours too"))
        return deeds

    def _sources(self) -> Sequence[Policy]:
        """Other policies, to copy levels from."""
        return list(Policy.objects.filter(is_archived=False).exclude(pk=self.policy.pk))


def read(escalation: Any) -> tuple[Level, ...]:
    """The levels that can be read; a draft written by hand may hold others."""
    try:
        return escalation_levels.parse(escalation)
    except LevelError:
        return ()


def place(level: Level) -> float:
    """How far along the bar, as if the promise were eight hours; what comes later gets ever closer."""
    amount = level.amount(_DAY, _DAY)
    share = (amount or timedelta(0)) / _DAY
    if share <= 1:
        return round(_DEADLINE * share, 1)
    return round(100 - (100 - _DEADLINE) / share, 1)
