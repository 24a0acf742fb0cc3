"""Approvals and plans with names of groups and addresses of people in place of keys, and back.

So a file means the same in another installation.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from catalog.fulfilment.plan_check import stages_of, tasks_of
from servicedesk.people.models import Group, User


class Unknown(ValueError):
    """`str(error)` says which name nobody knows."""


@dataclass(frozen=True)
class Directory:
    groups: Mapping[int, str]
    people: Mapping[int, str]

    @classmethod
    def read(cls) -> Directory:
        """Two statements. People of the desk, and those who have left it."""
        people = User.objects.filter(memberships__isnull=True)
        return cls(
            dict(Group.objects.values_list("pk", "name")), dict(people.values_list("pk", "email").distinct())
        )

    def approvals_out(self, approvals: Any) -> list[Any]:
        out = deepcopy(approvals)
        for level in out:
            if level.get("people"):
                level["people"] = [self.people.get(pk, str(pk)) for pk in level["people"]]
        return list(out)

    def plan_out(self, plan: Any) -> list[Any]:
        out = deepcopy(plan)
        for task in (task for stage in out for task in stage.get("tasks") or ()):
            if task.get("group"):
                task["group"] = self.groups.get(task["group"], str(task["group"]))
        return list(out)

    def approvals_in(self, given: Any) -> Any:
        """Raises Unknown."""
        known = {email.lower(): pk for pk, email in self.people.items()}
        found = deepcopy(given)
        for level in found if isinstance(found, list) else []:
            if isinstance(level, dict) and isinstance(level.get("people"), list):
                level["people"] = [_person(one, known) for one in level["people"]]
        return found

    def plan_in(self, given: Any) -> Any:
        """Raises Unknown."""
        found = deepcopy(given)
        for stage in stages_of(found):
            for task in tasks_of(stage):
                if isinstance(task, dict) and task.get("group") not in (None, ""):
                    task["group"] = self.group(task["group"])
        return found

    def group(self, name: Any) -> int:
        """Raises Unknown."""
        known = {one.lower(): pk for pk, one in self.groups.items()}
        if (found := known.get(str(name).strip().lower())) is None:
            raise Unknown(_("There is no group “%(name)s”.") % {"name": str(name)[:120]})
        return found


def _person(given: Any, known: Mapping[str, int]) -> int:
    if (found := known.get(str(given).strip().lower())) is None:
        raise Unknown(_("No agent has the address “%(name)s”.") % {"name": str(given)[:120]})
    return found
