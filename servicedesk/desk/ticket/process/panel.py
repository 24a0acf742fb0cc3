"""The diagrams of the ticket's processes, with the targets of its steps."""

from __future__ import annotations

from typing import Any

from servicedesk.desk.ticket.shown import Shown
from workflows.diagram import picture as diagram


def fill(shown: Shown) -> dict[str, Any]:
    now = shown.current_steps
    return {
        "diagrams": diagram.draw_all(shown.ticket, shown.at, {one.clock.step: one.short for one in now}),
        "step_times": shown.step_times,
        "current_steps": now,
    }
