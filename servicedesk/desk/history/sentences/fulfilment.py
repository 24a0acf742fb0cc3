"""What happened to the tasks of a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from catalog.questions.conditions import Test
from servicedesk.desk.history.event_names import Names
from servicedesk.lib.localized import localized
from servicedesk.tickets.models import EventKind

Details = dict[str, Any]


def _done(details: Details, _names: Names) -> str:
    title = _title(details)
    return _("finished the task “%(task)s”") % {"task": title} if title else ""


def _taken(details: Details, names: Names) -> str:
    told = {"task": _title(details), "person": names.person(details.get("assignee"))}
    if "assignee" in details:
        return _("assigned the task “%(task)s” to %(person)s") % told
    return _("took the task “%(task)s”") % told


def _returned(details: Details, names: Names) -> str:
    """By somebody, or at once because the group of the plan has nobody."""
    if details.get("why") != "nobody":
        return _("returned the task “%(task)s” to its group") % {"task": _title(details)}
    planned, group = (details.get("group") or [None, None])[:2]
    told = {"task": _title(details), "planned": names.group(planned), "group": names.group(group)}
    if not told["planned"]:
        return _("The task “%(task)s” goes to %(group)s: its own group no longer exists") % told
    return _("The task “%(task)s” goes to %(group)s: %(planned)s has nobody to do it") % told


def _skipped(details: Details, _names: Names) -> str:
    what = _named(details) or _("Stage %(number)s") % {"number": details.get("stage", "")}
    told = {"what": what, "why": _why(details.get("because") or {})}
    if "key" in details:
        return _("The task “%(what)s” is not needed: %(why)s") % told
    return _("The stage “%(what)s” is not needed: %(why)s") % told


def _asked(details: Details, _names: Names) -> str:
    """An ordinary question is told elsewhere."""
    if details.get("only_answers_left"):
        return _("Only the client's answers are missing, SLA clocks paused")
    if not (title := _title(details)):
        return ""
    if "to" in details:
        return _("asked the client about “%(task)s”, SLA clocks paused") % {"task": title}
    return _("asked the client about “%(task)s”, other tasks continue") % {"task": title}


def _resumed(details: Details, _names: Names) -> str:
    if not (title := _title(details)):
        return ""
    if not details.get("is_answer"):
        return _("resumed “%(task)s” without the client's answer") % {"task": title}
    if not details.get("is_signed"):
        return _("The client answered, “%(task)s” resumed") % {"task": title}
    return _("answered, “%(task)s” resumed") % {"task": title}


def _why(because: Mapping[str, Any]) -> str:
    """The answer as it is: the condition did not hold."""
    question = because.get("question") or {}
    values = [localized(one.get("label", ""), one.get("translations")) for one in because.get("values", ())]
    told = {
        "question": localized(question.get("label", ""), question.get("translations")),
        "values": ", ".join(values),
    }
    match because.get("test"):
        case Test.IS_NOT:
            return _("“%(question)s” is %(values)s") % told
        case Test.FILLED:
            return _("“%(question)s” is empty") % told
        case Test.EMPTY:
            return _("“%(question)s” is filled in") % told
        case Test.ONE_OF:
            return _("“%(question)s” is none of %(values)s") % told
    return _("“%(question)s” is not %(values)s") % told


def _title(details: Details) -> str:
    return _named(details.get("task") or details)


def _named(details: Mapping[str, Any]) -> str:
    return localized(details.get("title", ""), details.get("translations"))


WRITERS: dict[str, Callable[[Details, Names], str]] = {
    EventKind.TASK_DONE: _done,
    EventKind.TASK_TAKEN: _taken,
    EventKind.TASK_RETURNED: _returned,
    EventKind.TASK_SKIPPED: _skipped,
    EventKind.CLIENT_ASKED: _asked,
    EventKind.RESUMED: _resumed,
}
