"""Who gets the files of a conversation, and how they are handed out."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client as Browser
from django.urls import reverse

from servicedesk.people.models import User
from servicedesk.tickets import conversation
from servicedesk.tickets.attachments import Upload
from servicedesk.tickets.models import Attachment, Message, Ticket
from tests.factories import (
    ClientFactory,
    GroupFactory,
    ServiceFactory,
    TicketFactory,
    UserFactory,
    agent_of,
    contact_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket() -> Ticket:
    company = ClientFactory(account_manager=UserFactory(is_account_manager=True))
    return TicketFactory(client=company, requester=contact_of(company))


def attached(
    ticket: Ticket, name: str = "log.txt", content_type: str = "text/plain", **said: Any
) -> Attachment:
    upload = Upload(name, content_type, b"<h1>Hello</h1>")
    values: dict[str, Any] = {"author": UserFactory(is_agent=True), "body": "See it", "files": [upload]}
    message = conversation.post(ticket, **(values | said))
    return message.attachments.get()


def fetched(person: User | None, file: Attachment) -> Any:
    browser = Browser()
    if person:
        browser.force_login(person)
    return browser.get(reverse("attachment", args=[file.pk]))


def gets(person: User, file: Attachment) -> bool:
    return bool(fetched(person, file).status_code == 200)


def test_the_bytes_come_back_under_their_real_name(ticket):
    response = fetched(ticket.requester, attached(ticket))
    assert response.getvalue() == b"<h1>Hello</h1>"
    assert response["Content-Disposition"] == 'attachment; filename="log.txt"'
    assert response["Content-Type"] == "text/plain"


def test_a_cyrillic_name_survives(ticket):
    response = fetched(ticket.requester, attached(ticket, "Отчёт за май.txt"))
    assert response["Content-Disposition"] == f"attachment; filename*=utf-8''{quote('Отчёт за май.txt')}"


def test_a_name_cannot_break_out_of_its_header(ticket):
    response = fetched(ticket.requester, attached(ticket, 'a"; filename="b.txt'))
    assert response["Content-Disposition"] == 'attachment; filename="a\\"; filename=\\"b.txt"'


@pytest.mark.parametrize("content_type", ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml"])
def test_a_page_is_never_shown_only_saved(ticket, content_type):
    response = fetched(ticket.requester, attached(ticket, "page.html", content_type))
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Type"] == "application/octet-stream"


def test_the_browser_neither_guesses_nor_runs_nor_keeps_it(ticket):
    response = fetched(ticket.requester, attached(ticket, "scan.pdf", "application/pdf"))
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox"
    assert response["Cache-Control"] == "private, no-store"


def test_a_stranger_must_sign_in_first(ticket):
    file = attached(ticket)
    response = fetched(None, file)
    address = reverse("attachment", args=[file.pk])
    assert (response.status_code, response.url) == (302, f"{reverse('people:sign-in')}?next={address}")


def test_whoever_sees_the_ticket_gets_its_public_files(ticket):
    file = attached(ticket)
    manager = contact_of(ticket.client, is_manager=True)
    for person in (ticket.requester, manager, agent_of(GroupFactory()), ticket.client.account_manager):
        assert gets(person, file)


def test_whoever_does_not_see_the_ticket_gets_404(ticket):
    file = attached(ticket)
    for person in (
        contact_of(ticket.client),
        contact_of(ClientFactory(), is_manager=True),
        UserFactory(is_account_manager=True),
    ):
        assert fetched(person, file).status_code == 404


def test_files_of_a_private_group_stay_in_it():
    ticket = TicketFactory(service=ServiceFactory(group=GroupFactory(is_private=True)))
    file = attached(ticket)
    assert gets(agent_of(ticket.group), file)
    assert not gets(agent_of(GroupFactory()), file)


def test_files_of_an_internal_message_are_not_for_clients(ticket):
    file = attached(ticket, visibility=Message.Visibility.INTERNAL)
    assert not gets(ticket.requester, file)
    assert not gets(contact_of(ticket.client, is_manager=True), file)
    assert gets(agent_of(ticket.group), file)


def test_files_of_a_personal_message_are_for_two(ticket):
    author, addressee, other = (agent_of(ticket.group) for _ in range(3))
    personal = Message.Visibility.PERSONAL
    file = attached(ticket, author=author, addressee=addressee, visibility=personal)
    assert [gets(person, file) for person in (author, addressee, other)] == [True, True, False]


def test_a_file_lost_from_the_disk_is_not_found(ticket):
    file = attached(ticket)
    file.file.delete(save=False)
    Attachment.objects.filter(pk=file.pk).update(file="attachments/lost.txt")
    assert fetched(ticket.requester, file).status_code == 404


def test_an_unknown_number_is_not_found(ticket):
    file = attached(ticket)
    file.pk += 1000
    assert fetched(ticket.requester, file).status_code == 404
