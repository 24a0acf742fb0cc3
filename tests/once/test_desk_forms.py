"""Each form of the desk and of the people that adds something, sent twice from its page: done once."""

from __future__ import annotations

import pytest
from django.urls import reverse

from catalog.models import Kind
from contracts.models import TimesheetWeek
from contracts.time.entries import log_time
from contracts.time.timers import start as start_timer
from servicedesk.mail.models import OutgoingMail
from servicedesk.mail.outgoing import outbox
from servicedesk.tickets.models import Ticket
from tests.desk.conftest import Cast, accepted
from tests.desk.faults.test_faults import fail_one
from tests.desk.mail.test_held import held
from tests.desk.mail.test_received import arrived
from tests.factories import GroupFactory, RequestTypeFactory, agent_of
from tests.once.table import Table
from tests.once.walking import Sent, Walker
from tests.workflows.fulfilment.planning import request_type, stage, task, the
from workflows.flows import rules
from workflows.maintenance import faults

pytestmark = pytest.mark.django_db
table = Table()


def page_of(ticket: Ticket, query: str = "") -> str:
    return reverse("desk:ticket", args=[ticket.pk]) + query


def mine(cast: Cast) -> Ticket:
    return accepted(cast.ticket(), cast.marta)


def leader(cast: Cast) -> Walker:
    return Walker(agent_of(cast.item.service.group, is_leader=True))


@table.form("desk:ticket-reply")
def _(cast: Cast) -> Sent:
    ticket = mine(cast)
    return Walker(cast.marta).fills("desk:ticket-reply", ticket.pk, on=page_of(ticket), body="We look at it.")


@table.form("desk:ticket-note")
def _(cast: Cast) -> Sent:
    ticket = mine(cast)
    return Walker(cast.marta).fills("desk:ticket-note", ticket.pk, on=page_of(ticket), body="Strange.")


@table.form("desk:ticket-personal")
def _(cast: Cast) -> Sent:
    ticket = mine(cast)
    typed = {"body": "Look, please.", "addressee": cast.oleg.pk}
    return Walker(cast.marta).fills("desk:ticket-personal", ticket.pk, on=page_of(ticket), **typed)


@table.form("desk:ticket-step")
def _(cast: Cast) -> Sent:
    ticket = mine(cast)
    page = page_of(ticket, "?step=ask_client")
    return Walker(cast.marta).fills("desk:ticket-step", ticket.pk, "ask_client", on=page, question="Which?")


@table.form("desk:ticket-time")
def _(cast: Cast) -> Sent:
    ticket = mine(cast)
    page = page_of(ticket, "?tab=time")
    return Walker(cast.marta).fills("desk:ticket-time", ticket.pk, on=page, minutes="30m")


@table.form("desk:time-entry")
def _(cast: Cast) -> Sent:
    entry = log_time(mine(cast), by=cast.marta, minutes=30, work_kind="remote")
    page = reverse("desk:time-entry", args=[entry.pk])
    return Walker(cast.marta).fills("desk:time-entry", entry.pk, on=page, time="45m", reason="Longer")


@table.form("desk:time-entry-removal")
def _(cast: Cast) -> Sent:
    entry = log_time(mine(cast), by=cast.marta, minutes=30, work_kind="remote")
    page = reverse("desk:time-entry", args=[entry.pk])
    return Walker(cast.marta).fills("desk:time-entry-removal", entry.pk, on=page, reason="Not mine")


@table.form("desk:ticket-timer")
def _(cast: Cast) -> Sent:
    ticket = mine(cast)
    return Walker(cast.marta).fills("desk:ticket-timer", ticket.pk, on=page_of(ticket))


@table.form("desk:timer-stop")
def _(cast: Cast) -> Sent:
    ticket = mine(cast)
    start_timer(ticket, by=cast.marta)
    return Walker(cast.marta).fills("desk:timer-stop", on=page_of(ticket))


@table.form("desk:timesheet-hand-in")
def _(cast: Cast) -> Sent:
    log_time(mine(cast), by=cast.marta, minutes=30, work_kind="remote")
    return Walker(cast.marta).fills("desk:timesheet-hand-in", on=reverse("desk:timesheet"))


@table.form("desk:timesheet-take-back")
def _(cast: Cast) -> Sent:
    entry = log_time(mine(cast), by=cast.marta, minutes=30, work_kind="remote")
    moved = {"group": GroupFactory(is_private=True)}
    Ticket.objects.filter(pk=entry.ticket_id).update(**moved)
    page = reverse("desk:timesheet")
    return Walker(cast.marta).fills("desk:timesheet-take-back", entry.pk, on=page, reason="Not mine")


@table.form("desk:timesheet-decide")
def _(cast: Cast) -> Sent:
    boss = leader(cast)
    log_time(mine(cast), by=cast.marta, minutes=30, work_kind="remote")
    Walker(cast.marta).fills("desk:timesheet-hand-in", on=reverse("desk:timesheet")).send()
    sheet = TimesheetWeek.objects.get()
    page = reverse("desk:timesheet-one", args=[sheet.pk])
    return boss.fills("desk:timesheet-decide", sheet.pk, on=page, decision="approve")


@table.form("desk:ticket-estimate")
def _(cast: Cast) -> Sent:
    ticket = mine(cast)
    page = page_of(ticket, "?estimate=1")
    return Walker(cast.marta).fills("desk:ticket-estimate", ticket.pk, on=page, hours="6", note="Move")


