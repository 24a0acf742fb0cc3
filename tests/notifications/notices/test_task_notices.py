"""Whoever asked about a task hears by mail that the client answered."""

from __future__ import annotations

import pytest

from servicedesk.intake import client_reply
from servicedesk.mail.models import OutgoingMail
from tests.factories import agent_of, opened_by_door
from tests.workflows.fulfilment.planning import act, request_type, staffed, stage, task

pytestmark = pytest.mark.django_db


def test_each_task_that_asked_tells_its_person_of_the_answer():
    group, ann = staffed()
    ben = agent_of(group)
    ticket = opened_by_door(request_type=request_type(stage(task("Chair", group), task("Desk", group))))
    act(ticket, "ask_client", "Chair", ann, question="Which one?")
    act(ticket, "ask_client", "Desk", ben, question="And when?")
    OutgoingMail.objects.all().delete()
    client_reply.reply(ticket, author=ticket.requester, body="Grey, now")
    mails = {mail.to: mail.text for mail in OutgoingMail.objects.filter(kind="resumed")}
    assert set(mails) == {ann.email, ben.email}
    assert "“Chair”" in mails[ann.email]
    assert "“Desk”" in mails[ben.email]
