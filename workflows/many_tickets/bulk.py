"""One answer, or one solution, for many tickets: each in a transaction of its own, none lost in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import structlog
from django.utils.translation import gettext as _

from servicedesk.people.models import User
from servicedesk.tickets import access, conversation
from servicedesk.tickets.errors import NotPermitted, TakenByAnother, TicketError
from servicedesk.tickets.models import Ticket, TicketLink, TicketQuerySet
from servicedesk.tickets.statuses import Status
from workflows.engine import execution
from workflows.flows import start
from workflows.models import Acting, TicketRun

log = structlog.get_logger(__name__)

LIMIT = 200  # tickets at once


@dataclass
class Report:
    """What became of each ticket: done now, done before, or refused with a sentence."""

    done: list[Ticket] = field(default_factory=list)
    before: list[Ticket] = field(default_factory=list)
    refused: list[tuple[Ticket, str]] = field(default_factory=list)


def parts_of(parent: Ticket, user: User) -> TicketQuerySet:
    """The parts of a ticket that this person may see, oldest first."""
    family = TicketLink.objects.filter(other=parent, kind=TicketLink.Kind.CHILD_OF)
    return Ticket.objects.visible_to(user).filter(pk__in=family.values("ticket")).order_by("pk")


def answer(tickets: Iterable[Ticket], body: str, *, by: User, key: str) -> Report:
    """Write the same public words on each open ticket; each client reads them on their own.

    `key` names the filled-in form: what was sent with it already is not sent again.
    """
    mark = f"<{key}@answer.to.many>"

    def write(ticket: Ticket) -> bool:
        if not access.works_on(by, ticket):
            raise NotPermitted
        if ticket.messages.filter(message_id=mark).exists():
            return False
        if not ticket.is_open:
            raise TicketError(_("The ticket is finished. An answer would re-open nothing."))
        conversation.post(ticket, author=by, body=body, message_id=mark)
        return True

    return _each(tickets, write)


def resolve_parts(
    parent: Ticket, parts: Iterable[Ticket], *, by: User, solution: str, cause: str = ""
) -> Report:
    """Resolve parts with the solution of their whole; each client is asked to confirm, as usual.

    What is resolved already stays as it is, so that a second sending does no harm.

    Raises:
        NotPermitted, TakenByAnother: the person does not hold the whole.
        TicketError: there is no solution.
    """
    refuse_strangers(parent, by)
    if not solution.strip():
        raise TicketError(_("Write the solution first: each client reads it."))
    data = {"solution": solution.strip(), "cause": cause}

    def resolve(part: Ticket) -> bool:
        if part.status == Status.RESOLVED:
            return False
        _refuse(part, parent, by)
        execution.cancel_runs(part)
        acting = Acting(by=by, outcome="resolve", data=dict(data))
        start.FLOWS[part.kind].start_resolved.run(
            ticket=part, acting=acting, reason=TicketRun.Reason.RESOLVED_WITH
        )
        return True

    return _each(parts, resolve)


def refuse_strangers(parent: Ticket, by: User) -> None:
    """Raise unless this person holds the whole: its assignee, a leader, or of its group while it is free."""
    if not access.works_on(by, parent):
        raise NotPermitted
    if parent.assignee is not None and not access.owns(by, parent) and not access.leads(by, parent):
        raise TakenByAnother(parent.assignee)


def _refuse(part: Ticket, parent: Ticket, by: User) -> None:
    if not access.works_on(by, part):
        raise NotPermitted
    if not part.links.filter(other=parent, kind=TicketLink.Kind.CHILD_OF).exists():
        raise TicketError(_("It is no longer a part of %(number)s.") % {"number": parent.reference})
    if not part.is_open:
        raise TicketError(_("The ticket is finished already."))
    if part.status == Status.WAITING_APPROVAL:
        raise TicketError(_("It waits for an approval first."))


def _each(tickets: Iterable[Ticket], do: Callable[[Ticket], bool]) -> Report:
    """Do it to each under its lock; a refusal, or an error of ours, stays with its ticket."""
    report = Report()
    for ticket in tickets:
        try:
            with execution.locked(ticket):
                is_new = do(ticket)
            (report.done if is_new else report.before).append(ticket)
        except TicketError as error:
            report.refused.append((ticket, str(error)))
        except Exception:  # one broken ticket must not hide what became of the others
            log.exception("mass_failed", ticket=ticket.pk)
            report.refused.append((ticket, _("An internal error; see the server log.")))
    return report
