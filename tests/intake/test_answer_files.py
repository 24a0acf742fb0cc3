"""Files that answer questions: kept with the first message, all or nothing, at the price of one UPDATE."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import RequestType
from servicedesk.lib.uploads import Upload
from servicedesk.tickets.errors import FileRefused
from servicedesk.tickets.models import Attachment, Ticket
from tests.factories import ClientFactory, RequestTypeFactory, contact_of, opened_by_door

pytestmark = pytest.mark.django_db
FORM: list[dict[str, Any]] = [
    {"key": "room", "label": "Room", "kind": "text"},
    {"key": "photo", "label": "Photo", "kind": "file", "most": 3},
    {"key": "log", "label": "Log", "kind": "file"},
    {"key": "code", "label": "Code", "kind": "secret"},
]


@pytest.fixture
def item() -> RequestType:
    return RequestTypeFactory(form=FORM)


def file(name: str, content: bytes = b"x") -> Upload:
    return Upload(name, "text/plain", content)


def asked(item: RequestType, files: Sequence[Upload] = (), **answer_files: Sequence[Upload]) -> Ticket:
    answers = {"room": "12", "code": "4711"}
    ticket = opened_by_door(request_type=item, answers=answers, answer_files=answer_files, files=files)
    return Ticket.objects.get(pk=ticket.pk)


def test_they_stand_beside_the_message_and_in_the_answers(item: RequestType) -> None:
    ticket = asked(item, files=[file("other.txt")], photo=[file("a.png"), file("b.png")], log=[file("a.png")])
    kept = list(ticket.messages.get().attachments.order_by("pk"))
    assert [one.name for one in kept] == ["other.txt", "a.png", "b.png", "a.png"]
    assert ticket.answers == {
        "room": "12",
        "photo": [{"attachment": one.pk, "name": one.name} for one in kept[1:3]],
        "log": [{"attachment": kept[3].pk, "name": "a.png"}],
    }


def test_of_two_questions_each_keeps_its_own_file_of_one_name(item: RequestType) -> None:
    ticket = asked(item, photo=[file("scan.png", b"first")], log=[file("scan.png", b"second")])
    found = {key: Attachment.objects.get(pk=ticket.answers[key][0]["attachment"]) for key in ("photo", "log")}
    assert {key: one.file.read() for key, one in found.items()} == {"photo": b"first", "log": b"second"}


def test_names_are_kept_as_people_may_see_them(item: RequestType) -> None:
    names = ["../../x", "i\u202egpj.png", "y" * 300 + ".png"]
    ticket = asked(item, photo=[file(name) for name in names])
    kept = [one["name"] for one in ticket.answers["photo"]]
    assert kept == ["x", "igpj.png", "y" * 251 + ".png"]
    paths = [Path(one.file.path) for one in Attachment.objects.all()]
    assert all(path.is_relative_to(configured.MEDIA_ROOT) and len(path.name) < 40 for path in paths)


@pytest.mark.parametrize("bad", [file("virus.exe"), file("big.png", b"0" * 11)])
def test_a_refused_file_leaves_nothing_behind(item: RequestType, bad: Upload, settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = 10
    before = {path for path in Path(configured.MEDIA_ROOT).rglob("*") if path.is_file()}
    with pytest.raises(FileRefused):
        asked(item, files=[file("other.txt")], photo=[file("a.png"), bad])
    assert (Ticket.objects.count(), Attachment.objects.count()) == (0, 0)
    assert {path for path in Path(configured.MEDIA_ROOT).rglob("*") if path.is_file()} == before


def test_they_cost_an_insert_each_and_one_update_more(item: RequestType) -> None:
    company = ClientFactory()
    person = contact_of(company)
    counts = []
    photos = {"photo": [file("a"), file("b")], "log": [file("c")]}
    sent: list[dict[str, list[Upload]]] = [{}, {"photo": []}, {"log": [file("a")]}, photos]
    for given in sent:
        with CaptureQueriesContext(connection) as found:
            opened_by_door(request_type=item, client=company, requester=person, answer_files=given)
        counts.append(len(found))
    assert counts[1:] == [counts[0], counts[0] + 2, counts[0] + 4]
