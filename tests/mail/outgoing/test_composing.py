"""What a mail of ours looks like on the wire."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from servicedesk.mail.incoming import parsing
from servicedesk.mail.outgoing import composing
from servicedesk.mail.outgoing.composing import File

MARCH_2 = datetime(2026, 3, 2, 9, tzinfo=UTC)


def composed(**changes: Any) -> EmailMessage:
    """The mail as a receiver reads it."""
    values: dict[str, Any] = {
        "sender": "Quayside IT <desk@quayside.example>",
        "to": "anna@client.example",
        "subject": "[SD-7] Принтер",
        "text": "Привет!",
        "message_id": "<1@desk.example>",
        "host": "desk.example",
        "date": MARCH_2,
    }
    raw = composing.compose(**(values | changes)).as_bytes()
    return message_from_bytes(raw, policy=policy.default)


def test_plain_mail_is_read_back_as_written() -> None:
    mail = composed(in_reply_to="<q@client.example>", references="<a@x> <q@client.example>", language="ru")
    assert (mail["Subject"], mail["To"]) == ("[SD-7] Принтер", "anna@client.example")
    assert mail["From"] == "Quayside IT <desk@quayside.example>"
    assert (mail["Message-ID"], mail["In-Reply-To"]) == ("<1@desk.example>", "<q@client.example>")
    assert mail["References"] == "<a@x> <q@client.example>"
    assert mail["Date"].datetime == MARCH_2
    assert mail["Content-Language"] == "ru"
    assert mail.get_content().strip() == "Привет!"


def test_it_says_that_a_machine_sent_it_and_whose() -> None:
    mail = parsing.parse(composed().as_bytes())
    assert mail.is_auto_reply
    assert mail.loop_mark == "desk.example"


def test_html_goes_beside_the_text_with_its_styles_in_the_elements() -> None:
    mail = composed(html="<html><head><style>p { color: red }</style></head><body><p>Hi</p></body></html>")
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    html = mail.get_body(("html",))
    assert html is not None
    assert '<p style="color: red' in html.get_content()


def test_files_keep_name_type_and_bytes() -> None:
    mail = composed(
        attachments=[File("отчёт.pdf", "application/pdf", b"%PDF\x00"), File("", "nonsense", b"x")]
    )
    files = [
        (part.get_filename(), part.get_content_type(), part.get_content()) for part in mail.iter_attachments()
    ]
    assert files == [
        ("отчёт.pdf", "application/pdf", b"%PDF\x00"),
        ("file", "application/octet-stream", b"x"),
    ]


@pytest.mark.parametrize("field", ["subject", "in_reply_to", "references"])
def test_a_line_break_cannot_add_a_header(field: str) -> None:
    mail = composed(**{field: "innocent\r\nBcc: everybody@client.example"})
    assert mail["Bcc"] is None
    assert "innocent Bcc:" in str(composed(subject="innocent\nBcc: x")["Subject"])


@pytest.mark.parametrize("to", ["", "anna", "anna@", "@client.example", "a b@client.example", "a@b.c,d@e.f"])
def test_what_is_no_address_is_refused(to: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        composed(to=to)


def test_name_of_the_file_cannot_add_a_header() -> None:
    mail = composed(attachments=[File('a"\r\nX-Bad: 1\r\n.txt', "text/plain", b"x")])
    assert all(part["X-Bad"] is None for part in mail.walk())


def test_message_ids_are_unguessable_and_name_our_host() -> None:
    first, second = composing.new_message_id("desk.example"), composing.new_message_id("desk.example")
    assert first != second
    assert first.endswith("@desk.example>")
    assert len(first) > 40


def test_marks_are_found_and_absurd_ones_left_alone() -> None:
    assert composing.marks("Re: [SD-12] Printer") == [12]
    assert composing.marks("SD-12 [SD-] [SD-99999999999999999999999]") == []


def test_reply_line_stands_on_top_once_and_is_cut_off_again() -> None:
    text, html = composing.with_reply_line("Hello", "<html><body class='x'><p>Hello</p></body></html>", "en")
    assert text.startswith("##- Reply above this line -##\n")
    assert html.index("##-") < html.index("Hello")
    assert html.index("<body") < html.index("##-")
    assert composing.with_reply_line(text, html, "en") == (text, html)


def test_no_other_module_writes_or_sends_mails() -> None:
    """Whatever leaves passes the outbox, and there `headers.writing`."""
    root = Path(settings.BASE_DIR)
    own = {
        "servicedesk/mail/outgoing/delivery.py",
        "servicedesk/demo/mails.py",
    }  # the demonstration plays its clients
    builds = re.compile(
        r"^\s*(?:from|import) (?:smtplib|email\.mime|email\.header\b|email\.generator)", re.MULTILINE
    )
    builds_too = re.compile(
        r"^from email\.message import .*EmailMessage|\bEmailMessage\(|\bMIME\w+\(", re.MULTILINE
    )
    packages = ("catalog", "contracts", "reports", "servicedesk", "sla", "workflows")
    found = {
        str(path.relative_to(root))
        for package in packages
        for path in (root / package).rglob("*.py")
        if builds.search(source := path.read_text(encoding="utf-8")) or builds_too.search(source)
    }
    assert found == own
