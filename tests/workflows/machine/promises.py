"""What must hold after every step, whoever did what."""

from __future__ import annotations

from itertools import pairwise

from django.utils import timezone

from servicedesk.tickets.models import EventKind, Ticket
from servicedesk.tickets.statuses import Status
from sla.engine.reactions import RESOLUTION, pauses
from sla.management.commands.sla_rebuild import rebuild
from sla.models import Clock
from workflows.maintenance import faults, status_check

State = Clock.State
LIVE = {State.RUNNING, State.PAUSED}


def hold(ticket: Ticket) -> None:
    steps_explain_the_status()
    clocks_follow_the_status(ticket)
    clocks_are_as_their_facts_say(ticket)
    history_is_unbroken(ticket)
    runs_follow_the_status(ticket)


def steps_explain_the_status() -> None:
    assert list(status_check.disagreements()) == []
    assert faults.count() == 0


def clocks_are_as_their_facts_say(ticket: Ticket) -> None:
    assert rebuild([ticket.pk], timezone.now(), dry_run=True) == []


def clocks_follow_the_status(ticket: Ticket) -> None:
    for clock in ticket.clocks.select_related("cell"):
        pause_in = clock.cell.pause_in if clock.cell else ()
        stands_still = pauses(clock.kind, ticket.status, pause_in)
        told = f"{clock.kind} is {clock.state} while the ticket is {ticket.status}"
        if ticket.status == Status.CANCELLED:
            assert clock.state not in LIVE, told
        elif ticket.status in {Status.RESOLVED, Status.CLOSED}:
            # a client who writes without re-opening still waits for an answer
            assert clock.state not in LIVE or clock.kind != RESOLUTION, told
        elif clock.kind == RESOLUTION and clock.state != State.CANCELLED:
            assert clock.state == (State.PAUSED if stands_still else State.RUNNING), told
        elif clock.state == State.PAUSED:
            assert stands_still, told


def history_is_unbroken(ticket: Ticket) -> None:
    events = list(ticket.events.order_by("pk"))
    assert events[0].kind == EventKind.OPENED
    moves = [event.details for event in events if "to" in event.details]
    for earlier, later in pairwise(moves):
        assert later["from"] == earlier["to"], f"{later} after {earlier}"
    assert moves[-1]["to"] == ticket.status
    reopened = sum(event.kind == EventKind.REOPENED for event in events)
    assert ticket.reopened_count == reopened


def runs_follow_the_status(ticket: Ticket) -> None:
    unfinished = ticket.runs.filter(process__finished=None).count()
    assert unfinished == (1 if ticket.is_open else 0), f"{unfinished} runs while {ticket.status}"
