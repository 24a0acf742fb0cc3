"""A process that begins an act and stops in the middle of it, so that a test can kill it.

Usage: python -m tests.workflows.engine.killing MARKER ACT KEY [PERSON]
"""

from __future__ import annotations

import os
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

GIVEN: dict[str, dict[str, Any]] = {
    "classify": {"urgency": 1, "impact": 2},
    "accept": {},
    "resolve": {"solution": "The relay limit is lifted."},
}


def stop_in_the_middle(event: Any) -> None:
    """The last to hear of the last event of the act: nearly everything is written, nothing is committed."""
    if event.kind in {"classified", "accepted", "resolved", "closed"}:
        Path(os.environ["MARKER"]).write_text(event.kind)
        time.sleep(120)


def main() -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.utils import timezone

    from servicedesk.people.models import User
    from servicedesk.tickets.models import Ticket
    from workflows import advance
    from workflows.engine import timers

    handler = "tests.workflows.engine.killing.stop_in_the_middle"
    settings.TICKET_EVENT_HANDLERS = [*settings.TICKET_EVENT_HANDLERS, handler]
    os.environ["MARKER"], act, ticket, *person = sys.argv[1:]
    if act == "fire":
        timers.fire_due(timezone.now() + timedelta(days=8))
        return
    by = User.objects.get(pk=person[0])
    advance.act(Ticket.objects.get(pk=ticket), act, by=by, **GIVEN[act])


if __name__ == "__main__":
    main()
