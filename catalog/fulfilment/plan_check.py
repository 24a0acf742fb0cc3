"""What is wrong with a fulfilment plan: its stages, their tasks, and when they are left out. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from catalog import checks
from catalog.checks import Mistake, Path
from catalog.questions import form_check
from catalog.questions import kinds as question_kinds
from catalog.questions.condition_check import Earlier, condition
from catalog.questions.conditions import OF_REQUEST

MOST_STAGES = 20
MOST_TASKS = 30  # of one stage
MOST_LINES = 50  # of one checklist
MOST_PARTS = 300  # tasks, questions, answers and lines of the whole plan: one page must hold them
LONGEST_TITLE = 120
LONGEST_LINE = 300
_CLOSING = re.compile(r"eod(\+([1-9]\d{0,2}|1000))?", re.ASCII)
_DURATION = re.compile(r"(?:(\d{1,6})d)?\s*(?:(\d{1,6})h)?\s*(?:(\d{1,6})m)?")
_MOST_MINUTES = 1000 * 24 * 60


def check(plan: Any, form: Any, groups: Collection[int]) -> Iterator[Mistake]:
    path, taken, stages = ("plan",), {OF_REQUEST}, stages_of(plan)
    if _size(stages) > MOST_PARTS:
        sentence = _("This plan is too large: at most %(n)s tasks, lines, questions and answers together.")
        yield Mistake(path, sentence % {"n": MOST_PARTS})
    for found in checks.rows(plan, path, MOST_STAGES):
        if isinstance(found, Mistake):
            yield found
        else:
            place, stage = found
            yield from _stage(place, stage, earlier(stages, form, int(place[-1])), groups, taken)


def stages_of(plan: Any) -> list[Mapping[str, Any]]:
    """The stages at their places, an empty one for what cannot be read."""
    return [one if isinstance(one, Mapping) else {} for one in plan] if isinstance(plan, list) else []


def tasks_of(stage: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    given = stage.get("tasks")
    return [one if isinstance(one, Mapping) else {} for one in given] if isinstance(given, list) else []


def key_of(stage: int, place: int, task: Mapping[str, Any]) -> str:
    """A task's key; without one of its own, its place (both count from 0)."""
    return str(task.get("key") or f"{stage + 1}-{place + 1}")


def earlier(stages: Sequence[Mapping[str, Any]], form: Any, number: int) -> Earlier:
    """What stage `number` (from 0) may look back at."""
    questions = {OF_REQUEST: question_kinds.by_key(form)}
    later = set()
    for stage_number, stage in enumerate(stages):
        for place, task in enumerate(tasks_of(stage)):
            key = key_of(stage_number, place, task)
            if stage_number < number:
                questions[key] = question_kinds.by_key(task.get("form"))
            else:
                later.add(key)
    too_late = _("This task is done at the same time or later. Choose a question of an earlier stage.")
    return Earlier(questions, later - set(questions), too_late)


def _stage(
    path: Path, given: Mapping[str, Any], before: Earlier, groups: Collection[int], taken: set[str]
) -> Iterator[Mistake]:
    yield from _named(given, path, "")
    if not isinstance(given.get("in_order", False), bool):
        yield Mistake((*path, "in_order"), _("Invalid value: yes or no is expected."))
    yield from condition(given.get("condition"), (*path, "condition"), before)
    if given.get("tasks") in (None, "", []):
        yield Mistake((*path, "tasks"), _("A stage needs a task. Add one, or remove the stage."))
    for found in checks.rows(given.get("tasks"), (*path, "tasks"), MOST_TASKS):
        if isinstance(found, Mistake):
            yield found
        else:
            yield from _task(*found, before, groups, taken)


def _task(
    path: Path, given: Mapping[str, Any], before: Earlier, groups: Collection[int], taken: set[str]
) -> Iterator[Mistake]:
    yield from _task_key(path, given, taken)
    yield from _named(given, path, _("Write what is to be done."))
    group = given.get("group")
    if group not in (None, "") and not (type(group) is int and group in groups):
        yield Mistake((*path, "group"), _("This group does not exist. Choose another."))
    yield from _target(given.get("target"), (*path, "target"))
    yield from condition(given.get("condition"), (*path, "condition"), before)
    yield from form_check.check(given.get("form"), (*path, "form"))
    for found in checks.rows(given.get("checklist"), (*path, "checklist"), MOST_LINES):
        if isinstance(found, Mistake):
            yield found
        else:
            yield from _line(*found)


def _task_key(path: Path, given: Mapping[str, Any], taken: set[str]) -> Iterator[Mistake]:
    stage, place = path[1], path[3]
    key = given.get("key")
    if key == OF_REQUEST:
        sentence = _("The key “%(key)s” stands for the request itself. Choose another.")
        yield Mistake((*path, "key"), sentence % {"key": key})
    elif key in (None, ""):
        yield from checks.key(key_of(int(stage), int(place), given), (*path, "key"), taken)
    else:
        yield from checks.key(key, (*path, "key"), taken)


def _named(given: Mapping[str, Any], path: Path, missing: str) -> Iterator[Mistake]:
    yield from checks.text(given.get("title"), (*path, "title"), LONGEST_TITLE, missing)
    yield from checks.translations(given.get("translations"), (*path, "translations"), LONGEST_TITLE)


def _line(path: Path, given: Mapping[str, Any]) -> Iterator[Mistake]:
    missing = _("Write the checklist item, or remove the line.")
    yield from checks.text(given.get("text"), (*path, "text"), LONGEST_LINE, missing)
    yield from checks.translations(given.get("translations"), (*path, "translations"), LONGEST_LINE)


def _target(given: Any, path: Path) -> Iterator[Mistake]:
    """Working time as agreements write it; how long a `d` is, says the calendar."""
    if given in (None, ""):
        return
    text = given.strip() if isinstance(given, str) else ""
    if _CLOSING.fullmatch(text):
        return
    match = _DURATION.fullmatch(text)
    if not match or not any(match.groups()):
        sentence = _(
            "“%(text)s” is not a duration. Write for example “30m”, “4h”, “2d”, “1d 4h”, "
            "or “eod” and “eod+1” for the end of the day."
        )
        yield Mistake(path, sentence % {"text": str(given)[:40]})
        return
    days, hours, minutes = (int(part or 0) for part in match.groups())
    if not 0 < (days * 24 + hours) * 60 + minutes <= _MOST_MINUTES:
        yield Mistake(path, _("A target must be longer than zero, and at most 1000 days."))


def _size(stages: list[Mapping[str, Any]]) -> int:
    return sum(_parts(task) for stage in stages for task in tasks_of(stage))


def _parts(task: Mapping[str, Any]) -> int:
    questions = task.get("form") if isinstance(task.get("form"), list) else []
    lines = task.get("checklist") if isinstance(task.get("checklist"), list) else []
    answers = [len(question_kinds.values(one)) for one in questions or [] if isinstance(one, Mapping)]
    return 1 + len(questions or []) + len(lines or []) + sum(answers)
