"""What a key does, and what it does not."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from contracts.hours import prepaid
from contracts.models import Contract, LedgerEntry, TimeEntry
from servicedesk.notifications import links
from servicedesk.once.models import SentForm
from servicedesk.once.tasks import forget_sent_forms
from servicedesk.people.models import User
from servicedesk.tickets.models import Attachment, Message, Ticket
from tests.desk.conftest import Cast, accepted, signed_in
from tests.once.walking import Sent, Walker
from workflows import advance

pytestmark = pytest.mark.django_db


def purchase(cast: Cast, by: User | None = None, **typed: Any) -> Sent:
    contract = Contract.objects.get(client=cast.company)
    page = reverse("clients:purchase", args=[contract.pk])
    typed = {"hours": "10", "note": "Bought"} | typed
    return Walker(by or cast.account_manager).fills("clients:purchase", contract.pk, on=page, **typed)


def balance(cast: Cast) -> Decimal:
    return prepaid.balance(Contract.objects.get(client=cast.company))


def test_hours_bought_with_a_form_sent_again_are_bought_once(cast: Cast) -> None:
    sent = purchase(cast)
    first, second = sent.send(), sent.send()
    assert balance(cast) == 10
    assert first["Location"] == second["Location"]


def test_the_second_sending_says_what_the_first_said(cast: Cast) -> None:
    sent = purchase(cast)
    sent.send()  # its answer is lost, and what it said with it
    sent.browser = signed_in(cast.account_manager)
    page = sent.browser.post(sent.action, sent.values, follow=True).content.decode()
    assert "The hours are booked." in page


def test_two_tabs_are_two_forms(cast: Cast) -> None:
    purchase(cast).send()
    purchase(cast, note="More").send()
    assert balance(cast) == 20


def test_the_same_words_on_a_page_loaded_anew_are_asked_about(cast: Cast) -> None:
    purchase(cast).send()  # its answer is lost; the way back loads the page anew, with another key
    asked = purchase(cast).send()
    text = asked.content.decode()
    assert asked.status_code == 409
    assert balance(cast) == 10
    assert re.search(r"This was sent \d+ seconds? ago. Send it again\?", text)
    assert "The hours are booked." in text
    assert "Bought" in text
    assert 'class="rail"' in text
    again = Walker(cast.account_manager).fills_in(Page(asked), purchase(cast).action)
    assert again.send().status_code == 302
    assert again.send().status_code == 302
    assert balance(cast) == 20


def test_the_same_words_are_asked_about_for_ten_minutes_only(cast: Cast) -> None:
    purchase(cast).send()
    SentForm.objects.update(sent_at=timezone.now() - timedelta(minutes=10, seconds=1))
    assert purchase(cast).send().status_code == 302
    assert balance(cast) == 20


def test_the_same_words_of_another_person_are_their_own(cast: Cast) -> None:
    purchase(cast).send()
    purchase(cast, by=cast.admin).send()
    assert balance(cast) == 20


def test_words_that_were_refused_are_not_asked_about(cast: Cast) -> None:
    purchase(cast, hours="none").send()
    assert purchase(cast, hours="none").send().status_code == 422


@pytest.mark.parametrize("who", ["helen", "marta"])
def test_a_message_sent_again_from_a_page_loaded_anew_is_one(cast: Cast, who: str) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    place = "portal:request" if who == "helen" else "desk:ticket"
    for _time in range(2):
        walker = Walker(getattr(cast, who))
        page = reverse(place, args=[ticket.pk])
        answer = walker.fills(f"{place}-reply", ticket.pk, on=page, body="Look <at> it").send()
    assert answer.status_code == 409
    assert "Look &lt;at&gt; it" in answer.content.decode()
    assert ticket.messages.filter(body="Look <at> it").count() == 1


def test_htmx_is_asked_in_its_place(cast: Cast) -> None:
    purchase(cast).send()
    sent = purchase(cast)
    answer = sent.browser.post(sent.action, sent.values, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Retarget"]) == (409, "#refusal")
    assert "Send again" in answer.content.decode()


def test_what_is_not_named_as_words_is_not_shown(cast: Cast) -> None:
    sent = purchase(cast, password="hunter2 of old")
    sent.send()
    sent.values["hours"] = "15"
    text = sent.send().content.decode()
    assert "<dd>15</dd>" in text
    assert "<dd>hunter2 of old</dd>" not in text


def test_without_a_key_a_program_acts_each_time(cast: Cast) -> None:
    sent = purchase(cast)
    del sent.values["once"]
    sent.send()
    sent.send()
    assert balance(cast) == 20
    assert not SentForm.objects.exists()


def test_a_refused_form_can_be_mended_and_sent(cast: Cast) -> None:
    sent = purchase(cast, hours="none")
    assert sent.send().status_code == 422
    sent.values["hours"] = "10"
    assert sent.send().status_code == 302
    assert balance(cast) == 10


def test_a_key_counts_for_its_person_only(cast: Cast) -> None:
    sent, other = purchase(cast), purchase(cast, by=cast.admin)
    other.values["once"] = sent.values["once"]
    sent.send()
    other.send()
    assert balance(cast) == 20


def test_a_changed_form_is_asked_about_and_nothing_is_swallowed(cast: Cast) -> None:
    sent = purchase(cast)
    sent.send()
    sent.values |= {"hours": "15", "note": "For <the> move\nand more"}
    asked = sent.send()
    assert asked.status_code == 409
    assert "This form was sent before" in asked.content.decode()
    assert balance(cast) == 10
    again = Walker(cast.account_manager).fills_in(Page(asked), sent.action)
    assert again.values["note"][0].strip().splitlines() == ["For <the> move", "and more"]
    assert again.send().status_code == 302
    assert again.send().status_code == 302
    assert balance(cast) == 25


class Page:
    """An answer that is read as a page whatever its status."""

    def __init__(self, answer: Any) -> None:
        self.content, self.status_code = answer.content, 200


def test_htmx_is_told_in_its_place(cast: Cast) -> None:
    sent = purchase(cast)
    sent.send()
    answer = sent.browser.post(sent.action, sent.values | {"hours": "15"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Retarget"]) == (409, "#refusal")
    assert "was sent before" in answer.content.decode()


def reply(cast: Cast, ticket: Ticket, content: bytes) -> Sent:
    page = reverse("portal:request", args=[ticket.pk])
    file = SimpleUploadedFile("photo.png", content)
    return Walker(cast.helen).fills("portal:request-reply", ticket.pk, on=page, body="Look", uploads=[file])


def test_files_are_taken_once_and_other_files_are_other_contents(cast: Cast) -> None:
    ticket = cast.ticket()
    sent = reply(cast, ticket, b"\x89PNG one")
    same = sent.values | {"uploads": [SimpleUploadedFile("photo.png", b"\x89PNG one")]}
    other = sent.values | {"uploads": [SimpleUploadedFile("photo.png", b"\x89PNG two")]}
    sent.send()
    assert sent.browser.post(sent.action, same).status_code == 302
    answer = sent.browser.post(sent.action, other)
    assert answer.status_code == 409
    assert "Files are not kept" in answer.content.decode()
    assert (Attachment.objects.count(), ticket.messages.count()) == (1, 2)
    assert Attachment.objects.get().file.read() == b"\x89PNG one"


def test_looking_again_while_one_chooses_uses_no_key_up(cast: Cast) -> None:
    typed = {
        "client": cast.company.pk, "contact": cast.helen.pk, "request_type": cast.item.pk,
        "subject": "The printer", "body": "It is dark.",
    }  # fmt: skip
    page = reverse("desk:new-ticket") + f"?client={cast.company.pk}"
    sent = Walker(cast.marta).fills("desk:new-ticket", on=page, **typed)
    looked = sent.browser.post(sent.action, sent.values | {"choose": "type"}, headers={"HX-Request": "true"})
    assert looked.status_code == 200
    assert sent.send().status_code == 302
    assert Ticket.objects.count() == 1


def test_what_fails_half_way_is_undone_and_can_be_sent_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = purchase(cast)
    with monkeypatch.context() as broken:
        broken.setattr("contracts.hours.views.redirect", lambda *_args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sent.send()
    assert balance(cast) == 0
    sent.send()
    assert balance(cast) == 10


def test_after_a_week_a_sent_form_is_forgotten(cast: Cast) -> None:
    sent, old = purchase(cast), purchase(cast)
    old.send()
    SentForm.objects.update(sent_at=timezone.now() - timedelta(days=7, seconds=1))
    sent.send()
    forget_sent_forms()
    assert SentForm.objects.count() == 1


def time_of(cast: Cast, ticket: Ticket) -> Sent:
    page = reverse("desk:ticket", args=[ticket.pk])
    return Walker(cast.marta).fills("desk:ticket-time", ticket.pk, on=page, minutes="30m")


def words_of(cast: Cast, ticket: Ticket) -> Sent:
    page = reverse("desk:ticket", args=[ticket.pk])
    return Walker(cast.marta).fills("desk:ticket-reply", ticket.pk, on=page, body="We look at it.")


def request_of(cast: Cast, _ticket: Ticket) -> Sent:
    page = reverse("portal:new-request") + f"?type={cast.item.pk}"
    typed = {"subject": "The printer", "body": "It is dark."}
    return Walker(cast.helen).fills("portal:new-request", on=page, **typed)


def hours_of(cast: Cast, _ticket: Ticket) -> Sent:
    return purchase(cast)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("make", "model"),
    [(words_of, Message), (time_of, TimeEntry), (request_of, Ticket), (hours_of, LedgerEntry)],
    ids=["reply", "time", "new request", "purchase"],
)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite writes one after another anyway")
def test_six_sendings_at_once_are_one(cast: Cast, make: Callable[..., Sent], model: Any) -> None:
    sent, before = make(cast, accepted(cast.ticket(), cast.marta)), model.objects.count()
    answers: list[Any] = []

    def send() -> None:
        browser = Browser()
        browser.cookies = sent.browser.cookies
        try:
            answers.append(browser.post(sent.action, sent.values))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert model.objects.count() == before + 1
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer["Location"] for answer in answers}) == 1


def test_a_rating_from_a_mail_sent_again_without_signing_in_is_one(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    advance.act(ticket, "resolve", by=cast.marta, solution="Done")
    page = links.answer_url(ticket, cast.helen).removeprefix("http://testserver")
    token = page.rstrip("/").rpartition("/")[2]
    nobody = Walker(cast.helen)
    nobody.browser.logout()
    sent = nobody.fills("portal:answer", token, on=page, solved="yes", rating="5")
    assert sent.send()["Location"] == sent.send()["Location"]
    assert ticket.events.filter(kind="rated").count() == 1
