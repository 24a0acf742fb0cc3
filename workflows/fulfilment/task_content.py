"""What a task of a plan says: its title, questions and checklist, kept in the data of its step.

The data is JSON: `key`, `title`, `translations`, `group`, `stage`, `stage_title`, `stage_translations`; then,
as far as the plan gives them, `form`, `checklist`, `target`, and what people did: `answers`, `ticks` (by the
number of the point, each with `by` and `at`), `keeper`. Tasks begun before plans had forms hold less of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog.questions import answers, visibility
from servicedesk.lib.localized import localized

Data = dict[str, Any]


@dataclass(frozen=True)
class Point:
    """One point of a checklist; `by` is the key of whoever ticked it."""

    number: int
    text: str
    by: int | None = None
    at: datetime | None = None

    @property
    def is_ticked(self) -> bool:
        return self.at is not None


@dataclass(frozen=True)
class TaskSheet:
    """Reads the data of one task, in the reader's language."""

    data: Mapping[str, Any]

    @property
    def title(self) -> str:
        return localized(self.data.get("title", ""), self.data.get("translations"))

    @property
    def stage_title(self) -> str:
        return localized(self.data.get("stage_title", ""), self.data.get("stage_translations"))

    @property
    def questions(self) -> Sequence[Mapping[str, Any]]:
        return self.data.get("form") or ()

    @property
    def asks(self) -> bool:
        """Whether something must be filled in or ticked before it is done."""
        return bool(self.questions or self.data.get("checklist"))

    @property
    def answers(self) -> list[tuple[str, str]]:
        return answers.shown(self.questions, self.data.get("answers") or {})

    @property
    def points(self) -> list[Point]:
        ticks = self.data.get("ticks") or {}
        return [
            _point(number, point, ticks.get(str(number)))
            for number, point in enumerate(self.data.get("checklist") or ())
        ]

    @property
    def has_open_points(self) -> bool:
        return any(not point.is_ticked for point in self.points)

    @property
    def has_open_questions(self) -> bool:
        return bool(visibility.unanswered(self.questions, self.data.get("answers") or {}))

    def named(self) -> Data:
        """What history keeps of it, readable in any language."""
        names = ("key", "title", "translations", "stage")
        return {name: self.data[name] for name in names if name in self.data}


def sheet_of(task: Any) -> TaskSheet:
    """The sheet of an open step."""
    return TaskSheet(task.data)


def _point(number: int, point: Mapping[str, Any], tick: Mapping[str, Any] | None) -> Point:
    text = localized(point.get("text", ""), point.get("translations"))
    if tick is None:
        return Point(number, text)
    return Point(number, text, tick["by"], datetime.fromisoformat(tick["at"]))
