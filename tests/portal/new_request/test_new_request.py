"""Sending a request: the three steps, what is kept, and bad input."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from catalog.models import Kind
from contracts.models import Contract
from servicedesk.people.models import Membership
from servicedesk.tickets.models import Ticket
from tests.factories import ClientFactory, RequestTypeFactory, UserFactory
from tests.portal.conftest import Cast, signed_in

URL = reverse("portal:new-request")


def filled(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "type": str(cast.item.pk),
        "subject": "Mail is late",
        "body": "Letters arrive hours late.",
        "impact": "2",
        "urgency": "2",
        "copy_to": "",
        "once": "one-form",
    } | changes


def send(cast: Cast, **changes: Any) -> Any:
    return signed_in(cast.helen).post(URL, filled(cast, **changes))


def test_first_the_service_then_the_type_then_the_form(cast: Cast) -> None:
    browser = signed_in(cast.helen)
    assert f"?service={cast.item.service.pk}" in browser.get(URL).content.decode()
    types = browser.get(URL, {"service": cast.item.service.pk}).content.decode()
    assert f"?type={cast.item.pk}" in types
    form = browser.get(URL, {"type": cast.item.pk}).content.decode()
    assert "How many are affected?" in form
    assert "How severe is it?" in form
    assert Ticket.objects.count() == 0


def test_a_wish_is_asked_how_soon(cast: Cast) -> None:
    item = RequestTypeFactory(kind=Kind.SERVICE_REQUEST)
    assert "How soon do you need it?" in signed_in(cast.helen).get(URL, {"type": item.pk}).content.decode()


def test_a_sent_request_is_a_ticket_and_its_page_opens(cast: Cast) -> None:
    files = [SimpleUploadedFile("error.png", b"\x89PNG"), SimpleUploadedFile("log.txt", b"late")]
    response = send(cast, uploads=files, copy_to="tom@example.com; Ann@example.org", urgency="1", impact="1")
    ticket = Ticket.objects.get()
    assert response["Location"] == reverse("portal:request", args=[ticket.pk])
    assert (ticket.requester, ticket.client, ticket.request_type) == (cast.helen, cast.company, cast.item)
    assert (ticket.channel, ticket.priority) == ("portal", 1)
    assert {one.name for one in ticket.messages.get().attachments.all()} == {"error.png", "log.txt"}
    assert {one.email for one in ticket.participants.all()} == {"tom@example.com", "ann@example.org"}


def test_the_answers_of_the_form_are_kept_and_shown(cast: Cast) -> None:
    cast.item.form = [
        {"key": "since", "label": "Since when?", "kind": "date", "required": True},
        {"key": "size", "label": "How many?", "kind": "number"},
        {"key": "what", "label": "What happens?", "kind": "choice", "choices": ["No sound", "No picture"]},
    ]
    cast.item.save()
    send(cast, answer_since="2026-01-05", answer_size="3", answer_what="No sound")
    ticket = Ticket.objects.get()
    assert ticket.answers == {"since": "2026-01-05", "size": 3, "what": "No sound"}
    page = signed_in(cast.helen).get(reverse("portal:request", args=[ticket.pk])).content.decode()
    assert "Since when?" in page
    assert "No sound" in page


def test_a_required_answer_is_asked_for(cast: Cast) -> None:
    cast.item.form = [{"key": "since", "label": "Since when?", "kind": "date", "required": True}]
    cast.item.save()
    response = send(cast)
    assert response.status_code == 422
    assert response.context["form"].errors == {"answer_since": ["Please answer this question."]}


def test_something_else_needs_no_request_type(cast: Cast) -> None:
    send(cast, type="other", service=str(cast.item.service.pk))
    assert Ticket.objects.get().service == cast.item.service


def test_sending_twice_makes_one_ticket(cast: Cast) -> None:
    browser = signed_in(cast.helen)
    first, second = (browser.post(URL, filled(cast)) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Ticket.objects.count() == 1
    assert (
        browser.post(URL, filled(cast, once="another", subject="Parcels too"))["Location"]
        != first["Location"]
    )


@pytest.mark.parametrize("bad", ["99999", "abc", "", "1" * 40])
def test_an_unknown_request_type_gets_a_sentence_and_the_text_stays(cast: Cast, bad: str) -> None:
    response = send(cast, type=bad)
    assert response.status_code == 422
    assert "type" in response.context["form"].errors
    assert "Letters arrive hours late." in response.content.decode()
    assert Ticket.objects.count() == 0


def test_an_archived_type_is_not_accepted(cast: Cast) -> None:
    cast.item.is_archived = True
    cast.item.save()
    page = send(cast)
    assert "no longer offered" in page.content.decode()
    assert signed_in(cast.helen).get(URL, {"type": cast.item.pk}).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"subject": "  "}, "subject"),
        ({"subject": "x" * 251}, "subject"),
        ({"body": ""}, "body"),
        ({"urgency": "9"}, "urgency"),
        ({"impact": ""}, "impact"),
        ({"copy_to": "not-an-address"}, "copy_to"),
        ({"body": "a\x00b"}, "body"),
    ],
)
def test_bad_input_is_told_beside_its_field(cast: Cast, change: dict[str, str], field: str) -> None:
    response = send(cast, **change)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert Ticket.objects.count() == 0


def test_a_file_of_25_mb_is_refused_with_its_size_and_the_text_stays(cast: Cast) -> None:
    response = send(cast, uploads=SimpleUploadedFile("film.mp4", b"0" * 25 * 1024 * 1024))
    page = response.content.decode()
    assert response.status_code == 422
    assert "film.mp4" in page
    assert "too large" in page
    assert "Letters arrive hours late." in page
    assert Ticket.objects.count() == 0


def test_a_program_is_refused(cast: Cast) -> None:
    response = send(cast, uploads=SimpleUploadedFile("setup.EXE", b"MZ"))
    assert "can carry programs" in response.content.decode()
    assert "choose the files again" in response.content.decode()


def test_without_a_contract_the_request_is_accepted_and_the_page_says_what_it_means(cast: Cast) -> None:
    Contract.objects.all().delete()
    browser = signed_in(cast.helen)
    assert "without target times" in browser.get(URL, {"type": cast.item.pk}).content.decode()
    page = browser.post(URL, filled(cast), follow=True).content.decode()
    assert Ticket.objects.count() == 1
    assert "Your company has no contract with us." in page


def test_an_ended_contract_is_named_with_its_last_day(cast: Cast) -> None:
    Contract.objects.update(ends_on=date(2024, 3, 31))
    page = signed_in(cast.helen).post(URL, filled(cast), follow=True).content.decode()
    assert "Your contract Gold Brightwater Clinics ended on" in page


def test_only_who_belongs_to_several_companies_chooses_one(cast: Cast) -> None:
    browser = signed_in(cast.helen)
    assert "For which company?" not in browser.get(URL, {"type": "other"}).content.decode()
    other = ClientFactory(name="Harbour Ltd")
    Membership.objects.create(client=other, user=cast.helen)
    assert "For which company?" in browser.get(URL, {"type": "other"}).content.decode()
    browser.post(URL, filled(cast, client=str(other.pk)))
    assert Ticket.objects.get().client == other


def test_a_foreign_company_cannot_be_chosen(cast: Cast) -> None:
    Membership.objects.create(client=ClientFactory(), user=cast.helen)
    response = send(cast, client=str(ClientFactory().pk))
    assert list(response.context["form"].errors) == ["client"]


def test_somebody_without_a_company_gets_a_clear_page(db: None) -> None:
    response = signed_in(UserFactory()).get(URL)
    assert "do not know your company" in response.content.decode()
