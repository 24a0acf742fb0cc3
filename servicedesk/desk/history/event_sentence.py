"""The history as sentences: who did what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Kind, Level
from servicedesk.desk.history.event_names import Names
from servicedesk.desk.history.sentences import (
    approvals,
    assignment,
    estimates,
    faults,
    fulfilment,
    links,
    type_correction,
)
from servicedesk.lib import formatting
from servicedesk.tickets.models import DueKind, EventKind, Message, TicketEvent
from sla.changes import wording as change_words
from sla.escalation import wording as escalation_words

Details = dict[str, Any]

# Said after the name of whoever did it: “Marta Ruiz accepted the ticket”.
_BY_SOMEBODY: dict[str, Promise] = {
    EventKind.OPENED: gettext_lazy("opened the ticket"),
    EventKind.ACCEPTED: gettext_lazy("accepted the ticket"),
    EventKind.RELEASED: gettext_lazy("returned the ticket to the queue"),
    EventKind.FULFILMENT_STARTED: gettext_lazy("started the tasks"),
    EventKind.TASK_DONE: gettext_lazy("finished a task"),
    EventKind.CLIENT_ASKED: gettext_lazy("asked the client, SLA clocks paused"),
    EventKind.CLIENT_ANSWERED: gettext_lazy("answered, SLA clocks resumed"),
    EventKind.THIRD_PARTY_ASKED: gettext_lazy("set the ticket to wait for a third party"),
    EventKind.RESUMED: gettext_lazy("resumed work"),
    EventKind.VERIFICATION_ASKED: gettext_lazy("requested verification"),
    EventKind.RESOLVED: gettext_lazy("resolved the ticket"),
    EventKind.REOPENED: gettext_lazy("re-opened the ticket"),
    EventKind.CLOSED: gettext_lazy("confirmed the solution, the ticket is closed"),
    EventKind.CANCELLED: gettext_lazy("cancelled the ticket"),
}
# Said alone, when nobody of ours did it.
_ALONE: dict[str, Promise] = {
    EventKind.OPENED: gettext_lazy("The ticket was opened"),
    EventKind.FULFILMENT_STARTED: gettext_lazy("The tasks of the plan have started"),
    EventKind.TASK_DONE: gettext_lazy("A task was finished"),
    EventKind.CLIENT_ANSWERED: gettext_lazy("The client answered, SLA clocks resumed"),
    EventKind.RESUMED: gettext_lazy("Work resumed"),
    EventKind.VERIFICATION_ASKED: gettext_lazy("Verification requested"),
    EventKind.RESOLVED: gettext_lazy("The ticket is resolved"),
    EventKind.REOPENED: gettext_lazy("The ticket was re-opened"),
    EventKind.CLOSED: gettext_lazy("Closed automatically, because nobody answered in time"),
    EventKind.CANCELLED: gettext_lazy("The ticket was cancelled"),
}


def sentence(event: TicketEvent, names: Names) -> str:
    """What happened, to be read after the actor's name; alone when there is no actor."""
    if event.kind in _WRITERS and (told := _WRITERS[event.kind](event.details, names)):
        return _with_reason(told, event.details)
    table = _BY_SOMEBODY if event.actor_id else _ALONE
    text = str(table.get(event.kind) or EventKind(event.kind).label)
    return _with_reason(text, event.details)


def _with_reason(text: str, details: Details) -> str:
    reason = details.get("reason") or details.get("comment")
    return _("%(sentence)s: %(reason)s") % {"sentence": text, "reason": reason} if reason else text


def _classified(details: Details, names: Names) -> str:
    changes = [
        _changed(label % {"new": say(new)}, say(old))
        for key, label, say in _changes(names)
        for old, new in [details.get(key) or (None, None)]
        if new is not None
    ]
    if not changes:
        return _("classified, nothing changed")
    return _("classified: %(changes)s") % {"changes": ", ".join(changes)}


def _changed(new: str, old: str) -> str:
    return _("%(new)s (was %(old)s)") % {"new": new, "old": old} if old else new


