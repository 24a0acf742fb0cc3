"""One-line hooks that both flows share. Methods only: nodes must never be shared between flows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from contracts.deadlines import auto_close
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from workflows.flows import rules
from workflows.models import TicketProcess, TicketRun


def outcome(name: str) -> Callable[[Any], bool]:
    return lambda activation: activation.process.acting.outcome == name


def group_permission(activation: Any) -> str:
    return rules.group_permission(activation.process.ticket)


def task_permission(activation: Any) -> str:
    """A fulfilment task may belong to another group than its ticket."""
    return f"people.group_{activation.task.data.get('group') or 0}"


class Hooks:
    def on_start(
        self, activation: Any, ticket: Ticket, acting: Any, reason: str = TicketRun.Reason.OPENED
    ) -> TicketProcess:
        process: TicketProcess = activation.process
        process.data |= acting.data.get("carried", {})
        process.save()
        process.ticket, process.acting = ticket, acting
        TicketRun.objects.create(ticket=ticket, process=process, reason=reason)
        return process

    def assignee(self, activation: Any) -> User | None:
        person: User | None = activation.process.ticket.assignee
        return person if person is None or person.is_active else None

    def to_reopener(self, activation: Any) -> User | None:
        """A re-opened ticket goes back to whoever solved it; a test goes to the whole group."""
        is_reopened = activation.process.acting.outcome in ("reopen", "timeout")
        return self.assignee(activation) if is_reopened else None

    def on_classified(self, activation: Any) -> None:
        rules.classify(activation.process)

    def on_accepted(self, activation: Any) -> None:
        rules.accept(activation.process)

    def on_released(self, activation: Any) -> None:
        rules.release(activation.process)

    def on_escalated(self, activation: Any) -> None:
        rules.escalate(activation.process)

    def on_ask_client(self, activation: Any) -> None:
        rules.ask_client(activation.process)

    def on_wait_third_party(self, activation: Any) -> None:
        rules.wait_third_party(activation.process)

    def on_client_answered(self, activation: Any) -> None:
        rules.client_answered(activation.process)

    def on_resumed(self, activation: Any) -> None:
        rules.resume(activation.process)

    def on_ask_verification(self, activation: Any) -> None:
        rules.ask_verification(activation.process)

    def on_resolved(self, activation: Any) -> None:
        rules.resolve(activation.process)

    def on_closed(self, activation: Any) -> None:
        rules.close(activation.process)

    def on_reopened(self, activation: Any) -> None:
        rules.reopen(activation.process)

    def assignee_by_rule(self, activation: Any) -> User | None:
        return rules.assignee_by_rule(activation.process)

    def is_held_by_somebody(self, activation: Any) -> bool:
        """The type of a ticket that somebody works on was corrected, or its merge undone: it stays theirs."""
        stays = activation.process.acting.outcome in ("correct_type", "unmerge")
        return stays and self.assignee(activation) is not None

    def has_client_the_last_word(self, activation: Any) -> bool:
        return rules.client_has_the_last_word(activation.process.ticket)

    def needs_verification(self, activation: Any) -> bool:
        return rules.needs_verification(activation.process)

    def must_be_verified(self, activation: Any) -> bool:
        process = activation.process
        return (
            process.acting.outcome == "resolve"
            and not process.acting.data.get("verified")
            and (rules.needs_verification(process))
        )

    def auto_close_delay(self, activation: Any) -> timedelta:
        """Without a process, as for a diagram, the usual time."""
        now, ticket = timezone.now(), _ticket_of(activation)
        return auto_close.closes_at(ticket, now) - now if ticket else settings.AUTO_CLOSE_AFTER


def _ticket_of(activation: Any) -> Ticket | None:
    process = getattr(activation, "process", None)
    ticket: Ticket | None = getattr(process, "ticket", None)
    return ticket
