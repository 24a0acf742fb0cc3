"""A mail becomes a ticket; after it was solved, a reply to our mail re-opens it."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from servicedesk.mail.models import OutgoingMail
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from tests.browser import acts
from tests.browser.conftest import SitDown
from tests.browser.world import World
from tests.mail.mails import raw_mail

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIRST = """Hello,

the printer on the second floor prints nothing since Monday."""
AGAIN = """It has stopped again.

> The cable was loose."""


def receive(folder: Path, raw: bytes) -> dict[str, str]:
    """Hand a mail over as a mail server would; return the line about it."""
    file, said = folder / "mail.eml", StringIO()
    file.write_bytes(raw)
    call_command("receive_mail", str(file), stdout=said)
    line: dict[str, str] = json.loads(said.getvalue())
    return line


def test_a_mail_becomes_a_ticket_and_a_reply_re_opens_it(
    world: World, sit_down: SitDown, tmp_path: Path
) -> None:
    sender = f"Helen Marsh <{world.contact.email}>"
    line = receive(tmp_path, raw_mail(sender=sender, subject="Printer", text=FIRST))
    assert line["result"] == "created"
    ticket = Ticket.objects.get()
    assert line["ticket"] == ticket.reference

    marta = sit_down(world.agent)
    page = marta.open("desk:ticket", ticket.pk)
    expect(page.get_by_text("prints nothing since Monday")).to_be_visible()
    acts.step(marta, "Classify", service=str(world.incident.service_id), urgency="2", impact="2")
    acts.step(marta, "Accept")
    acts.step(marta, "Resolve", solution="The cable was loose.")

    ours = OutgoingMail.objects.get(ticket=ticket, to=world.contact.email, kind="resolved")
    reply = raw_mail(
        sender=sender, subject="Re: Printer", text=AGAIN, message_id="<2@c>", in_reply_to=ours.message_id
    )
    assert receive(tmp_path, reply)["result"] == "reply"
    ticket.refresh_from_db()
    assert (ticket.status, ticket.reopened_count) == (Status.VERIFICATION, 1)

    page = marta.open("desk:ticket", ticket.pk)
    thread = page.locator("#thread")
    expect(thread.get_by_text("It has stopped again.")).to_be_visible()
    expect(thread.get_by_text("> The cable was loose.")).to_be_hidden()
    expect(acts.next_steps(marta).get_by_role("button", name="Continue work")).to_be_visible()
