"""A request whose questions ask for files: sent, refused, read by both sides, opened by those who may."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from catalog.models import RequestType
from servicedesk.tickets.models import Attachment, Ticket
from tests.factories import RequestTypeFactory
from tests.portal.conftest import Cast, signed_in
from tests.portal.new_request.test_new_request import URL, filled

AGAIN = "choose the files again"
FORM: list[dict[str, Any]] = [
    {"key": "place", "label": "Where?", "kind": "choice", "choices": ["Office", "Home"]},
    {"key": "photo", "label": "Photo of the label", "kind": "file", "required": True, "most": 2,
     "endings": ["pictures"], "condition": {"field": "form.place", "test": "is", "value": "Home"}},
    {"key": "log", "label": "Log of the router", "kind": "file"},
]  # fmt: skip


@pytest.fixture
def item(cast: Cast) -> RequestType:
    item = RequestTypeFactory(service=cast.item.service, form=FORM)
    item.full_clean()
    return item


def file(name: str, content: bytes = b"x") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def send(cast: Cast, item: RequestType, **given: Any) -> Any:
    typed = {
        name if name in {"uploads", "subject"} else f"answer_{name}": value for name, value in given.items()
    }
    return signed_in(cast.helen).post(URL, filled(cast, type=str(item.pk), **typed))


def test_both_sides_read_the_answer_and_open_the_file(cast: Cast, item: RequestType) -> None:
    send(cast, item, place="Home", photo=[file("a.png", b"one"), file("b.png")], log=file("a.png", b"two"))
    ticket = Ticket.objects.get()
    assert [len(ticket.answers[key]) for key in ("photo", "log")] == [2, 1]
    address = reverse("attachment", args=[ticket.answers["log"][0]["attachment"]])
    for person, name in ((cast.helen, "portal:request"), (cast.agent, "desk:ticket")):
        browser = signed_in(person)
        page = browser.get(reverse(name, args=[ticket.pk])).content.decode()
        assert "Photo of the label" in page
        assert page.count(f'href="{address}" download') == 2  # in the answers and at the message
        assert browser.get(address).getvalue() == b"two"
    for person in (cast.stranger, cast.tom):
        assert signed_in(person).get(address).status_code == 404


def test_a_hidden_question_drops_its_files(cast: Cast, item: RequestType) -> None:
    response = send(cast, item, place="Office", photo=[file("a.exe"), file("b"), file("c")])
    assert response.status_code == 302
    assert "photo" not in Ticket.objects.get().answers
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("given", "name", "sentence"),
    [
        ({"place": "Home"}, "answer_photo", "Please answer this question."),
        ({"photo": [file("a.pdf")], "place": "Home"}, "answer_photo", "It has to end with one of these"),
        ({"photo": [file(f"{n}.png") for n in range(3)], "place": "Home"}, "answer_photo", "At most 2 files"),
        ({"log": [file("a"), file("b")]}, "answer_log", "Only one file, please."),
        ({"log": file("setup.exe")}, "answer_log", "can carry programs"),
        ({"log": file("a"), "uploads": [file(str(n)) for n in range(10)]}, "uploads", "You chose 11."),
    ],
)
def test_what_does_not_fit_is_said_at_its_place(
    cast: Cast, item: RequestType, given: dict[str, Any], name: str, sentence: str
) -> None:
    for one in (part for value in given.values() for part in (value if isinstance(value, list) else [value])):
        if not isinstance(one, str):
            one.seek(0)
    response = send(cast, item, **given)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [name]
    assert sentence in response.context["form"].errors[name][0]
    assert sentence in response.content.decode()
    assert Ticket.objects.count() == 0


def test_a_file_that_is_too_large_is_named(cast: Cast, item: RequestType, settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = 10
    response = send(cast, item, log=file("film.mp4", b"0" * 11))
    assert "“film.mp4” is too large" in response.content.decode()
    assert Ticket.objects.count() == 0


def test_after_a_mistake_elsewhere_each_field_that_had_files_asks_for_them_again(
    cast: Cast, item: RequestType
) -> None:
    page = send(cast, item, log=file("a.txt"), subject="").content.decode()
    assert page.count(AGAIN) == 1
    assert page.index(AGAIN) > page.index("Log of the router")
    assert page.index(AGAIN) < page.index("Screenshots or files")
    assert AGAIN not in send(cast, item, subject="").content.decode()
    assert AGAIN not in signed_in(cast.helen).get(URL, {"type": item.pk}).content.decode()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../x", "x"),
        ("C:\\temp\\x.png", "x.png"),
        ("photo\u202egpj.png", "photogpj.png"),
        ("n" * 300 + ".png", "n" * 251 + ".png"),
        ('"><script>alert(1)</script>.png', "script>.png"),
        ('<img src=x onerror="1">.png', '<img src=x onerror="1">.png'),
        ("a&amp;b.png", "a&b.png"),
    ],
)
def test_a_hostile_name_is_only_a_name(cast: Cast, item: RequestType, given: str, kept: str) -> None:
    sent = file("harmless")
    vars(sent)["_name"] = given  # as a client that is no browser would send it
    send(cast, item, log=sent)
    ticket = Ticket.objects.get()
    assert ticket.answers["log"][0]["name"] == kept
    page = signed_in(cast.agent).get(reverse("desk:ticket", args=[ticket.pk])).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    response = signed_in(cast.agent).get(reverse("attachment", args=[ticket.answers["log"][0]["attachment"]]))
    assert response["Content-Disposition"].startswith("attachment")


def test_a_forged_answer_names_no_foreign_file(cast: Cast, item: RequestType) -> None:
    """The text of a field is no file, whatever it says."""
    send(cast, item, log='[{"attachment": 1, "name": "x"}]')
    assert Ticket.objects.get().answers == {}


def test_sending_twice_keeps_the_files_once(cast: Cast, item: RequestType) -> None:
    browser = signed_in(cast.helen)
    for _time in range(2):
        browser.post(URL, filled(cast, type=str(item.pk), answer_log=file("a.txt")))
    assert (Ticket.objects.count(), Attachment.objects.count()) == (1, 1)
