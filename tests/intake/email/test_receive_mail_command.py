"""`receive_mail`: one line of JSON for each mail, whatever it is."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from servicedesk.mail.models import RawMail
from servicedesk.tickets.models import Ticket
from tests.factories import ClientFactory, GroupFactory, contact_of
from tests.mail.mails import raw_mail

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 15, 7, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _moment() -> Any:
    GroupFactory()
    contact_of(ClientFactory(), email="anna@client.example")
    with time_machine.travel(NOW, tick=False):
        yield


def receive(*files: object) -> list[dict[str, Any]]:
    out = io.StringIO()
    call_command("receive_mail", *map(str, files), stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def kept(tmp_path: Path, name: str, raw: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(raw)
    return path


def test_each_file_gets_a_line(tmp_path: Path) -> None:
    good, broken = kept(tmp_path, "good.eml", raw_mail()), kept(tmp_path, "broken.eml", b"\x00\xff")
    lines = receive(good, broken)
    ticket = Ticket.objects.get()
    assert lines == [
        {"file": str(good), "result": "created", "ticket": ticket.reference, "reason": ""},
        {
            "file": str(broken),
            "result": "quarantined",
            "ticket": None,
            "reason": "The mail could not be read.",
        },
    ]


def test_standard_input_is_read_when_no_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for arguments in ((), ("-",)):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw_mail(message_id=""))))
        (line,) = receive(*arguments)
        assert line["file"] == "-"
    assert Ticket.objects.count() == 1


def test_a_missing_file_is_named_and_the_others_are_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = kept(tmp_path, "good.eml", raw_mail())
    with pytest.raises(SystemExit) as exit_:
        call_command("receive_mail", str(tmp_path / "gone.eml"), str(good))
    assert exit_.value.code == 2
    captured = capsys.readouterr()
    assert "gone.eml" in captured.err
    assert json.loads(captured.out)["result"] == "created"


@pytest.mark.parametrize(
    ("received", "counted_from"),
    [
        ("Mon, 2 Mar 2026 15:00:00 +0000", datetime(2026, 3, 2, 15, tzinfo=UTC)),
        ("Mon, 2 Mar 2026 15:08:00 +0000", NOW),  # in the future
        ("Thu, 26 Feb 2026 15:00:00 +0000", NOW),  # out of an archive
        ("yesterday", NOW),
    ],
)
def test_it_counts_from_the_believable_arrival(tmp_path: Path, received: str, counted_from: datetime) -> None:
    raw = f"Received: from a by b; {received}\r\n".encode() + raw_mail()
    receive(kept(tmp_path, "mail.eml", raw))
    assert RawMail.objects.get().received_at == counted_from
    assert Ticket.objects.get().opened_at == counted_from
