"""What became of words for many tickets, kept in the person's session until five newer ones come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from servicedesk.people.http import UserRequest
from servicedesk.tickets.models import Ticket
from workflows.many_tickets.bulk import Report

KEPT, REMEMBERED = "desk_many", 5


@dataclass(frozen=True)
class Result:
    """`refused` are tickets with the reason each; `done` and `before` those that got it now or earlier."""

    verb: str
    done: list[Ticket]
    before: list[Ticket]
    refused: list[tuple[Ticket, str]]
    back: int | None


def keep(request: UserRequest, key: str, report: Report, *, verb: str, back: int | None = None) -> None:
    kept: dict[str, Any] = request.session.get(KEPT, {})
    kept.pop(key, None)
    newest = list(kept.items())[-(REMEMBERED - 1) :]
    told = {
        "verb": verb,
        "done": [ticket.pk for ticket in report.done],
        "before": [ticket.pk for ticket in report.before],
        "refused": [[ticket.pk, sentence] for ticket, sentence in report.refused],
        "back": back,
    }
    request.session[KEPT] = dict([*newest, (key, told)])


def recall(request: UserRequest, key: str) -> Result | None:
    """One statement; tickets that went out of sight meanwhile are left out."""
    told = request.session.get(KEPT, {}).get(key)
    if told is None:
        return None
    keys = {*told["done"], *told["before"], *(pk for pk, _sentence in told["refused"])}
    seen = Ticket.objects.visible_to(request.user).for_list().in_bulk(keys)
    return Result(
        verb=told["verb"],
        done=[seen[pk] for pk in told["done"] if pk in seen],
        before=[seen[pk] for pk in told["before"] if pk in seen],
        refused=[(seen[pk], sentence) for pk, sentence in told["refused"] if pk in seen],
        back=told["back"],
    )
