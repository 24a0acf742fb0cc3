"""Who gets a ticket that comes to its queue: the first rule that fits says it, else the default of its group.

The choice is made under the ticket's lock. A rule that takes turns or counts is locked as well, after the
ticket, so that two tickets at once go to two people.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from servicedesk.people import working_hours
from servicedesk.people.models import User, UserQuerySet
from servicedesk.tickets import access, lifecycle
from servicedesk.tickets.events import record
from servicedesk.tickets.models import AssignmentRule, EventKind, Ticket
from servicedesk.tickets.statuses import Status

Method = AssignmentRule.Method


class Why(StrEnum):
    """The reason of a choice; those from QUEUE on leave the ticket in its queue. Kept in the history."""

    NAMED = "named"
    DEFAULT = "default"
    NEXT = "next"
    FEWEST = "fewest"
    QUEUE = "queue"
    NO_AGENTS = "no_agents"
    NOBODY_AT_WORK = "nobody_at_work"
    NO_DEFAULT = "no_default"
    LEFT = "left"
    ELSEWHERE = "elsewhere"
    NOT_AT_WORK = "not_at_work"


@dataclass(frozen=True)
class Choice:
    """Whom a ticket goes to and why; without a person it waits. `candidate` is whom it would have gone to."""

    method: str
    why: Why
    person: User | None = None
    rule: AssignmentRule | None = None
    candidate: User | None = None
    figures: dict[str, Any] = field(default_factory=dict)

    def details(self, ticket: Ticket) -> dict[str, Any]:
        """For the history: keys, the rule's name, and what the sentence needs."""
        told: dict[str, Any] = {
            "assignee": self.person.pk if self.person else None,
            "candidate": self.candidate.pk if self.candidate else None,
            "rule": self.rule.name if self.rule else None,
            "group": ticket.group_id,
        }
        kept = {name: value for name, value in told.items() if value is not None}
        return {"method": str(self.method), "why": self.why.value, **kept, **self.figures}


def give(ticket: Ticket) -> Choice | None:
    """Give a ticket without assignee to whom the rules name, and say so in its history.

    Call under the ticket's lock. One statement where no rule and no default is set; None then.
    """
    choice = choose(ticket, timezone.now(), takes_turn=True)
    if choice is None:
        return None
    if choice.person is not None:
        lifecycle.assign(ticket, choice.person)
    record(ticket, EventKind.ASSIGNED, by=None, **choice.details(ticket))
    return choice


def rules() -> list[AssignmentRule]:
    """Those that are on, in their order; one statement."""
    return list(AssignmentRule.objects.filter(is_active=True).select_related("person"))


def choose(ticket: Ticket, at: datetime, *, takes_turn: bool = False) -> Choice | None:
    """Whom the ticket would go to at this moment. Writes nothing, unless a turn is really taken."""
    for rule in rules():
        if fits(rule, ticket):
            return _by_rule(rule, ticket, at, takes_turn)
    default = ticket.group.default_assignee if ticket.group else None
    return _named(default, ticket, at, None, Why.DEFAULT) if default else None


def fits(rule: AssignmentRule, ticket: Ticket) -> bool:
    return next(differences(rule, ticket), None) is None


def differences(rule: AssignmentRule, ticket: Ticket) -> Iterator[str]:
    """Names of the conditions that the ticket does not meet; what a rule leaves empty fits any."""
    if rule.kind and rule.kind != ticket.kind:
        yield "kind"
    for name in ("service_id", "request_type_id", "client_id", "group_id"):
        wanted = getattr(rule, name)
        if wanted is not None and wanted != getattr(ticket, name):
            yield name.removesuffix("_id")
    if rule.category_id is not None:
        topic = ticket.service.category_id if ticket.service else None
        if topic != rule.category_id:
            yield "category"


def _by_rule(rule: AssignmentRule, ticket: Ticket, at: datetime, takes_turn: bool) -> Choice:
    match rule.method:
        case Method.PERSON:
            return _named(rule.person, ticket, at, rule, Why.NAMED)
        case Method.DEFAULT:
            default = ticket.group.default_assignee if ticket.group else None
            return _named(default, ticket, at, rule, Why.DEFAULT)
        case Method.ROUND_ROBIN | Method.LEAST_LOADED:
            return _one_of_the_group(rule, ticket, at, takes_turn)
    return Choice(rule.method, Why.QUEUE, rule=rule)


