"""What happened to the approvals of a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from servicedesk.desk.history.event_names import Names
from servicedesk.tickets.models import EventKind
from workflows.approvals.notes import Note

Details = dict[str, Any]

_WHY: dict[str, Promise] = {
    Note.NOBODY: gettext_lazy("no approver of this level is available"),
    Note.LEFT: gettext_lazy("the approver has left"),
    Note.LATE: gettext_lazy("nobody decided in time"),
}


def _asked(details: Details, names: Names) -> str:
    people = _people(details, names)
    if not people:
        return _because(_("Approval requested from the group"), details)
    asked = ngettext("Approval requested from %(people)s", "Approval requested from %(people)s", len(people))
    return _because(asked % {"people": ", ".join(people)}, details)


def _people(details: Details, names: Names) -> list[str]:
    """Names of those asked, a deputy with whom they stand in for."""
    absent = dict(zip(details.get("deputies", ()), details.get("absent", ()), strict=False))
    return [_person(pk, absent.get(pk), names) for pk in details.get("approvers", ()) if names.person(pk)]


def _person(pk: int, absent: int | None, names: Names) -> str:
    name, missing = names.person(pk), names.person(absent)
    return _("%(person)s (for %(absent)s)") % {"person": name, "absent": missing} if missing else name


def _because(sentence: str, details: Details) -> str:
    why = _WHY.get(details.get("note", ""))
    return _("%(sentence)s, because %(why)s") % {"sentence": sentence, "why": why} if why else sentence


def _given(details: Details, names: Names) -> str:
    if details.get("how") == "timeout":
        return _("A level was approved automatically, because nobody decided in time")
    return _for_absent(_("gave one of the approvals"), details, names)


def _approved(details: Details, names: Names) -> str:
    if details.get("how") == "timeout":
        return _("Approved automatically, because nobody decided in time")
    return _for_absent(_("approved the request"), details, names)


def _rejected(details: Details, names: Names) -> str:
    if details.get("how") == "timeout":
        return _("Rejected automatically, because nobody decided in time")
    return _for_absent(_("rejected the request"), details, names)


def _for_absent(sentence: str, details: Details, names: Names) -> str:
    absent = names.person(details.get("on_behalf_of"))
    if not absent:
        return sentence
    return _("%(sentence)s on behalf of %(absent)s") % {"sentence": sentence, "absent": absent}


def _reminded(details: Details, names: Names) -> str:
    if people := _people(details, names):
        sentence = ngettext(
            "Approval reminder sent to %(people)s", "Approval reminder sent to %(people)s", len(people)
        )
        return sentence % {"people": ", ".join(people)}
    return _("Approval reminder sent to the group")


WRITERS: dict[str, Callable[[Details, Names], str]] = {
    EventKind.APPROVAL_ASKED: _asked,
    EventKind.APPROVAL_PASSED_ON: _asked,
    EventKind.APPROVAL_GIVEN: _given,
    EventKind.APPROVAL_REMINDED: _reminded,
    EventKind.APPROVED: _approved,
    EventKind.REJECTED: _rejected,
}
