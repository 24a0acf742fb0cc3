"""Conditions on earlier answers: when a question, a task or a stage is there at all.

A condition: `{"field": "request.device", "test": "is", "value": "laptop"}`; its field is `request.` and a key
of the form, or a task's key and a key of that task's form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

OF_REQUEST = "request"  # the form of the request itself, in the field of a condition


class Test(models.TextChoices):
    """How a condition looks at an answer."""

    IS = "is", _("is")
    IS_NOT = "is_not", _("is not")
    ONE_OF = "one_of", _("is one of")
    FILLED = "filled", _("is filled in")
    EMPTY = "empty", _("is empty")


@dataclass(frozen=True)
class Condition:
    """A question about an earlier answer."""

    field: str
    test: str = Test.IS
    value: Any = None

    @classmethod
    def of(cls, given: Mapping[str, Any] | None) -> Condition | None:
        return cls(given["field"], given.get("test") or Test.IS, given.get("value")) if given else None

    @property
    def asked_by(self) -> str:
        """Whose form: a task's key, or the request's own."""
        return self.field.partition(".")[0]

    @property
    def question(self) -> str:
        return self.field.partition(".")[2]

    def holds(self, answers: Mapping[str, Mapping[str, Any]]) -> bool:
        """Judge by the answers so far, {whose form: {question: answer}}. What was not asked is empty."""
        given = answers.get(self.asked_by, {}).get(self.question)
        found = {_said(one) for one in given} if isinstance(given, list) else {_said(given)} - {""}
        wanted = self.value if isinstance(self.value, list) else [self.value]
        is_met = bool(found & {str(one) for one in wanted})
        match self.test:
            case Test.IS_NOT:
                return not is_met
            case Test.FILLED:
                return bool(found)
            case Test.EMPTY:
                return not found
        return is_met


def _said(given: Any) -> str:
    """An answer as a condition names it: a person by the name."""
    found = given.get("name") if isinstance(given, Mapping) else given
    return "" if found is None else str(found)
