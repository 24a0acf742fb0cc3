"""Approvals and the fulfilment plan in words: for the setup screens, the preview and the Excel file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from catalog.checks import said
from catalog.fulfilment import plan_check
from catalog.fulfilment.approval_levels import Level, Needs, WhenLate, Who
from catalog.questions import kinds as question_kinds
from catalog.questions.condition_check import Earlier
from catalog.questions.text import condition

Names = Mapping[int, str]


@dataclass(frozen=True)
class TaskWords:
    title: str
    group: str
    target: str
    condition: str
    questions: int
    lines: int


@dataclass(frozen=True)
class StageWords:
    """`order` is "" for a stage of one task."""

    title: str
    order: str
    condition: str
    tasks: list[TaskWords]


def level(level: Level, people: Names) -> str:
    """“The client's managers: one of them, when it costs more than 500. After 24 h we remind.”"""
    asked = _asked(level, people)
    limit = _limit(level)
    first = _("%(people)s, %(limit)s.") % {"people": asked, "limit": limit} if limit else f"{asked}."
    return " ".join([first, *_times(level)])


def _asked(level: Level, people: Names) -> str:
    all_of_them = level.needs == Needs.ALL
    match level.who:
        case Who.CLIENT_MANAGER:
            return _("All of the client’s managers") if all_of_them else _("Any of the client’s managers")
        case Who.ACCOUNT_MANAGER:
            return _("The account manager")
        case Who.GROUP_LEADER:
            return _("All of the group’s leaders") if all_of_them else _("Any of the group’s leaders")
    names = [people.get(pk) or _("deleted person") for pk in level.people]
    if len(names) == 1:
        return names[0]
    words = _("All of these: %(names)s") if all_of_them else _("Any of these: %(names)s")
    return words % {"names": ", ".join(names)}


def _limit(level: Level) -> str:
    limits = {"price": level.above_price, "hours": level.above_hours}
    values = {name: number_format(limit) for name, limit in limits.items() if limit is not None}
    if len(values) > 1:
        return _("when it costs more than %(price)s or takes more than %(hours)s h") % values
    if "price" in values:
        return _("when it costs more than %(price)s") % values
    return _("when it takes more than %(hours)s h") % values if values else ""


def _times(level: Level) -> list[str]:
    told = []
    if level.remind_hours:
        told.append(_("After %(hours)s h a reminder is sent.") % {"hours": level.remind_hours})
    if level.expire_hours:
        told.append(_LATE[level.when_late]() % {"hours": level.expire_hours})
    return told


_LATE: dict[str, Callable[[], str]] = {
    WhenLate.WAIT: lambda: _("After %(hours)s h it is overdue; the approval stays open."),
    WhenLate.LEADER: lambda: _("After %(hours)s h it is escalated to the group’s leaders."),
    WhenLate.APPROVE: lambda: _("After %(hours)s h it counts as approved."),
    WhenLate.REJECT: lambda: _("After %(hours)s h it counts as not approved."),
}


def stages(plan: Any, form: Any, groups: Names) -> list[StageWords]:
    """A plan that was checked, or nearly: what cannot be read is left out."""
    found = plan_check.stages_of(plan)
    return [
        _stage(stage, plan_check.earlier(found, form, number), groups) for number, stage in enumerate(found)
    ]


def _stage(stage: Mapping[str, Any], before: Earlier, groups: Names) -> StageWords:
    tasks = plan_check.tasks_of(stage)
    order = _("in sequence") if stage.get("in_order") else _("in parallel")
    return StageWords(
        title=said(stage.get("title"), stage.get("translations")),
        order=order if len(tasks) > 1 else "",
        condition=condition(stage.get("condition"), before),
        tasks=[_task(task, before, groups) for task in tasks],
    )


def _task(task: Mapping[str, Any], before: Earlier, groups: Names) -> TaskWords:
    group = task.get("group")
    return TaskWords(
        title=said(task.get("title"), task.get("translations")),
        group=groups.get(group, _("deleted group")) if isinstance(group, int) else "",
        target=str(task.get("target") or ""),
        condition=condition(task.get("condition"), before),
        questions=len(question_kinds.by_key(task.get("form"))),
        lines=len(task["checklist"]) if isinstance(task.get("checklist"), list) else 0,
    )