def _named(
    person: User | None, ticket: Ticket, at: datetime, rule: AssignmentRule | None, why: Why
) -> Choice:
    """One person or nobody. Without a rule the default assignee gets it at night too, but not while away."""
    method = rule.method if rule else Method.DEFAULT
    if person is None:
        return Choice(method, Why.NO_DEFAULT, rule=rule)
    refusal = _refusal(person, ticket, at, rule)
    if refusal:
        return Choice(method, refusal, rule=rule, candidate=person)
    return Choice(method, why, person, rule)


def _refusal(person: User, ticket: Ticket, at: datetime, rule: AssignmentRule | None) -> Why | None:
    if not person.is_active:
        return Why.LEFT
    if not access.may_hold(person, ticket):
        return Why.ELSEWHERE
    if rule is not None and not rule.only_at_work:
        return None
    standing = working_hours.presences([person], at)[person.pk]
    is_free = standing.is_at_work if rule is not None else standing.absence is None
    return None if is_free else Why.NOT_AT_WORK


def _one_of_the_group(rule: AssignmentRule, ticket: Ticket, at: datetime, takes_turn: bool) -> Choice:
    last = _turn(rule, is_locked=takes_turn)
    agents = sorted(_with_load(_agents(ticket), rule), key=_place)
    free = working_hours.at_work(agents, at) if rule.only_at_work else agents
    if not free:
        why = Why.NOBODY_AT_WORK if agents else Why.NO_AGENTS
        return Choice(rule.method, why, rule=rule)
    figures: dict[str, Any] = {"of": len(free), "only_at_work": rule.only_at_work}
    if rule.method == Method.LEAST_LOADED:
        person = min(free, key=lambda one: (one.open_tickets, _place(one)))  # type: ignore[attr-defined]
        figures["open"] = person.open_tickets  # type: ignore[attr-defined]
        return Choice(rule.method, Why.FEWEST, person, rule, figures=figures)
    person = _after(last, free)
    if takes_turn:
        AssignmentRule.objects.filter(pk=rule.pk).update(last_assigned=person)
    return Choice(rule.method, Why.NEXT, person, rule, figures=figures)


def _agents(ticket: Ticket) -> UserQuerySet:
    found: UserQuerySet = User.objects.active().agents().filter(support_groups=ticket.group_id)
    return found


def _with_load(people: UserQuerySet, rule: AssignmentRule) -> UserQuerySet:
    return with_open_tickets(people) if rule.method == Method.LEAST_LOADED else people


def with_open_tickets(people: UserQuerySet) -> UserQuerySet:
    """`open_tickets`: how many each person has to do something about; resolved ones wait for the client."""
    current = [status for status in Status if status not in {*Status.finished(), Status.RESOLVED}]
    theirs = Ticket.objects.filter(assignee=OuterRef("pk"), status__in=current).order_by()
    counted = theirs.values("assignee").annotate(count=Count("pk")).values("count")
    return people.annotate(open_tickets=Coalesce(Subquery(counted), 0))


def _turn(rule: AssignmentRule, *, is_locked: bool) -> int | None:
    """Whose turn it was; asked under the rule's lock, because another ticket may have moved it."""
    if not is_locked:
        return rule.last_assigned_id
    row = AssignmentRule.objects.select_for_update().filter(pk=rule.pk).order_by()
    return row.values_list("last_assigned", flat=True).first()


def _after(last: int | None, people: Sequence[User]) -> User:
    """The next in the order of names, also when the last one has left or is away."""
    former = next((one for one in people if one.pk == last), None)
    if former is None and last is not None:
        former = User.objects.filter(pk=last).first()
    if former is None:
        return people[0]
    return next((one for one in people if _place(one) > _place(former)), people[0])


def _place(person: User) -> tuple[str, int]:
    return person.full_name.casefold(), person.pk
