"""Why a stage or a task is not needed: the condition, written down so that anybody can read it later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.fulfilment import plan as plans
from catalog.fulfilment.plan import PlannedTask, Stage
from catalog.questions.conditions import OF_REQUEST, Condition
from servicedesk.tickets.events import record
from servicedesk.tickets.models import EventKind, Ticket

Data = dict[str, Any]


def tell(ticket: Ticket, what: Stage | PlannedTask, *, stage: int) -> None:
    """One line of history: what is skipped, and which answer decides so."""
    condition = what.condition
    if condition is None:
        raise RuntimeError("what has no condition is not skipped")
    details: Data = {"title": what.title, "translations": dict(what.translations), "stage": stage}
    if isinstance(what, PlannedTask):
        details["key"] = what.key
    record(ticket, EventKind.TASK_SKIPPED, by=None, because=_because(ticket, condition), **details)


def _because(ticket: Ticket, condition: Condition) -> Data:
    question = _question(ticket, condition)
    wanted = condition.value if isinstance(condition.value, list) else [condition.value]
    return {
        "question": {
            "label": str(question.get("label") or condition.question),
            "translations": question.get("translations") or {},
        },
        "test": condition.test,
        "values": [_value(question, one) for one in wanted if one not in (None, "")],
    }


def _question(ticket: Ticket, condition: Condition) -> Mapping[str, Any]:
    """The question whose answer was looked at."""
    snapshot = ticket.catalog_snapshot
    forms: dict[str, Any] = {OF_REQUEST: snapshot.get("form") or ()}
    for stage in plans.stages(snapshot):
        forms |= {task.key: task.form for task in stage.tasks}
    asked = forms.get(condition.asked_by, ())
    return next((one for one in asked if one["key"] == condition.question), {})


def _value(question: Mapping[str, Any], value: Any) -> Data:
    """A choice as it is called, anything else as it is."""
    for choice in question.get("choices") or ():
        if isinstance(choice, Mapping) and str(choice.get("value", choice.get("label"))) == str(value):
            label = str(choice.get("label", value))
            return {"label": label, "translations": choice.get("translations") or {}}
    return {"label": str(value), "translations": {}}