@table.form("desk:ticket-links")
def _(cast: Cast) -> Sent:
    ticket, other = mine(cast), cast.ticket()
    typed = {"kind": "related_to", "other": other.pk}
    return Walker(cast.marta).fills("desk:ticket-links", ticket.pk, on=page_of(ticket), **typed)


@table.form("desk:ticket-link-removal")
def _(cast: Cast) -> Sent:
    ticket, other = mine(cast), cast.ticket()
    walker, page = Walker(cast.marta), page_of(ticket)
    walker.fills("desk:ticket-links", ticket.pk, on=page, kind="related_to", other=other.pk).send()
    link = ticket.links.get()
    return walker.fills("desk:ticket-link-removal", ticket.pk, link.pk, on=page)


@table.form("desk:ticket-merge")
def _(cast: Cast) -> Sent:
    ticket, target = cast.ticket(), mine(cast)
    page = reverse("desk:ticket-merge", args=[ticket.pk]) + f"?other={target.pk}"
    return Walker(cast.marta).fills("desk:ticket-merge", ticket.pk, on=page)


@table.form("desk:ticket-unmerge")
def _(cast: Cast) -> Sent:
    ticket, target = cast.ticket(), mine(cast)
    page = reverse("desk:ticket-merge", args=[ticket.pk]) + f"?other={target.pk}"
    walker = Walker(cast.marta)
    walker.fills("desk:ticket-merge", ticket.pk, on=page).send()
    return walker.fills("desk:ticket-unmerge", ticket.pk, on=page_of(target))


@table.form("desk:ticket-split")
def _(cast: Cast) -> Sent:
    ticket = mine(cast)
    message = ticket.messages.get()
    page = reverse("desk:ticket-split", args=[ticket.pk, message.pk])
    return Walker(cast.marta).fills("desk:ticket-split", ticket.pk, message.pk, on=page, subject="Another")


@table.form("desk:new-ticket")
def _(cast: Cast) -> Sent:
    typed = {
        "client": cast.company.pk, "contact": cast.helen.pk, "request_type": cast.item.pk,
        "subject": "The printer", "body": "It is dark.",
    }  # fmt: skip
    page = reverse("desk:new-ticket") + f"?client={cast.company.pk}"
    return Walker(cast.marta).fills("desk:new-ticket", on=page, **typed)


@table.form("desk:approval")
def _(cast: Cast) -> Sent:
    item = RequestTypeFactory(
        service=cast.item.service, kind=Kind.SERVICE_REQUEST, approvals=[{"who": "account_manager"}]
    )
    row = cast.ticket(request_type=item).approvals.get()
    page = reverse("desk:approvals")
    return Walker(cast.account_manager).fills("desk:approval", row.pk, on=page, decision="approve")


@table.form("desk:task-take")
def _(cast: Cast) -> Sent:
    group = GroupFactory()
    ticket = cast.ticket(request_type=request_type(stage(task("A", group))))
    page = reverse("desk:tasks")
    return Walker(agent_of(group)).fills("desk:task-take", the("A", ticket).pk, on=page)


@table.form("desk:fault-retry")
def _(cast: Cast) -> Sent:
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(rules, "close", lambda _process: 1 / 0)
        ticket = fail_one(cast)
    (fault,) = faults.of_ticket(ticket)
    walker, page = leader(cast), reverse("desk:faults")
    return walker.fills("desk:fault-retry", ticket.pk, fault.task_id, on=page)


@table.form("desk:outbox-again")
def _(cast: Cast) -> Sent:
    mail = outbox.queue(to="helen@example.com", subject="Hello", text="Words")
    OutgoingMail.objects.filter(pk=mail.pk).update(state=OutgoingMail.State.FAILED)
    page = reverse("desk:outbox-mail", args=[mail.pk])
    return Walker(cast.admin).fills("desk:outbox-again", mail.pk, on=page)


@table.form("desk:raw-mail-retry")
def _(cast: Cast) -> Sent:
    row = arrived()
    page = reverse("desk:raw-mail-one", args=[row.pk])
    return Walker(cast.marta).fills("desk:raw-mail-retry", row.pk, on=page)


@table.form("desk:raw-mail-take-in")
def _(cast: Cast) -> Sent:
    row = arrived()
    page = reverse("desk:raw-mail-one", args=[row.pk])
    typed = {"client": cast.company.pk, "full_name": "Anna Ivanova"}
    return Walker(cast.marta).fills("desk:raw-mail-take-in", row.pk, on=page, **typed)


@table.form("desk:raw-mail-recognise")
def _(cast: Cast) -> Sent:
    row = arrived()
    page = reverse("desk:raw-mail-one", args=[row.pk])
    typed = {"client": cast.company.pk, "contact": cast.helen.pk}
    return Walker(cast.marta).fills("desk:raw-mail-recognise", row.pk, on=page, **typed)


@table.form("desk:raw-mail-review")
def _(cast: Cast) -> Sent:
    row = held(cast, mine(cast))
    page = reverse("desk:raw-mail-one", args=[row.pk])
    return Walker(cast.marta).fills("desk:raw-mail-review", row.pk, on=page, choice="note")


@table.form("people:away")
def _(cast: Cast) -> Sent:
    typed = {"starts_on": "2026-02-02", "ends_on": "2026-02-06"}
    return Walker(cast.marta).fills("people:away", on=reverse("people:away"), **typed)


@table.form("people:absence-new")
def _(cast: Cast) -> Sent:
    typed = {"user": cast.marta.pk, "starts_on": "2026-02-02", "ends_on": "2026-02-06"}
    return Walker(cast.admin).fills("people:absence-new", on=reverse("people:absence-new"), **typed)


table.test(globals(), "desk:", "people:")
