"""Adding the questions of a ready form to those that stand in the editor. Pure."""

from __future__ import annotations

import re
from typing import Any

from catalog.editor import part_shapes
from catalog.questions import ready_forms
from catalog.questions.kinds import SAME_FORM


def add(name: str, values: dict[str, Any], also: str = "") -> str:
    """Append the questions and return the path of the first new one; a key that is taken is changed.

    `also` holds, as text, the other parts of the request type, whose conditions name keys.
    """
    typed = values["form"]
    taken = {row["key"] for row in typed} | set(re.findall(r"request\.([\w-]+)", also))
    keys = {one["key"]: _free(one["key"], taken) for one in ready_forms.questions(name)}
    first = len(typed)
    new = [_renamed(one, keys) for one in ready_forms.questions(name)]
    typed.extend(part_shapes.loaded("form", new)["form"])
    return f"form.{first}" if new else ""


def _free(key: str, taken: set[str]) -> str:
    number, found = 2, key
    while found in taken:
        found, number = f"{key}-{number}", number + 1
    taken.add(found)
    return found


def _renamed(question: dict[str, Any], keys: dict[str, str]) -> dict[str, Any]:
    made = question | {"key": keys[question["key"]]}
    if condition := question.get("condition"):
        key = condition["field"].partition(".")[2]
        made["condition"] = condition | {"field": f"{SAME_FORM}.{keys[key]}"}
    return made
