"""Answers that were given to another item's form before the type of a ticket was corrected.

They stay in the ticket's snapshot with their questions, so that people can read them beside the new ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.questions import answers
from catalog.questions.answers import Question
from servicedesk.lib.localized import localized

FORMER = "former"
_SAME = ("key", "kind", "choices")  # what makes two questions one, however they are worded


def carry_over(
    old: Mapping[str, Any], given: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the snapshot and the answers of a ticket that becomes another item.

    A question that was answered before keeps its answer; what the new form does not ask is kept as former.
    """
    asked = [_asked(old, given), *old.get(FORMER, ())]
    kept = {
        question["key"]: one["answers"][question["key"]]
        for one in reversed(asked)  # the last word counts
        for question in new.get("form", ())
        if question["key"] in one["answers"] and _asks(one, question)
    }
    left = [one for one in asked if any(kept.get(key) != value for key, value in one["answers"].items())]
    return {**new, FORMER: left} if left else dict(new), kept


def shown(snapshot: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The former items that were answered, newest first: their name, then (question, answer)."""
    return [
        (localized(one["name"], one.get("translations")), answers.shown(one["form"], one["answers"]))
        for one in snapshot.get(FORMER, ())
    ]


def _asked(snapshot: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": snapshot.get("name", ""),
        "translations": snapshot.get("translations") or {},
        "form": snapshot.get("form") or [],
        "answers": dict(given),
    }


def _asks(asked: Mapping[str, Any], question: Question) -> bool:
    return any(all(one.get(part) == question.get(part) for part in _SAME) for one in asked["form"])
