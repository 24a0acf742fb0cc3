"""The kinds of question a form can ask, and what of a question others look at. Pure.

A question: `{"key", "label", "translations", "kind", "required", "help": {"text", "translations"}, "default",
"choices": [{"value", "label", "translations", "chosen"}], "pattern", "pattern_error": {"text",
"translations"}, "shortest", "longest", "least", "most", "endings", "condition": {"field": "form.device",
"test", "value"}}`. Only what an item uses is in its JSON. Of files `most` is how many, `endings` are types of
`catalog.questions.file_types`. The field of a condition is `form.` and the key of an earlier question of the
same form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

SAME_FORM = "form"  # in the field of a condition: the form that the question itself stands in


class QuestionKind(models.TextChoices):
    TEXT = "text", _("Short text")
    LONG_TEXT = "long_text", _("Long text")
    NUMBER = "number", _("Number")
    DATE = "date", _("Date")
    CHOICE = "choice", _("Choice from a list")
    CHOICES = "choices", _("Several from a list")
    PERSON = "person", _("Person of the company")
    LIST = "list", _("List, one item per line")
    NOTICE = "notice", _("Notice without an answer")
    SECRET = "secret", _("Access data, kept encrypted")
    FILE = "file", _("File")


CHOSEN = (QuestionKind.CHOICE, QuestionKind.CHOICES)
UNKNOWN_TO_CONDITIONS = (QuestionKind.NOTICE, QuestionKind.SECRET, QuestionKind.FILE)
ONLY_OF_REQUEST = (QuestionKind.SECRET, QuestionKind.FILE)  # no task of a plan asks them


def by_key(form: Any) -> dict[str, Mapping[str, Any]]:
    """The readable questions of a form."""
    questions = form if isinstance(form, list) else []
    return {
        one["key"]: one for one in questions if isinstance(one, Mapping) and isinstance(one.get("key"), str)
    }


def values(question: Mapping[str, Any]) -> list[str]:
    """What can be answered to a choice."""
    choices = question.get("choices")
    return [value(one) for one in choices] if isinstance(choices, list) else []


def value(choice: Any) -> str:
    """A choice is plain text or a mapping."""
    if isinstance(choice, Mapping):
        return str(choice.get("value", choice.get("label", "")))
    return str(choice)


def chosen(question: Mapping[str, Any]) -> list[str]:
    """The answers of a choice that are chosen beforehand."""
    choices = question.get("choices")
    rows = choices if isinstance(choices, list) else []
    return [value(one) for one in rows if isinstance(one, Mapping) and one.get("chosen") is True]
