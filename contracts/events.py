"""What happens to hours besides tickets, and who must hear of it; like `tickets.events`, but not kept."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import cache

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from contracts.models import Coverage, HoursAlert, HoursOffer


class ContractEvent(StrEnum):
    ASKED = "asked"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    RUNNING_OUT = "running_out"
    UNCOVERED = "uncovered"  # a request came in that no contract covers


About = HoursOffer | HoursAlert | Coverage
Handler = Callable[[ContractEvent, About], None]


def tell(event: ContractEvent, about: About) -> None:
    """Let every handler hear it, in the caller's transaction.

    Raises:
        RuntimeError: there is no transaction that holds the event together with its cause.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{event} told outside a transaction")
    for handle in _handlers():
        handle(event, about)


@cache
def _handlers() -> list[Handler]:
    return [import_string(path) for path in settings.CONTRACT_EVENT_HANDLERS]
