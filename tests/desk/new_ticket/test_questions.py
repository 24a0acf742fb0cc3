"""By phone, too, a request type asks its questions."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import RequestType
from servicedesk.people.models import User
from servicedesk.tickets import secrets
from servicedesk.tickets.models import Message, Ticket
from tests.desk.conftest import Cast, signed_in
from tests.factories import ClientFactory, RequestTypeFactory, contact_of

URL = reverse("desk:new-ticket")
HTMX = {"hx-request": "true"}
FORM: list[dict[str, Any]] = [
    {"key": "device", "label": "Which device?", "kind": "text", "required": True},
    {
        "key": "place",
        "label": "Where is it?",
        "kind": "choice",
        "choices": ["office", "home"],
        "required": True,
    },
    {
        "key": "street",
        "label": "Which street?",
        "kind": "text",
        "required": True,
        "condition": {"field": "form.place", "test": "is", "value": "home"},
    },
    {"key": "colours", "label": "Colours", "kind": "choices", "choices": ["red", "blue", "green"]},
    {"key": "serial", "label": "Host", "kind": "text", "pattern": "ip"},
    {"key": "pin", "label": "PIN", "kind": "secret"},
    {"key": "whose", "label": "Whose is it?", "kind": "person"},
    {"key": "shot", "label": "Screenshot", "kind": "file", "required": True},
]


@pytest.fixture
def marta(cast: Cast) -> Browser:
    return signed_in(cast.marta)


@pytest.fixture
def item(cast: Cast) -> RequestType:
    RequestType.objects.filter(pk=cast.item.pk).update(form=FORM)
    cast.item.refresh_from_db()
    return cast.item


def filled(cast: Cast, **changes: Any) -> dict[str, Any]:
    values = {
        "client": cast.company.pk,
        "contact": cast.helen.pk,
        "request_type": cast.item.pk,
        "asked": cast.item.pk,
        "subject": "Mail is late",
        "body": "She says that letters arrive hours late.",
        "answer_device": "Printer 4",
        "answer_place": "office",
    }
    return values | changes


def test_the_answers_come_with_the_ticket(marta: Browser, cast: Cast, item: RequestType) -> None:
    given = {"answer_colours": ["red", "green"], "answer_pin": "0042", "answer_whose": "helen marsh"}
    assert marta.post(URL, filled(cast, **given)).status_code == 302
    ticket = Ticket.objects.get()
    assert ticket.answers == {
        "device": "Printer 4",
        "place": "office",
        "colours": ["red", "green"],
        "whose": {"pk": cast.helen.pk, "name": "Helen Marsh"},
    }
    assert [one.key for one in secrets.of_ticket(ticket)] == ["pin"]
    assert ticket.messages.count() == 1


def test_required_questions_are_asked_for_and_patterns_held(
    marta: Browser, cast: Cast, item: RequestType
) -> None:
    sent = filled(cast, answer_device=" ", answer_place="home", answer_serial="what", answer_pin="0042")
    response = marta.post(URL, sent)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"answer_device", "answer_street", "answer_serial"}
    text = response.content.decode()
    assert "Please answer this question." in text
    assert "She says that letters" in text
    assert "0042" not in text
    assert not Ticket.objects.exists()


def test_what_does_not_appear_is_neither_asked_nor_kept(
    marta: Browser, cast: Cast, item: RequestType
) -> None:
    marta.post(URL, filled(cast, answer_street="Long Lane"))
    assert Ticket.objects.get().answers == {"device": "Printer 4", "place": "office"}


def test_what_the_caller_does_not_know_stays_open_and_is_noted(
    marta: Browser, cast: Cast, item: RequestType
) -> None:
    marta.post(URL, filled(cast, is_partly_known="on", answer_device="", answer_place="home"))
    ticket = Ticket.objects.get()
    assert ticket.answers == {"place": "home"}
    note = ticket.messages.get(visibility=Message.Visibility.INTERNAL)
    assert note.author == cast.marta
    assert note.body.splitlines()[1:] == ["– Which device?", "– Which street?"]
    assert ticket.clocks.get(kind="first_response").stopped_at is None


def test_leave_to_stay_empty_is_no_leave_to_be_wrong(marta: Browser, cast: Cast, item: RequestType) -> None:
    response = marta.post(URL, filled(cast, is_partly_known="on", answer_serial="what"))
    assert set(response.context["form"].errors) == {"answer_serial"}


def test_when_all_is_known_there_is_no_note(marta: Browser, cast: Cast, item: RequestType) -> None:
    marta.post(URL, filled(cast, is_partly_known="on"))
    assert Ticket.objects.get().messages.count() == 1


def test_without_scripts_the_questions_come_when_the_form_was_sent_once(
    marta: Browser, cast: Cast, item: RequestType
) -> None:
    sent = filled(cast, asked="", urgency="1")
    del sent["answer_device"], sent["answer_place"]
    response = marta.post(URL, sent)
    assert response.status_code == 422
    text = response.content.decode()
    assert "This request type has questions. Answer them, then create the ticket." in text
    for shown in ("Which device?", "Mail is late", "She says that letters", 'value="1" selected'):
        assert shown in text
    assert not response.context["form"].errors
    assert not Ticket.objects.exists()
    again = response.context["form"]["asked"].value()
    assert marta.post(URL, filled(cast, asked=again)).status_code == 302


def test_optional_questions_are_shown_as_well(marta: Browser, cast: Cast) -> None:
    only = RequestTypeFactory(form=[{"key": "note", "label": "A note", "kind": "text"}])
    sent = filled(cast, request_type=only.pk, asked="")
    assert "A note" in marta.post(URL, sent).content.decode()
    assert marta.post(URL, sent | {"asked": only.pk}).status_code == 302


def part(browser: Browser, sent: dict[str, Any], choose: str) -> str:
    response = browser.post(URL, sent | {"choose": choose}, headers=HTMX)
    assert response.status_code == 200
    text = response.content.decode()
    assert "<html" not in text
    return text


def test_a_chosen_type_brings_its_questions_alone(marta: Browser, cast: Cast, item: RequestType) -> None:
    text = part(marta, {"client": cast.company.pk, "request_type": item.pk}, "type")
    for shown in ("Which device?", "data-questions", "data-shown-if", "Some answers are not known yet"):
        assert shown in text
    assert f'name="asked" value="{item.pk}"' in text
    assert '<option value="Helen Marsh">' in text
    assert 'name="subject"' not in text
    assert "Not asked here, because files are required: Screenshot." in text
    assert 'name="answer_shot"' not in text
    assert not Ticket.objects.exists()


def test_answers_stay_where_the_next_type_asks_the_same(
    marta: Browser, cast: Cast, item: RequestType
) -> None:
    form = [FORM[0] | {"default": "Screen"}, FORM[3], {"key": "new", "label": "New", "default": "yes"}]
    other = RequestTypeFactory(form=form)
    sent = filled(cast, request_type=other.pk, answer_colours=["blue", "green"])
    text = part(marta, sent, "type")
    assert 'value="Printer 4"' in text
    assert text.count("checked") == 2
    assert 'value="yes"' in text
    assert "Where is it?" not in text


def test_what_was_cleared_does_not_get_its_default_back(marta: Browser, cast: Cast) -> None:
    chosen = [{"value": "red", "label": "Red", "chosen": True}]
    asks = [
        {"key": "new", "label": "New", "default": "standard"},
        {"key": "colours", "label": "Colours", "kind": "choices", "choices": chosen},
        FORM[6],
    ]
    other = RequestTypeFactory(form=asks)
    sent = filled(cast, request_type=other.pk, asked=other.pk, answer_new="")
    text = part(marta, sent, "client")
    assert 'id="questions" hx-swap-oob="innerHTML"' in text
    assert "standard" not in text
    assert "checked" not in text


def test_another_client_brings_its_people_into_the_questions(
    marta: Browser, cast: Cast, item: RequestType
) -> None:
    harbour = ClientFactory(name="Harbour Ltd")
    contact_of(harbour, full_name="Nina Petrova")
    text = part(marta, filled(cast, client=harbour.pk), "client")
    assert '<option value="Nina Petrova">' in text
    assert "Helen Marsh" not in text
    assert 'value="Printer 4"' in text


def test_access_data_is_never_written_back(marta: Browser, cast: Cast, item: RequestType) -> None:
    sent = filled(cast, answer_pin="0042")
    assert "0042" not in part(marta, sent, "type") + part(marta, sent, "client")
    page = marta.post(URL, sent | {"choose": "type"})
    assert "0042" not in page.content.decode()


def test_an_odd_choice_does_no_harm(marta: Browser, cast: Cast) -> None:
    for sent in ({"request_type": "x"}, {"request_type": "0"}, {"contact": "²", "client": "x"}):
        for choose in ("type", "contact", "client", "x", ""):
            assert part(marta, sent, choose)
    assert not Ticket.objects.exists()


def test_nobody_else_looks_at_the_questions(cast: Cast, item: RequestType) -> None:
    def status(person: User) -> int:
        return signed_in(person).post(URL, filled(cast, choose="type"), headers=HTMX).status_code

    assert [status(person) for person in (cast.account_manager, cast.helen)] == [403, 404]


def test_questions_cost_the_same_however_many(marta: Browser, cast: Cast, item: RequestType) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            part(marta, filled(cast), "type")
        return len(captured)

    few = statements()
    more = [FORM[6] | {"key": f"p{number}"} for number in range(8)]
    RequestType.objects.filter(pk=item.pk).update(form=[*FORM, *more])
    for _number in range(5):
        contact_of(cast.company)
    assert statements() == few
