"""A rule in words: when it counts, and who gets the ticket then."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from servicedesk.tickets.assignment_text import CONDITIONS
from servicedesk.tickets.models import AssignmentRule

Method = AssignmentRule.Method


@dataclass(frozen=True)
class Line:
    """One rule as the list shows it."""

    rule: AssignmentRule
    number: int
    conditions: list[str]
    taker: str
    is_first: bool
    is_last: bool


def lines(rules: list[AssignmentRule]) -> list[Line]:
    last = len(rules)
    return [
        Line(rule, number, conditions(rule), taker(rule), number == 1, number == last)
        for number, rule in enumerate(rules, 1)
    ]


def conditions(rule: AssignmentRule) -> list[str]:
    """“service Network”, “client Acme”; none: any ticket."""
    said = []
    for name, label in CONDITIONS.items():
        value = rule.get_kind_display() if name == "kind" and rule.kind else getattr(rule, name)
        if value:
            said.append(_("%(condition)s %(value)s") % {"condition": label, "value": value})
    return said


def taker(rule: AssignmentRule) -> str:
    """Who gets it, to be read after “then”."""
    match rule.method:
        case Method.PERSON:
            text = str(rule.person)
        case Method.DEFAULT:
            text = _("the default assignee of the ticket's group")
        case Method.ROUND_ROBIN:
            text = _("round robin in the ticket's group")
        case Method.LEAST_LOADED:
            text = _("the least busy agent of the ticket's group")
        case _nobody:
            return _("unassigned: it stays in the queue")
    return _("%(taker)s, if at work") % {"taker": text} if rule.only_at_work else text
