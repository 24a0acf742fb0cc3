"""What is wrong with what a request type asks: its approvals, its plan and its form.

Whatever saves a request type asks this through `RequestType.clean`. Tickets keep what they were opened with.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from catalog import checks
from catalog.checks import Mistake, Path
from catalog.fulfilment import plan_check
from catalog.fulfilment.approval_levels import Needs, WhenLate, Who
from catalog.questions import form_check
from servicedesk.people.models import Group, User

MOST_LEVELS = 10
MOST_PEOPLE = 20
MOST_HOURS = 366 * 24  # of waiting for an answer
LIMITS = {"above_hours": Decimal("99999.99"), "above_price": Decimal("99999999.99")}
PARTS = ("form", "approvals", "plan")
WITH_PROCESS = "service_request"  # the type whose items ask for approval and have a plan


@dataclass(frozen=True)
class Known:
    """The people and groups that are mentioned and exist: {pk: (name, active)}, and keys of groups."""

    people: Mapping[int, tuple[str, bool]] = field(default_factory=dict)
    groups: Collection[int] = ()

    @classmethod
    def read(cls, approvals: Any, plan: Any) -> Known:
        """One statement for people and one for groups, when any are mentioned."""
        people, groups = _people_in(approvals), _groups_in(plan)
        found = User.objects.filter(pk__in=people) if people else []
        return cls(
            people={person.pk: (str(person), person.is_active) for person in found},
            groups=set(Group.objects.filter(pk__in=groups).values_list("pk", flat=True)) if groups else (),
        )


def mistakes(approvals: Any, plan: Any, form: Any, *, kind: str, known: Known) -> list[Mistake]:
    """All that is wrong, in the order of the pages; nothing when it can be saved."""
    parts = {"form": form, "approvals": approvals, "plan": plan}
    if damaged := [part for part, value in parts.items() if not checks.is_storable(value)]:
        return [Mistake((part,), _("It contains characters that cannot be stored.")) for part in damaged]
    found = list(form_check.check(form, ("form",)))
    if kind != WITH_PROCESS:
        return [*found, *_without_process(approvals, plan)]
    found += _approvals(approvals, known)
    found += plan_check.check(plan, form, known.groups)
    return found


def _without_process(approvals: Any, plan: Any) -> Iterator[Mistake]:
    if approvals:
        sentence = _("Only a service request needs approval. Remove the levels, or change the type.")
        yield Mistake(("approvals",), sentence)
    if plan:
        sentence = _("Only a service request has a plan. Remove the stages, or change the type.")
        yield Mistake(("plan",), sentence)


def _approvals(given: Any, known: Known) -> Iterator[Mistake]:
    for found in checks.rows(given, ("approvals",), MOST_LEVELS):
        if isinstance(found, Mistake):
            yield found
        else:
            yield from _level(*found, known)


def _level(path: Path, given: Mapping[str, Any], known: Known) -> Iterator[Mistake]:
    who = given.get("who")
    yield from checks.one_of(who, (*path, "who"), Who.values, _("Choose who is asked."))
    if who == Who.PERSON:
        yield from _people(given.get("people"), (*path, "people"), known)
    yield from checks.one_of(given.get("needs"), (*path, "needs"), Needs.values)
    for name, most in LIMITS.items():
        yield from _limit(given.get(name), (*path, name), most)
    yield from _times(given, path)


def _people(given: Any, path: Path, known: Known) -> Iterator[Mistake]:
    if not isinstance(given, list) or not given:
        yield Mistake(path, _("Choose at least one person."))
        return
    if len(given) > MOST_PEOPLE:
        yield Mistake(path, _("At most %(n)s people, please.") % {"n": MOST_PEOPLE})
    for person in given[:MOST_PEOPLE]:
        name, is_active = known.people.get(person, ("", False)) if _is_whole(person) else ("", False)
        if not name:
            yield Mistake(path, _("A person of this level was deleted. Choose somebody else."))
        elif not is_active:
            yield Mistake(path, _("%(person)s has left. Choose somebody else.") % {"person": name})


def _limit(given: Any, path: Path, most: Decimal) -> Iterator[Mistake]:
    if given in (None, ""):
        return
    try:
        amount = Decimal(str(given)) if isinstance(given, str | int | float) else Decimal("NaN")
    except InvalidOperation:
        amount = Decimal("NaN")
    if isinstance(given, bool) or not amount.is_finite():
        yield Mistake(path, _("Write a number, for example “8” or “500.00”."))
    elif not 0 <= amount <= most:
        yield Mistake(path, _("A limit is from 0 to %(most)s.") % {"most": most})


def _times(given: Mapping[str, Any], path: Path) -> Iterator[Mistake]:
    reminder, end = given.get("remind_hours"), given.get("expire_hours")
    late = given.get("when_late")
    wrong = [*_hours(reminder, (*path, "remind_hours")), *_hours(end, (*path, "expire_hours"))]
    yield from wrong
    yield from checks.one_of(late, (*path, "when_late"), WhenLate.values)
    if wrong:
        return
    if reminder and end and reminder >= end:
        yield Mistake((*path, "remind_hours"), _("The reminder must come before the time is over."))
    if not end and late in WhenLate.values and late != WhenLate.WAIT:
        yield Mistake((*path, "expire_hours"), _("Enter the number of hours."))


def _hours(given: Any, path: Path) -> Iterator[Mistake]:
    if given in (None, ""):
        return
    if not _is_whole(given) or not 1 <= given <= MOST_HOURS:
        yield Mistake(path, _("Write whole hours from 1 to %(most)s, or nothing.") % {"most": MOST_HOURS})


def _is_whole(given: Any) -> bool:
    return isinstance(given, int) and not isinstance(given, bool)


def _people_in(approvals: Any) -> set[int]:
    levels = approvals if isinstance(approvals, list) else []
    named = [one.get("people") for one in levels if isinstance(one, Mapping)]
    return {pk for people in named if isinstance(people, list) for pk in people if _is_key(pk)}


def _groups_in(plan: Any) -> set[int]:
    tasks = [task for stage in plan_check.stages_of(plan) for task in plan_check.tasks_of(stage)]
    return {task["group"] for task in tasks if _is_key(task.get("group"))}


def _is_key(given: Any) -> bool:
    """Larger numbers would break the statement itself."""
    return _is_whole(given) and 0 < given < 2**63
