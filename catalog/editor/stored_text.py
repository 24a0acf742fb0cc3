"""What is stored of a request type, line by line in words: for a conflict, the preview and the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from catalog import knowledge_links
from catalog.checks import said
from catalog.fulfilment import text as fulfilment_text
from catalog.fulfilment.approval_levels import Level
from catalog.models import RequestType
from catalog.questions import form_check
from catalog.questions import text as question_text
from catalog.questions.condition_check import Earlier
from catalog.questions.kinds import QuestionKind
from servicedesk.people.models import Group, User


def told(part: str, item: RequestType) -> list[str]:
    """The lines of one part; one statement at most."""
    match part:
        case "approvals":
            named = {pk for level in item.approvals for pk in level.get("people") or ()}
            people = {one.pk: str(one) for one in User.objects.filter(pk__in=named)} if named else {}
            return levels(item.approvals, people)
        case "plan":
            return stages(item, dict(Group.objects.values_list("pk", "name")))
        case knowledge_links.PART:
            return [f"{link.title} – {link.url}" for link in knowledge_links.for_staff(item.links)]
    return questions(item.form)


def levels(approvals: list[Mapping[str, Any]], people: fulfilment_text.Names) -> list[str]:
    return [
        f"{number}. {fulfilment_text.level(Level.of(number, one), people)}"
        for number, one in enumerate(approvals, 1)
    ]


def stages(item: RequestType, groups: fulfilment_text.Names) -> list[str]:
    return [
        _stage(number, one)
        for number, one in enumerate(fulfilment_text.stages(item.plan, item.form, groups), 1)
    ]


def questions(form: list[Mapping[str, Any]]) -> list[str]:
    kinds = {name: str(label) for name, label in QuestionKind.choices}
    return [_question(one, kinds, form_check.earlier(form, number)) for number, one in enumerate(form)]


def _question(question: Mapping[str, Any], kinds: Mapping[str, str], before: Earlier) -> str:
    label = said(question.get("label"), question.get("translations"))
    condition = question_text.condition(question.get("condition"), before)
    facts = ", ".join(fact for fact in (kinds.get(question.get("kind", ""), "–"), condition) if fact)
    return f"{label} ({facts})"


def _stage(number: int, stage: fulfilment_text.StageWords) -> str:
    tasks = "; ".join(_task(task) for task in stage.tasks)
    facts = ", ".join(fact for fact in (stage.order, stage.condition) if fact)
    title = _("Stage %(number)s “%(title)s”") if stage.title else _("Stage %(number)s")
    head = title % {"number": number, "title": stage.title}
    return f"{head} ({facts}): {tasks}" if facts else f"{head}: {tasks}"


def _task(task: fulfilment_text.TaskWords) -> str:
    facts = ", ".join(fact for fact in (task.group, task.target, task.condition) if fact)
    return f"{task.title} ({facts})" if facts else task.title
