"""Secrets that clients entrust to us."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from catalog.questions import form_check
from servicedesk.lib import sealing
from servicedesk.tickets import secrets
from servicedesk.tickets.errors import NotPermitted, TicketError
from servicedesk.tickets.models import EventKind, Secret, SecretReveal, Ticket
from tests.factories import RequestTypeFactory, agent_of, opened_by_door
from workflows import advance

pytestmark = pytest.mark.django_db
FORM = [
    {"key": "host", "label": "Host", "kind": "text"},
    {"key": "password", "label": "Password", "kind": "secret", "translations": {"ru": "Пароль"}},
]
PASSWORD = "correct horse battery staple"


@pytest.fixture
def ticket() -> Ticket:
    item = RequestTypeFactory(form=FORM)
    return opened_by_door(request_type=item, answers={"host": "srv-1", "password": PASSWORD})


def everything_stored() -> str:
    """All text of all tables."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [str(row) for row in cursor.fetchall()]
    return "\n".join(found)


def test_a_secret_answer_is_stored_sealed_and_nowhere_else(ticket):
    assert ticket.answers == {"host": "srv-1"}
    assert PASSWORD not in everything_stored()
    assert sealing.unseal(ticket.secrets.get().sealed) == PASSWORD


def test_the_same_words_never_look_the_same_twice():
    assert sealing.seal(PASSWORD) != sealing.seal(PASSWORD)


def test_whoever_works_on_the_ticket_sees_it_and_says_why(ticket):
    agent = agent_of(ticket.group)
    assert secrets.reveal(ticket.secrets.get(), by=agent, reason="Sign in to the server") == PASSWORD
    look = SecretReveal.objects.get()
    assert (look.person, look.reason) == (agent, "Sign in to the server")
    event = ticket.events.get(kind=EventKind.SECRET_REVEALED)
    assert event.details["reason"] == "Sign in to the server"
    assert PASSWORD not in str(event.details)


@pytest.mark.parametrize("reason", ["", "   "])
def test_without_a_reason_nothing_is_shown(ticket, reason):
    with pytest.raises(TicketError):
        secrets.reveal(ticket.secrets.get(), by=agent_of(ticket.group), reason=reason)
    assert not SecretReveal.objects.exists()


def test_neither_the_client_nor_another_group_sees_it(ticket):
    for person in (ticket.requester, agent_of(RequestTypeFactory().service.group)):
        with pytest.raises(NotPermitted):
            secrets.reveal(ticket.secrets.get(), by=person, reason="Curious")


def test_it_is_wiped_some_days_after_the_end(ticket, settings):
    agent = agent_of(ticket.group)
    advance.act(ticket, "cancel", by=agent, reason="Not needed")
    end = Ticket.objects.get(pk=ticket.pk).closed_at
    assert end is not None
    assert secrets.wipe_due(end + settings.SECRETS_KEPT - timedelta(seconds=1)) == 0
    assert secrets.wipe_due(end + settings.SECRETS_KEPT) == 1
    assert secrets.wipe_due(end + settings.SECRETS_KEPT) == 0
    with pytest.raises(TicketError, match="deleted"):
        secrets.reveal(Secret.objects.get(), by=agent, reason="Too late")


def test_an_open_ticket_keeps_its_secrets(ticket):
    assert secrets.wipe_due(timezone.now() + timedelta(days=1000)) == 0


def test_a_new_key_takes_over_and_the_old_one_can_go(ticket, settings):
    settings.SEALING_KEYS = ["new words", settings.SECRET_KEY]
    output = StringIO()
    call_command("reseal_secrets", stdout=output)
    assert output.getvalue() == "1 secrets sealed with the newest key\n"
    settings.SEALING_KEYS = ["new words"]
    assert sealing.unseal(Secret.objects.get().sealed) == PASSWORD


def test_a_lost_key_is_said_and_nothing_is_changed(ticket, settings: Any):
    before = Secret.objects.get().sealed
    settings.SEALING_KEYS = ["Rephrase it"]
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(before)
    with pytest.raises(CommandError):
        call_command("reseal_secrets")
    assert Secret.objects.get().sealed == before


def test_only_the_form_of_a_request_may_ask_for_it():
    assert not list(form_check.check(FORM, ("form",)))
    of_task = list(form_check.check(FORM, ("plan", 0, "tasks", 0, "form")))
    assert [one.path[-1] for one in of_task] == ["kind"]
