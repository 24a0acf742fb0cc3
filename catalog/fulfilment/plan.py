"""The fulfilment plan of a catalog item: stages of tasks.

It is JSON on `RequestType` and in the snapshot of a ticket; these classes read it. A stage: `{"title",
"translations", "in_order": false, "condition", "tasks": [{"key", "title", "translations", "group": pk,
"form": [question], "checklist": [{"text", "translations"}], "target": "4h", "condition"}]}`. Only what an
item uses is in its JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.questions.conditions import Condition


@dataclass(frozen=True)
class PlannedTask:
    """One task of a stage; `key` names it within the plan."""

    key: str
    title: str
    translations: Mapping[str, str]
    group: int | None
    form: tuple[Mapping[str, Any], ...]
    checklist: tuple[Mapping[str, Any], ...]
    target: str
    condition: Condition | None

    @classmethod
    def of(cls, key: str, given: Mapping[str, Any]) -> PlannedTask:
        return cls(
            key=given.get("key") or key,
            title=given.get("title", ""),
            translations=given.get("translations") or {},
            group=given.get("group"),
            form=tuple(given.get("form") or ()),
            checklist=tuple(given.get("checklist") or ()),
            target=given.get("target") or "",
            condition=Condition.of(given.get("condition")),
        )


@dataclass(frozen=True)
class Stage:
    """Tasks that may be done at the same time, or one after another when `in_order`."""

    number: int
    title: str
    translations: Mapping[str, str]
    tasks: tuple[PlannedTask, ...]
    in_order: bool
    condition: Condition | None

    @classmethod
    def of(cls, number: int, given: Mapping[str, Any]) -> Stage:
        tasks = [
            PlannedTask.of(f"{number}-{place}", one) for place, one in enumerate(given.get("tasks") or (), 1)
        ]
        return cls(
            number=number,
            title=given.get("title", ""),
            translations=given.get("translations") or {},
            tasks=tuple(tasks),
            in_order=bool(given.get("in_order")),
            condition=Condition.of(given.get("condition")),
        )


def stages(snapshot: Mapping[str, Any]) -> list[Stage]:
    """The stages of the plan in a ticket's snapshot."""
    return [Stage.of(number, given) for number, given in enumerate(snapshot.get("plan") or (), 1)]
