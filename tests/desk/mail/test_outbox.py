"""Outgoing mail: who reads which, one mail as text, sending again."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from servicedesk.mail.models import OutgoingMail
from servicedesk.mail.outgoing import outbox
from servicedesk.tickets.attachments import Upload
from tests.desk.conftest import Cast, signed_in

URL = reverse("desk:outbox")
State = OutgoingMail.State


@pytest.fixture
def admin(cast: Cast) -> Browser:
    return signed_in(cast.admin)


def write(to: str = "helen@client.example", state: str | None = None, **fields: Any) -> OutgoingMail:
    values = {"subject": "Your request", "text": "We are on it."}
    mail = outbox.queue(to=to, **(values | fields))
    if state:
        OutgoingMail.objects.filter(pk=mail.pk).update(state=state)
        mail.refresh_from_db()
    return mail


def page_of(mail: OutgoingMail) -> str:
    return reverse("desk:outbox-mail", args=[mail.pk])


def listed(browser: Browser, **query: str) -> list[str]:
    return [mail.to for mail in browser.get(URL, query).context["page"]]


def test_administrators_see_all_and_others_their_own(admin: Browser, cast: Cast) -> None:
    foreign = write()
    own = write(to=cast.marta.email.upper())
    marta = signed_in(cast.marta)
    assert len(listed(admin)) == 2
    assert listed(marta) == [own.to]
    assert "to your own address" in marta.get(URL).content.decode()
    assert marta.get(page_of(foreign)).status_code == 404
    assert marta.post(reverse("desk:outbox-again", args=[foreign.pk])).status_code == 404
    assert marta.get(page_of(own)).status_code == 200


def test_clients_find_nothing(cast: Cast) -> None:
    own = write(to=cast.helen.email)
    browser = signed_in(cast.helen)
    assert browser.get(URL).status_code == 404
    assert browser.get(page_of(own)).status_code == 404


def test_the_list_is_narrowed_by_state(admin: Browser) -> None:
    write(to="a@client.example", state=State.FAILED)
    write(to="b@client.example")
    assert listed(admin, state="failed") == ["a@client.example"]
    assert listed(admin, state="sent") == []
    assert listed(admin, state="nonsense") == ["b@client.example", "a@client.example"]
    context = admin.get(URL, {"state": "failed"}).context
    assert [(value, count) for value, _label, count in context["states"]] == [("failed", "1"), ("kept", "1")]
    assert context["total"] == "2"


def test_pages_keep_the_state(admin: Browser) -> None:
    for _number in range(51):
        write()
    response = admin.get(URL, {"state": "kept"})
    assert len(response.context["page"].object_list) == 50
    assert "?state=kept&amp;page=2" in response.content.decode()


def test_the_list_costs_the_same_whatever_its_length(admin: Browser) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            admin.get(URL)
        return len(captured)

    write()
    few = statements()
    for _number in range(20):
        write()
    assert (
        statements() == few <= 11
    )  # one for each state, which counts up to a limit; the timer of the bar is one


def test_without_a_mail_server_it_is_said_that_mails_are_kept(admin: Browser, settings: Any) -> None:
    mail = write()
    sentence = "No mail server is configured, so nothing is sent."
    assert sentence in admin.get(URL).content.decode()
    assert sentence in admin.get(page_of(mail)).content.decode()
    settings.EMAIL_HOST = "mail.quayside.example"
    assert sentence not in admin.get(URL).content.decode()


def test_a_mail_is_read_as_text_and_never_as_a_page(admin: Browser, cast: Cast) -> None:
    ticket = cast.ticket()
    files = [Upload("report.pdf", "application/pdf", b"%PDF")]
    mail = write(
        ticket=ticket,
        text="See <b>this</b>: https://desk.example/a",
        html="<h1>Shiny</h1>",
        attachments=files,
    )
    text = admin.get(page_of(mail)).content.decode()
    assert "See &lt;b&gt;this&lt;/b&gt;" in text
    assert 'href="https://desk.example/a"' in text
    assert "Shiny" not in text
    for shown in (mail.to, "report.pdf", reverse("desk:ticket", args=[ticket.pk])):
        assert shown in text
    assert mail.message_id.strip("<>") in text


def test_a_failed_mail_says_why_and_is_sent_again(admin: Browser, settings: Any) -> None:
    settings.EMAIL_HOST = "mail.quayside.example"
    mail = write(state=State.FAILED)
    OutgoingMail.objects.filter(pk=mail.pk).update(error="550 No such user", attempts=10)
    text = admin.get(page_of(mail)).content.decode()
    assert "This mail could not be sent." in text
    assert "550 No such user" in text
    assert "550 No such user" in admin.get(URL).content.decode()
    response = admin.post(reverse("desk:outbox-again", args=[mail.pk]), follow=True)
    assert "The mail is queued for sending." in response.content.decode()
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.error) == (State.QUEUED, 0, "")


def test_a_kept_mail_can_be_sent_as_soon_as_there_is_a_server(admin: Browser, settings: Any) -> None:
    mail = write()
    assert "Resend" not in admin.get(page_of(mail)).content.decode()
    settings.EMAIL_HOST = "mail.quayside.example"
    assert "Resend" in admin.get(page_of(mail)).content.decode()


def test_a_sent_mail_is_not_sent_twice(admin: Browser) -> None:
    mail = write(state=State.SENDING)
    assert "Resend" not in admin.get(page_of(mail)).content.decode()
    response = admin.post(reverse("desk:outbox-again", args=[mail.pk]), follow=True)
    assert "Nothing was changed" in response.content.decode()
    mail.refresh_from_db()
    assert mail.state == State.SENDING


def test_sending_again_is_never_a_get(admin: Browser) -> None:
    mail = write(state=State.FAILED)
    assert admin.get(reverse("desk:outbox-again", args=[mail.pk])).status_code == 405
