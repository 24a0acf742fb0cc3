"""What a catalog item asks before and while it is fulfilled: levels of approval, then stages of tasks.

Both are JSON on `RequestType` and in the snapshot of a ticket; these classes read them. A level:
`{"who", "people": [pk], "needs": "any"|"all", "above_hours": "4", "above_price": "500", "remind_hours": 24,
"expire_hours": 72, "when_late"}`. A stage: `{"title", "translations", "in_order": false, "condition",
"tasks": [{"key", "title", "translations", "group": pk, "form": [question], "checklist": [{"text",
"translations"}], "target": "4h", "condition"}]}`. A condition on an earlier answer: `{"field":
"request.device", "test": "is", "value": "laptop"}`, its field is `request.` and a key of the form, or a
task's key and a key of that task's form. Only what an item uses is in its JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

OF_REQUEST = "request"  # the form of the request itself, in the field of a condition


class Who(models.TextChoices):
    """Whom a level asks."""

    CLIENT_MANAGER = "client_manager", _("The client's managers")
    ACCOUNT_MANAGER = "account_manager", _("The account manager")
    GROUP_LEADER = "group_leader", _("The leaders of the group")
    PERSON = "person", _("Named people")


class Needs(models.TextChoices):
    ANY = "any", _("one of them")
    ALL = "all", _("all of them")


class WhenLate(models.TextChoices):
    """What happens to a level that nobody decided in time."""

    WAIT = "wait", _("keep waiting")
    LEADER = "leader", _("escalate to the leaders of the group")
    APPROVE = "approve", _("count as approved")
    REJECT = "reject", _("count as not approved")


class Test(models.TextChoices):
    """How a condition looks at an answer."""

    IS = "is", _("is")
    IS_NOT = "is_not", _("is not")
    ONE_OF = "one_of", _("is one of")
    FILLED = "filled", _("is filled in")
    EMPTY = "empty", _("is empty")


@dataclass(frozen=True)
class Level:
    """One level of approval; a limit makes it ask only when the request is above it."""

    number: int
    who: str
    people: tuple[int, ...] = ()
    needs: str = Needs.ANY
    above_hours: Decimal | None = None
    above_price: Decimal | None = None
    remind_hours: int | None = None
    expire_hours: int | None = None
    when_late: str = WhenLate.WAIT

    @classmethod
    def of(cls, number: int, given: Mapping[str, Any]) -> Level:
        return cls(
            number=number,
            who=given["who"],
            people=tuple(given.get("people") or ()),
            needs=given.get("needs") or Needs.ANY,
            above_hours=_decimal(given.get("above_hours")),
            above_price=_decimal(given.get("above_price")),
            remind_hours=given.get("remind_hours"),
            expire_hours=given.get("expire_hours"),
            when_late=given.get("when_late") or WhenLate.WAIT,
        )

    def asks(self, hours: Decimal | None, price: Decimal | None) -> bool:
        """Whether a request of this size needs it; without limits always, with two either is enough."""
        limits = [(self.above_hours, hours), (self.above_price, price)]
        set_limits = [(limit, amount) for limit, amount in limits if limit is not None]
        return not set_limits or any(amount is not None and amount > limit for limit, amount in set_limits)


@dataclass(frozen=True)
class Condition:
    """A question about an earlier answer."""

    field: str
    test: str = Test.IS
    value: Any = None

    @classmethod
    def of(cls, given: Mapping[str, Any] | None) -> Condition | None:
        return cls(given["field"], given.get("test") or Test.IS, given.get("value")) if given else None

    @property
    def asked_by(self) -> str:
        """Whose form: a task's key, or the request's own."""
        return self.field.partition(".")[0]

    @property
    def question(self) -> str:
        return self.field.partition(".")[2]

    def holds(self, answers: Mapping[str, Mapping[str, Any]]) -> bool:
        """Judge by the answers so far, {whose form: {question: answer}}. What was not asked is empty."""
        given = answers.get(self.asked_by, {}).get(self.question)
        found = {_said(one) for one in given} if isinstance(given, list) else {_said(given)} - {""}
        wanted = self.value if isinstance(self.value, list) else [self.value]
        is_met = bool(found & {str(one) for one in wanted})
        match self.test:
            case Test.IS_NOT:
                return not is_met
            case Test.FILLED:
                return bool(found)
            case Test.EMPTY:
                return not found
        return is_met


@dataclass(frozen=True)
class PlannedTask:
    """One task of a stage; `key` names it within the plan."""

    key: str
    title: str
    translations: Mapping[str, str]
    group: int | None
    form: tuple[Mapping[str, Any], ...]
    checklist: tuple[Mapping[str, Any], ...]
    target: str
    condition: Condition | None

    @classmethod
    def of(cls, key: str, given: Mapping[str, Any]) -> PlannedTask:
        return cls(
            key=given.get("key") or key,
            title=given.get("title", ""),
            translations=given.get("translations") or {},
            group=given.get("group"),
            form=tuple(given.get("form") or ()),
            checklist=tuple(given.get("checklist") or ()),
            target=given.get("target") or "",
            condition=Condition.of(given.get("condition")),
        )


@dataclass(frozen=True)
class Stage:
    """Tasks that may be done at the same time, or one after another when `in_order`."""

    number: int
    title: str
    translations: Mapping[str, str]
    tasks: tuple[PlannedTask, ...]
    in_order: bool
    condition: Condition | None

    @classmethod
    def of(cls, number: int, given: Mapping[str, Any]) -> Stage:
        tasks = [
            PlannedTask.of(f"{number}-{place}", one) for place, one in enumerate(given.get("tasks") or (), 1)
        ]
        return cls(
            number=number,
            title=given.get("title", ""),
            translations=given.get("translations") or {},
            tasks=tuple(tasks),
            in_order=bool(given.get("in_order")),
            condition=Condition.of(given.get("condition")),
        )


def levels(snapshot: Mapping[str, Any]) -> list[Level]:
    """The levels of approval in a ticket's snapshot; older snapshots know one level by its name."""
    if "approvals" not in snapshot:
        former = snapshot.get("approval") or "none"
        return [] if former == "none" else [Level(1, former)]
    return [Level.of(number, given) for number, given in enumerate(snapshot["approvals"], 1)]


def stages(snapshot: Mapping[str, Any]) -> list[Stage]:
    """The stages of the plan in a ticket's snapshot."""
    return [Stage.of(number, given) for number, given in enumerate(snapshot.get("plan") or (), 1)]


def _said(given: Any) -> str:
    """An answer as a condition names it: a person by the name."""
    found = given.get("name") if isinstance(given, Mapping) else given
    return "" if found is None else str(found)


def _decimal(given: Any) -> Decimal | None:
    return None if given in (None, "") else Decimal(str(given))
