"""Received mail: what needs a look, one mail as it came, and letting its sender in."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from servicedesk.intake.email import mail_processing
from servicedesk.mail.models import BlockRule, RawMail
from servicedesk.people.models import Membership, User
from servicedesk.tickets.models import Ticket
from tests.desk.conftest import MONDAY_9, Cast, signed_in
from tests.factories import ClientFactory, GroupFactory, contact_of
from tests.mail.mails import raw_mail, with_files

URL = reverse("desk:raw-mail")


@pytest.fixture
def marta(cast: Cast) -> Browser:
    return signed_in(cast.marta)


def arrived(raw: bytes | None = None, **headers: Any) -> RawMail:
    """A mail that was gone through; without headers, of Anna whom nobody knows."""
    mail_processing.take(raw if raw is not None else raw_mail(**headers), received_at=MONDAY_9)
    return RawMail.objects.latest("pk")


def address(name: str, row: RawMail) -> str:
    return reverse(f"desk:{name}", args=[row.pk])


def listed(browser: Browser, **query: str) -> list[RawMail]:
    return list(browser.get(URL, query).context["page"])


def test_what_needs_a_look_comes_first_and_the_rest_when_asked(marta: Browser) -> None:
    BlockRule.objects.create(pattern="*@spam.example")
    waiting = arrived()
    blocked = arrived(sender="x@spam.example", message_id="<2@spam.example>")
    assert listed(marta) == [waiting]
    assert listed(marta, show="all") == [blocked, waiting]
    text = marta.get(URL, {"show": "all"}).content.decode()
    assert "The sender’s address is unknown. anna@client.example" in text
    assert "A block rule matched. *@spam.example" in text


def test_a_list_without_mails_says_why(marta: Browser, cast: Cast) -> None:
    for asked in ({}, {"show": "all"}):
        assert "No received mail yet" in marta.get(URL, asked).content.decode()
    contact_of(cast.company, email="anna@client.example")
    arrived()
    assert "No mail needs review" in marta.get(URL).content.decode()


def test_mails_are_for_agents_who_may_see_their_ticket(cast: Cast) -> None:
    contact_of(cast.company, email="anna@client.example")
    row = arrived()
    ticket = row.ticket
    assert ticket is not None
    Ticket.objects.filter(pk=ticket.pk).update(group=GroupFactory(is_private=True))
    answers = {
        person.full_name: signed_in(person).get(address("raw-mail-one", row)).status_code
        for person in (cast.marta, cast.account_manager, cast.helen, cast.admin)
    }
    assert list(answers.values()) == [404, 404, 404, 200]
    assert "Received mail is for agents" in signed_in(cast.account_manager).get(URL).content.decode()
    assert signed_in(cast.helen).get(URL).status_code == 404
    for name in ("raw-mail-retry", "raw-mail-take-in"):
        assert signed_in(cast.account_manager).post(address(name, row)).status_code == 404
        assert signed_in(cast.admin).get(address(name, row)).status_code == 405


def test_the_list_costs_the_same_whatever_its_length(marta: Browser) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            marta.get(URL, {"show": "all"})
        return len(captured)

    arrived()
    few = statements()
    for number in range(10):
        arrived(message_id=f"<{number}@more.example>")
    assert statements() == few <= 7


def test_a_mail_is_read_as_text_with_its_headers_and_source(marta: Browser) -> None:
    row = arrived(with_files(("log.txt", "text/plain", b"x" * 900), text="See <script>alert(1)</script>"))
    text = marta.get(address("raw-mail-one", row)).content.decode()
    for shown in ("Anna Ivanova", "anna@client.example", "desk@quayside.example", "log.txt", "Printer"):
        assert shown in text
    assert "See &lt;script&gt;alert(1)" in text
    assert "<script>alert" not in text
    assert "Content-Disposition: attachment" in text


def test_of_an_html_mail_only_the_words_are_shown(marta: Browser) -> None:
    html = b"<p>It <b>hurts</b></p><img src='https://spy.example/x.png'>"
    raw = raw_mail().replace(b"text/plain", b"text/html").split(b"\r\n\r\n")[0] + b"\r\n\r\n" + html
    response = marta.get(address("raw-mail-one", arrived(raw)))
    assert response.context["source"].text == "It hurts"
    assert "<img src" not in response.content.decode()


@pytest.mark.parametrize(
    "raw", [b"", b"\x00\xff\xfe junk", b"From: \r\nSubject: =?utf-8?q?=00?=\r\n\r\n\x00"]
)
def test_hostile_bytes_have_a_page(marta: Browser, raw: bytes) -> None:
    response = marta.get(address("raw-mail-one", arrived(raw)))
    assert response.status_code == 200
    assert "Original mail" in response.content.decode()


def test_a_long_source_is_cut(marta: Browser) -> None:
    response = marta.get(address("raw-mail-one", arrived(text="word " * 60_000)))
    assert "Only its beginning is shown." in response.content.decode()
    assert len(response.content) < 600_000


def test_lost_bytes_are_told(marta: Browser) -> None:
    row = arrived()
    row.content.delete(save=False)
    assert "is missing from the storage" in marta.get(address("raw-mail-one", row)).content.decode()


def test_after_the_cause_is_gone_a_mail_is_taken_in_again(marta: Browser, cast: Cast) -> None:
    row = arrived()
    still = marta.post(address("raw-mail-retry", row), follow=True)
    assert still.redirect_chain[-1][0] == address("raw-mail-one", row)
    assert "The sender’s address is unknown." in still.content.decode()
    contact_of(cast.company, email="anna@client.example")
    response = marta.post(address("raw-mail-retry", row))
    assert response["Location"] == reverse("desk:ticket", args=[Ticket.objects.get().pk])


def test_a_settled_mail_offers_nothing_and_refuses(marta: Browser, cast: Cast) -> None:
    contact_of(cast.company, email="anna@client.example")
    row = arrived()
    assert "Reprocess" not in marta.get(address("raw-mail-one", row)).content.decode()
    assert marta.post(address("raw-mail-retry", row)).status_code == 409
    given = {"client": cast.company.pk, "full_name": "Anna"}
    assert marta.post(address("raw-mail-take-in", row), given).status_code == 409
    assert Ticket.objects.count() == 1


def test_an_unknown_sender_becomes_a_contact_and_the_mail_a_ticket(marta: Browser, cast: Cast) -> None:
    row = arrived()
    page = marta.get(address("raw-mail-one", row)).content.decode()
    assert 'value="Anna Ivanova"' in page
    given = {"client": cast.company.pk, "full_name": "Anna Ivanova"}
    response = marta.post(address("raw-mail-take-in", row), given)
    ticket = Ticket.objects.get()
    assert response["Location"] == reverse("desk:ticket", args=[ticket.pk])
    assert (ticket.client, ticket.requester.full_name) == (cast.company, "Anna Ivanova")
    assert ticket.opened_at == MONDAY_9
    assert listed(marta) == []


def test_what_is_missing_is_told_and_the_name_kept(marta: Browser, cast: Cast) -> None:
    row = arrived()
    response = marta.post(address("raw-mail-take-in", row), {"client": "", "full_name": "Anna I."})
    assert response.status_code == 422
    assert "Choose the client." in response.content.decode()
    assert 'value="Anna I."' in response.content.decode()
    closed = ClientFactory(is_active=False)
    given = {"client": closed.pk, "full_name": ""}
    assert set(marta.post(address("raw-mail-take-in", row), given).context["form"].errors) == {
        "client",
        "full_name",
    }
    assert not User.objects.filter(email="anna@client.example").exists()
    assert not Membership.objects.filter(client=closed).exists()


def test_only_mails_of_unknown_senders_ask_who_wrote(marta: Browser) -> None:
    row = arrived(sender="")
    page = marta.get(address("raw-mail-one", row)).content.decode()
    assert "Reprocess" in page
    assert "Who wrote this?" not in page
