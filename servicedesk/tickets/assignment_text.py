"""Why a ticket went to somebody, as sentences: for its history, and for whoever tries the rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.tickets.assignment import Choice, Why
from servicedesk.tickets.models import Ticket

Details = Mapping[str, Any]

FIRST_ANSWER, TAKEN = "first_answer", "taken"  # methods of people, not of rules

CONDITIONS: dict[str, Promise] = {
    "kind": gettext_lazy("type"),
    "category": gettext_lazy("topic"),
    "service": gettext_lazy("service"),
    "request_type": gettext_lazy("request type"),
    "client": gettext_lazy("client"),
    "group": gettext_lazy("group"),
}


def happened(details: Details, *, person: str, candidate: str, group: str) -> str:
    """The line of history. People's own acts are read after their name, those of rules alone."""
    if details.get("method") == FIRST_ANSWER:
        return _("took the ticket by answering first")
    if details.get("method") == TAKEN:
        return _("took the ticket")
    reason = because(details, candidate=candidate, group=group)
    given = {"person": person, "rule": details.get("rule"), "reason": reason}
    if "assignee" not in details:
        if "rule" in details:
            return _("Unassigned by “%(rule)s”: %(reason)s") % given
        return _("Unassigned: %(reason)s") % given
    if "rule" in details:
        return _("Assigned to %(person)s by “%(rule)s”: %(reason)s") % given
    return _("Assigned to %(person)s: %(reason)s") % given


def of_choice(choice: Choice, ticket: Ticket) -> str:
    """The reason alone, for a choice that was only tried."""
    group = str(ticket.group) if ticket.group else ""
    return because(choice.details(ticket), candidate=str(choice.candidate or ""), group=group)


def because(details: Details, *, candidate: str, group: str) -> str:
    """The reason, to be read after a colon."""
    writer = _REASONS.get(details.get("why", ""))
    named = {"candidate": candidate, "group": group}
    if writer is None:
        return ""
    return writer(details) if callable(writer) else str(writer) % named


def _next(details: Details) -> str:
    if alone := _alone(details):
        return alone
    at_work, agents = _("round robin (at work: %(n)s)"), _("round robin (agents: %(n)s)")
    return (at_work if details.get("only_at_work") else agents) % {"n": details["of"]}


def _fewest(details: Details) -> str:
    if alone := _alone(details):
        return alone
    at_work = _("least busy (at work: %(n)s, open tickets: %(open)s)")
    agents = _("least busy (agents: %(n)s, open tickets: %(open)s)")
    told = {"n": details["of"], "open": details.get("open", 0)}
    return (at_work if details.get("only_at_work") else agents) % told


def _alone(details: Details) -> str:
    """What is said where there was nobody to choose from; else empty."""
    if int(details.get("of", 1)) > 1:
        return ""
    return _("the only one at work") if details.get("only_at_work") else _("the only agent")


_REASONS: dict[str, Promise | Callable[[Details], str]] = {
    Why.NAMED: gettext_lazy("named by the rule"),
    Why.DEFAULT: gettext_lazy("the default assignee of %(group)s"),
    Why.NEXT: _next,
    Why.FEWEST: _fewest,
    Why.QUEUE: gettext_lazy("the rule assigns nobody"),
    Why.NO_AGENTS: gettext_lazy("%(group)s has no agents"),
    Why.NOBODY_AT_WORK: gettext_lazy("nobody of %(group)s is at work"),
    Why.NO_DEFAULT: gettext_lazy("%(group)s has no default assignee"),
    Why.LEFT: gettext_lazy("%(candidate)s has left"),
    Why.ELSEWHERE: gettext_lazy("%(candidate)s does not work in %(group)s"),
    Why.NOT_AT_WORK: gettext_lazy("%(candidate)s is not at work"),
}
