"""The rows of the editors with the lists that their fields choose from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from catalog.checks import said
from catalog.editor.typed_values import Box
from catalog.fulfilment import plan_check
from catalog.fulfilment import text as fulfilment_text
from catalog.fulfilment.approval_levels import Level, Needs, WhenLate, Who
from catalog.models import RequestType
from catalog.questions import form_check, ready_forms
from catalog.questions import text as question_text
from catalog.questions.answers import choices
from catalog.questions.condition_check import Earlier
from catalog.questions.conditions import OF_REQUEST, Test
from catalog.questions.kinds import CHOSEN, SAME_FORM, UNKNOWN_TO_CONDITIONS, QuestionKind
from catalog.questions.patterns import Pattern
from servicedesk.lib import keys
from servicedesk.people.models import Group, User

Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class ConditionRow:
    """`answers` of a choice to choose from; None: the answer is written by hand."""

    box: Box
    fields: list[tuple[str, Choices]]
    answers: Choices | None
    words: str

    @property
    def tests(self) -> Choices:
        """Several answers can be named only where they can be chosen."""
        names = [(one.value, str(one.label)) for one in Test]
        typed = self.box.test.typed
        return [one for one in names if one[0] != Test.ONE_OF or self.answers is not None or typed == one[0]]

    @property
    def is_gone(self) -> bool:
        known = {value for _group, options in self.fields for value, _label in options}
        return bool(self.box.field.typed) and self.box.field.typed not in known


@dataclass(frozen=True)
class QuestionRow:
    """`facts` says in short what is set in its folded part."""

    box: Box
    condition: ConditionRow
    facts: list[str]


@dataclass(frozen=True)
class TaskRow:
    box: Box
    asked: list[QuestionRow]
    title: str
    group: str
    questions: str
    lines: int
    condition: ConditionRow


@dataclass(frozen=True)
class StageRow:
    box: Box
    tasks: list[TaskRow]
    condition: ConditionRow


@dataclass(frozen=True)
class LevelRow:
    """`words` is the level as a sentence; `note` says why it is never asked."""

    box: Box
    words: str
    note: str


def levels(box: Box, stored: list[dict[str, Any]], people: Mapping[int, str], item: RequestType) -> list[Any]:
    return [_level(one, row, people, item) for one, row in zip(box.rows, stored, strict=True)]


def _level(box: Box, row: dict[str, Any], people: Mapping[int, str], item: RequestType) -> LevelRow:
    if box.faults or not row.get("who"):
        return LevelRow(box, "", "")
    level = Level.of(1, row)
    return LevelRow(box, fulfilment_text.level(level, people), _never(level, item))


def _never(level: Level, item: RequestType) -> str:
    """A limit on something that the item does not say is never passed."""
    limits = [(level.above_price, item.price), (level.above_hours, item.estimated_hours)]
    if not any(limit is not None for limit, _amount in limits) or level.asks(
        item.estimated_hours, item.price
    ):
        return ""
    if all(limit is None or amount is None for limit, amount in limits):
        return _("Not requested now: this request type has neither a price nor hours to compare with.")
    return _("Not requested now: this request type is below the limit.")


def questions(box: Box, stored: list[dict[str, Any]]) -> list[QuestionRow]:
    """`box` and `stored` are the same form, as typed and as JSON."""
    return [_question(one, form_check.earlier(stored, number)) for number, one in enumerate(box.rows)]


def _question(box: Box, before: Earlier) -> QuestionRow:
    fields = _offered(SAME_FORM, before.questions[SAME_FORM])
    condition = _condition(box.condition, before, [(_("Earlier questions"), fields)] if fields else [])
    patterns = dict(Pattern.choices)
    facts = [patterns.get(box.pattern.typed, ""), condition.words]
    if box.help.text.typed:
        facts.insert(0, _("with help"))
    return QuestionRow(box, condition, [str(fact) for fact in facts if fact])


def stages(box: Box, stored: list[dict[str, Any]], form: Any, groups: Mapping[int, str]) -> list[StageRow]:
    """`box` and `stored` are the same plan, as typed and as JSON."""
    found = []
    for number, one in enumerate(box.rows):
        before = plan_check.earlier(stored, form, number)
        fields = _fields(before, stored)
        planned = stored[number].get("tasks", [])
        tasks = [
            _task(task, row, before, fields, groups)
            for task, row in zip(one.tasks.rows, planned, strict=True)
        ]
        found.append(StageRow(one, tasks, _condition(one.condition, before, fields)))
    return found


def _task(
    box: Box, row: Mapping[str, Any], before: Earlier, fields: Any, groups: Mapping[int, str]
) -> TaskRow:
    group = box.group.typed
    return TaskRow(
        box=box,
        asked=questions(box.form, row.get("form", [])),
        title=said(box.title.typed, box.translations.typed),
        group=groups.get(keys.read(group) or 0, ""),
        questions=question_text.questions(len(box.form.rows)) if box.form.rows else "",
        lines=len(box.checklist.rows),
        condition=_condition(box.condition, before, fields),
    )


def _condition(box: Box, before: Earlier, fields: list[tuple[str, Choices]]) -> ConditionRow:
    whose, _dot, key = box.field.typed.partition(".")
    question = before.questions.get(whose, {}).get(key)
    is_choice = question is not None and question.get("kind") in CHOSEN
    values = box.value.typed
    given = {"field": box.field.typed, "test": box.test.typed, "value": values}
    return ConditionRow(
        box=box,
        fields=fields,
        answers=choices(question) if question is not None and is_choice else None,
        words=question_text.condition(given, before) if question is not None else "",
    )


def _fields(before: Earlier, stored: list[dict[str, Any]]) -> list[tuple[str, Choices]]:
    """The questions a condition may look at, under whose form they stand in."""
    titles = {OF_REQUEST: _("Form of the request")}
    for number, stage in enumerate(stored):
        for place, task in enumerate(plan_check.tasks_of(stage)):
            title = said(task.get("title"), task.get("translations"))
            titles[plan_check.key_of(number, place, task)] = _("Stage %(number)s: %(task)s") % {
                "number": number + 1,
                "task": title,
            }
    return [
        (titles[whose], offered)
        for whose, asked in before.questions.items()
        if (offered := _offered(whose, asked))
    ]


def _offered(whose: str, asked: Mapping[str, Mapping[str, Any]]) -> Choices:
    """The questions whose answer a condition can know."""
    return [
        (f"{whose}.{key}", _label(one))
        for key, one in asked.items()
        if one.get("kind") not in UNKNOWN_TO_CONDITIONS
    ]


def _label(question: Mapping[str, Any]) -> str:
    return said(question.get("label"), question.get("translations")) or _("(not written yet)")


@dataclass(frozen=True)
class Lists:
    """What the editors offer: two statements, or none for a form."""

    people: dict[int, str]
    groups: dict[int, str]

    @classmethod
    def read(cls, part: str, mentioned: Iterable[str]) -> Lists:
        """People of the desk, and whoever is mentioned though they have left."""
        if part == "form":
            return cls({}, {})
        if part == "plan":
            return cls({}, dict(Group.objects.values_list("pk", "name")))
        named = keys.read_all(mentioned)
        staff = User.objects.active().staff()
        found = (staff | User.objects.filter(pk__in=named)).order_by("full_name", "pk")
        return cls({one.pk: _named(one) for one in found}, {})


def _named(person: User) -> str:
    return str(person) if person.is_active else _("%(person)s (has left)") % {"person": person}


def static_choices() -> dict[str, Any]:
    return {
        "kinds": QuestionKind.choices,
        "patterns": Pattern.choices,
        "ready": ready_forms.names(),
        "who": Who.choices,
        "needs": Needs.choices,
        "when_late": WhenLate.choices,
    }