def _changes(names: Names) -> list[tuple[str, str, Callable[[Any], str]]]:
    """What may change, how it is said, and how a stored value reads."""
    return [
        ("priority", "%(new)s", lambda value: f"P{value}"),
        ("kind", "%(new)s", lambda value: _label(Kind, value)),
        ("service", _("service %(new)s"), names.service),
        ("group", _("group %(new)s"), names.group),
        ("urgency", _("urgency %(new)s"), lambda value: _label(Level, value)),
        ("impact", _("impact %(new)s"), lambda value: _label(Level, value)),
    ]


def _label(choices: Any, value: Any) -> str:
    return str(choices(value).label) if value in choices.values else ""


def _accepted(details: Details, names: Names) -> str:
    if "assignee" not in details:
        return _("accepted the ticket")
    return _("assigned the ticket to %(person)s") % {"person": names.person(details["assignee"])}


def _escalated(details: Details, names: Names) -> str:
    told = {"group": names.group(details.get("group")), "person": names.person(details.get("assignee"))}
    if told["person"]:
        return _("reassigned the ticket to %(person)s, %(group)s") % told
    return _("reassigned the ticket to %(group)s") % told


def _rated(details: Details, _names: Names) -> str:
    return _("rated %(rating)s of 5") % {"rating": details.get("rating")}


def _time_logged(details: Details, names: Names) -> str:
    minutes = int(details.get("minutes", 0))
    told = {"time": formatting.duration(timedelta(minutes=abs(minutes)))}
    if person := names.person(details.get("person")):
        sentence = _("logged %(time)s of %(person)s") if minutes >= 0 else _("voided %(time)s of %(person)s")
        return sentence % {**told, "person": person}
    return (_("logged %(time)s") if minutes >= 0 else _("voided %(time)s")) % told


def _at_risk(details: Details, _names: Names) -> str:
    return _("Deadline approaching: %(promise)s") % {"promise": _promise(details)}


def _breached(details: Details, _names: Names) -> str:
    return _("SLA breached: %(promise)s") % {"promise": _promise(details)}


def _sla_escalated(details: Details, names: Names) -> str:
    told = [name for pk in details.get("told", ()) if (name := names.person(pk))]
    empty = [name for pk in details.get("empty_groups", ()) if (name := names.group(pk))]
    group = names.group(details.get("group"))
    return escalation_words.happened(details, told=told, group=group, empty_groups=empty)


def _terms_changed(details: Details, _names: Names) -> str:
    sentence = _("applied %(version)s to open tickets, deadlines changed. %(clocks)s")
    return sentence % {"version": details.get("version", ""), "clocks": change_words.of_clocks(details)}


def _terms_restored(details: Details, _names: Names) -> str:
    sentence = _("reverted %(version)s on open tickets. %(clocks)s")
    return sentence % {"version": details.get("version", ""), "clocks": change_words.of_clocks(details)}


def _promise(details: Details) -> str:
    return _label(DueKind, details.get("clock"))


def _posted(details: Details, _names: Names) -> str:
    if details.get("visibility") == Message.Visibility.INTERNAL:
        return _("wrote an internal note")
    if details.get("visibility") == Message.Visibility.PERSONAL:
        return _("wrote a personal message")
    return _("wrote a message")


_WRITERS: dict[str, Callable[[Details, Names], str]] = {
    EventKind.CLASSIFIED: _classified,
    EventKind.ACCEPTED: _accepted,
    EventKind.ESCALATED: _escalated,
    EventKind.RATED: _rated,
    EventKind.TIME_LOGGED: _time_logged,
    EventKind.SLA_AT_RISK: _at_risk,
    EventKind.SLA_BREACHED: _breached,
    EventKind.SLA_ESCALATED: _sla_escalated,
    EventKind.SLA_TERMS_CHANGED: _terms_changed,
    EventKind.SLA_TERMS_RESTORED: _terms_restored,
    EventKind.MESSAGE_POSTED: _posted,
}
_WRITERS |= assignment.WRITERS | links.WRITERS
_WRITERS |= type_correction.WRITERS | faults.WRITERS
_WRITERS |= approvals.WRITERS
_WRITERS |= fulfilment.WRITERS | estimates.WRITERS
