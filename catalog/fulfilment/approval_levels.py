"""The levels of approval that a catalog item asks for before it is fulfilled.

They are JSON on `RequestType` and in the snapshot of a ticket; these classes read them. A level: `{"who",
"people": [pk], "needs": "any"|"all", "above_hours": "4", "above_price": "500", "remind_hours": 24,
"expire_hours": 72, "when_late"}`. Only what an item uses is in its JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


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


def levels(snapshot: Mapping[str, Any]) -> list[Level]:
    """The levels of approval in a ticket's snapshot; older snapshots know one level by its name."""
    if "approvals" not in snapshot:
        former = snapshot.get("approval") or "none"
        return [] if former == "none" else [Level(1, former)]
    return [Level.of(number, given) for number, given in enumerate(snapshot["approvals"], 1)]


def _decimal(given: Any) -> Decimal | None:
    return None if given in (None, "") else Decimal(str(given))
