"""What the editors of a request type write: questions, levels of approval, stages of tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.editor.nested_form import (
    Flag,
    Lines,
    Many,
    Number,
    Row,
    Sent,
    Several,
    Shape,
    Text,
    Words,
    tidy,
)
from catalog.fulfilment.plan_check import key_of

_CONDITION = Row({"field": Text(), "test": Text(), "value": Several()}, vital="field")
_CHOICE = Row({"value": Text(), "label": Text(), "translations": Words(), "chosen": Flag()}, vital="label")
_WORDS = Row({"text": Text(), "translations": Words()})
_QUESTION = Row(
    {
        "key": Text(),
        "label": Text(),
        "translations": Words(),
        "kind": Text(),
        "required": Flag(),
        "choices": Many(_CHOICE, drops_empty=True),
        "help": _WORDS,
        "default": Lines(),
        "pattern": Text(),
        "pattern_error": _WORDS,
        "shortest": Number(),
        "longest": Number(),
        "least": Text(),
        "most": Text(),
        "endings": Several(),
        "condition": _CONDITION,
    },
    key="q",
)
_LEVEL = Row(
    {
        "who": Text(),
        "people": Several(of_keys=True),
        "needs": Text(),
        "above_hours": Text(),
        "above_price": Text(),
        "remind_hours": Number(),
        "expire_hours": Number(),
        "when_late": Text(),
    }
)
_TASK = Row(
    {
        "key": Text(),
        "title": Text(),
        "translations": Words(),
        "group": Number(),
        "target": Text(),
        "checklist": Many(Row({"text": Text(), "translations": Words()}, vital="text"), drops_empty=True),
        "form": Many(_QUESTION),
        "condition": _CONDITION,
    },
    key="t",
)
_STAGE = Row(
    {
        "title": Text(),
        "translations": Words(),
        "in_order": Text(),  # two radio buttons: "" and "1"
        "condition": _CONDITION,
        "tasks": Many(_TASK),
    }
)
SHAPES: Mapping[str, Many] = {"form": Many(_QUESTION), "approvals": Many(_LEVEL), "plan": Many(_STAGE)}


def of_part(part: str) -> Shape:
    """The shape of what a page sends: a row with the part alone, so that paths begin with its name."""
    return Row({part: SHAPES[part]})


def read(part: str, sent: Sent) -> dict[str, Any]:
    return {part: SHAPES[part].read(sent, part)}


def loaded(part: str, stored: Any) -> dict[str, Any]:
    """What is stored, ready to be typed over."""
    typed: dict[str, Any] = of_part(part).load({part: stored})
    if part == "plan":
        for number, stage in enumerate(typed["plan"]):
            stage["in_order"] = "1" if stage["in_order"] == "True" else ""
            for place, task in enumerate(stage["tasks"]):
                task["key"] = key_of(number, place, task)
    return typed


def tidied(part: str, typed: dict[str, Any]) -> dict[str, Any]:
    cleaned: dict[str, Any] = tidy(of_part(part), typed)
    return cleaned


def stored(part: str, typed: dict[str, Any]) -> list[dict[str, Any]]:
    """What is to be stored of something tidy."""
    rows: list[dict[str, Any]] = SHAPES[part].store(typed[part]) or []
    if part == "approvals":
        return [_level(row) for row in rows]
    if part == "plan":
        return [_stage(row) for row in rows]
    return [_question(row) for row in rows]


def _level(row: dict[str, Any]) -> dict[str, Any]:
    """Without what its choices make meaningless."""
    left_out = {"people"} if row.get("who") != "person" else set()
    left_out |= {name for name, usual in (("needs", "any"), ("when_late", "wait")) if row.get(name) == usual}
    if row.get("who") == "account_manager":
        left_out.add("needs")
    limits = {name: row[name].replace(",", ".") for name in ("above_hours", "above_price") if name in row}
    return {name: value for name, value in (row | limits).items() if name not in left_out}


def _stage(row: dict[str, Any]) -> dict[str, Any]:
    row["tasks"] = [_task(task) for task in row.get("tasks", [])]
    if row.get("in_order"):
        row["in_order"] = True
    return _with_condition(row)


def _task(row: dict[str, Any]) -> dict[str, Any]:
    if "form" in row:
        row["form"] = [_question(question) for question in row["form"]]
    return _with_condition(row)


# The settings that only questions of these kinds have; another kind loses them when it is saved.
_OF_KINDS: Mapping[str, tuple[str, ...]] = {
    "choices": ("choice", "choices"),
    "default": ("text", "long_text", "number", "date", "list"),
    "pattern": ("text",),
    "pattern_error": ("text",),
    "shortest": ("text", "long_text"),
    "longest": ("text", "long_text"),
    "least": ("number",),
    "most": ("number", "file"),
    "endings": ("file",),
}


def _question(row: dict[str, Any]) -> dict[str, Any]:
    """A choice keeps the value it first had, whatever its label becomes."""
    kind = row.get("kind")
    for name in [name for name in row if kind not in _OF_KINDS.get(name, (kind,)) or row[name] == {}]:
        del row[name]
    if kind == "notice":
        row.pop("required", None)
    for choice in row.get("choices", []):
        choice.setdefault("value", choice.get("label", "")[:100])
    for name in ("least", "most"):
        if name in row:
            row[name] = row[name].replace(",", ".")
    if kind == "file" and "most" in row:
        row["most"] = Number().store(row["most"])
    if "default" in row and kind != "list":
        row["default"] = "\n".join(row["default"])
    return _with_condition(row)


def _with_condition(row: dict[str, Any]) -> dict[str, Any]:
    condition = row.get("condition")
    if not condition:
        row.pop("condition", None)
        return row
    values = condition.pop("value", [])
    if condition.get("test") == "one_of":
        condition["value"] = values
    elif condition.get("test") not in {"filled", "empty"}:
        condition["value"] = values[0] if values else ""
    return row
