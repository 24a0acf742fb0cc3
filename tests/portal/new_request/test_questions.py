"""A request with every kind of question: sent, refused, read again – and kept as it was asked."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import RequestType
from servicedesk.tickets.models import Ticket
from tests.factories import RequestTypeFactory, contact_of
from tests.portal.conftest import Cast, signed_in
from tests.portal.new_request.test_new_request import URL, filled

FORM: list[dict[str, Any]] = [
    {"key": "note", "label": "Please read", "kind": "notice", "help": {"text": "No passwords."}},
    {"key": "tools", "label": "Tools", "kind": "choices", "required": True,
     "choices": [{"value": "s", "label": "Saw"}, {"value": "d", "label": "Drill"}]},
    {"key": "who", "label": "For whom?", "kind": "person"},
    {"key": "hosts", "label": "Hosts", "kind": "list"},
    {"key": "mail", "label": "Mail", "kind": "text", "pattern": "email"},
    {"key": "bits", "label": "Which bits?", "kind": "text", "required": True,
     "condition": {"field": "form.tools", "test": "is", "value": "d"}},
]  # fmt: skip


@pytest.fixture
def item(cast: Cast) -> RequestType:
    item = RequestTypeFactory(service=cast.item.service, form=FORM)
    item.full_clean()
    return item


def send(cast: Cast, item: RequestType, **answers: Any) -> Any:
    typed = {f"answer_{key}": value for key, value in answers.items()}
    return signed_in(cast.helen).post(URL, filled(cast, type=str(item.pk), **typed))


def page_of(cast: Cast, person: Any, ticket: Ticket, name: str = "portal:request") -> str:
    return str(signed_in(person).get(reverse(name, args=[ticket.pk])).content.decode())


def test_each_kind_is_kept_and_both_sides_read_it(cast: Cast, item: RequestType) -> None:
    send(cast, item, tools=["s", "d"], who="tom kershaw", hosts="srv-1\nsrv-2", mail="a@b.org", bits="8 mm",
         note="not asked")  # fmt: skip
    ticket = Ticket.objects.get()
    assert ticket.answers == {
        "tools": ["s", "d"], "who": {"pk": cast.tom.pk, "name": "Tom Kershaw"}, "hosts": ["srv-1", "srv-2"],
        "mail": "a@b.org", "bits": "8 mm",
    }  # fmt: skip
    for person, name in ((cast.helen, "portal:request"), (cast.agent, "desk:ticket")):
        page = page_of(cast, person, ticket, name)
        assert all(text in page for text in ("Saw, Drill", "Tom Kershaw", "srv-1<br>srv-2", "8 mm"))
        assert "&#x27;name&#x27;" not in page


def test_a_hidden_question_is_not_demanded_and_its_answer_is_dropped(cast: Cast, item: RequestType) -> None:
    send(cast, item, tools=["s"], bits="sent all the same")
    assert Ticket.objects.get().answers == {"tools": ["s"]}


def test_a_question_that_appears_is_demanded_and_what_was_typed_stays(cast: Cast, item: RequestType) -> None:
    response = send(cast, item, tools=["d"], who="Nobody <b>", hosts="srv-1", mail="no")
    page = response.content.decode()
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"answer_bits", "answer_mail"}
    assert 'value="Nobody &lt;b&gt;"' in page
    assert "Write an e-mail address" in page
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize(
    "answers",
    [
        {"tools": ["x"]},
        {"tools": ["s", "\0"]},
        {"tools": ["s"], "hosts": "x\n" * 300_000},
        {"tools": ["s"], "hosts": "y" * 301},
        {"tools": ["s"], "who": "z" * 201},
        {"tools": ["s"], "mail": "\0@b.org"},
    ],
)
def test_hostile_answers_are_refused(cast: Cast, item: RequestType, answers: Any) -> None:
    assert send(cast, item, **answers).status_code == 422
    assert Ticket.objects.count() == 0


def test_script_in_an_answer_is_text(cast: Cast, item: RequestType) -> None:
    send(cast, item, tools=["s"], who="<script>alert(1)</script>", hosts="<img src=x>\n{{ 7 }}")
    page = page_of(cast, cast.helen, Ticket.objects.get())
    assert "<script>alert" not in page
    assert "<img src=x>" not in page
    assert "&lt;img src=x&gt;" in page


def test_only_people_of_the_own_company_are_offered(cast: Cast, item: RequestType) -> None:
    gone = contact_of(cast.company, full_name="Gone Girl", is_active=False)
    page = signed_in(cast.helen).get(URL, {"type": item.pk}).content.decode()
    assert '<option value="Tom Kershaw">' in page
    assert str(cast.stranger) not in page
    assert str(gone) not in page
    send(cast, item, tools=["s"], who=str(cast.stranger))
    assert Ticket.objects.get().answers["who"] == {"name": str(cast.stranger)}


def test_of_two_people_with_one_name_each_stands_with_the_address(cast: Cast, item: RequestType) -> None:
    other = contact_of(cast.company, full_name="Tom Kershaw", email="tom2@example.com")
    page = signed_in(cast.helen).get(URL, {"type": item.pk}).content.decode()
    assert f'<option value="Tom Kershaw ({other.email})">' in page
    send(cast, item, tools=["s"], who=f"Tom Kershaw ({other.email})")
    assert Ticket.objects.get().answers["who"]["pk"] == other.pk


def test_the_form_costs_the_same_whatever_it_asks(cast: Cast, item: RequestType) -> None:
    """One statement more for people, however many questions ask for one."""
    browser, counts = signed_in(cast.helen), []
    person = {"label": "Who", "kind": "person"}
    browser.get(URL, {"type": item.pk})  # reads the versions, which are kept
    for people in (0, 1, 20):
        RequestType.objects.filter(pk=item.pk).update(
            form=[{"key": f"p{number}", **person} for number in range(people)]
        )
        with CaptureQueriesContext(connection) as found:
            browser.get(URL, {"type": item.pk})
        counts.append(len(found))
    assert counts[1:] == [counts[0] + 1] * 2


def test_an_open_ticket_keeps_the_form_it_was_asked(cast: Cast, item: RequestType) -> None:
    send(cast, item, tools=["d"], bits="8 mm", hosts="srv-1")
    ticket = Ticket.objects.get()
    item.form = [{"key": "tools", "label": "Colour", "kind": "choice", "choices": ["Red"]}]
    item.save()
    for person, name in ((cast.helen, "portal:request"), (cast.agent, "desk:ticket")):
        page = page_of(cast, person, ticket, name)
        assert all(text in page for text in ("Tools", "Drill", "Which bits?", "8 mm", "Hosts"))
        assert "Colour" not in page
