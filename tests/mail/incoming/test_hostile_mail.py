"""Mail that is broken or means harm: read as far as it goes, never an error."""

from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from servicedesk.mail.incoming.parsing import MailUnreadable, ParsedMail, arrival, parse
from tests.mail.mails import raw_mail, with_files
from tests.profiles import examples

NAMES = ["From", "To", "Subject", "Message-ID", "References", "Date", "Content-Type", "Content-Disposition"]
NAMES += ["Content-Transfer-Encoding", "Received", "Return-Path", "Auto-Submitted", "Content-ID", "Cc"]
BITS = [
    "<>",
    "<",
    "(",
    "=?",
    "?=",
    "utf-8",
    '"',
    ";",
    "boundary=x",
    "charset=",
    "filename*0*=",
    "''",
    "\x00",
    "@",
]
BITS += [
    "multipart/mixed",
    "message/rfc822",
    "text/html",
    "base64",
    "uuencode",
    "\r\n ",
    "\xff",
    "%",
    "a@b.c",
    ",",
]


def assert_plain(mail: ParsedMail) -> None:
    for text in (mail.subject, mail.text, mail.quoted, mail.from_name, mail.from_address, mail.message_id):
        assert "\x00" not in text
        assert text.encode().decode() == text
    assert "\n" not in mail.subject + mail.from_address + mail.message_id
    for file in mail.attachments:
        assert isinstance(file.content, bytes)
        assert "/" not in file.name
        assert "\x00" not in file.name


def read(raw: bytes) -> None:
    arrival(raw)
    with suppress(MailUnreadable):
        assert_plain(parse(raw))


@given(st.binary(max_size=400))
@settings(max_examples=examples(200), deadline=None)
@example(b"")
@example(b"\x00")
@example(b"From: ")
@example(b"Message-ID: <>\n\n")
def test_random_bytes(raw: bytes) -> None:
    read(raw)


@given(
    st.lists(
        st.tuples(st.sampled_from(NAMES), st.lists(st.sampled_from(BITS), max_size=6).map("".join)),
        max_size=8,
    ),
    st.lists(st.sampled_from([*BITS, "--x", "\r\n", "begin 644 a", "=D0", "<div>"]), max_size=10).map(
        "".join
    ),
)
@settings(max_examples=examples(300), deadline=None)
def test_mails_of_shuffled_pieces(headers: list[tuple[str, str]], body: str) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    read(f"{head}\r\n{body}".encode("latin-1"))


def test_empty_message_id_is_no_id() -> None:
    assert parse(raw_mail(message_id="<>")).message_id == ""


def test_overlong_message_ids_stay_comparable_and_short() -> None:
    long = "<" + "x" * 900 + "@client.example>"
    first, second = parse(raw_mail(message_id=long)), parse(raw_mail(In_Reply_To=long))
    assert len(first.message_id) < 250
    assert first.message_id == second.in_reply_to


@pytest.mark.parametrize(
    "level", [b"Content-Type: message/rfc822\n\n", b"Content-Type: multipart/mixed; boundary=b\n\n--b\n"]
)
def test_ten_thousand_levels_come_as_one_file_beside_the_headers(level: bytes) -> None:
    raw = b"From: a@b.example\nSubject: Deep\n" + level * 10_000
    mail = parse(raw)
    assert (mail.from_address, mail.subject, mail.text) == ("a@b.example", "Deep", "")
    assert [file.content for file in mail.attachments] == [raw]


def test_thousands_of_parts_come_as_one_file() -> None:
    raw = with_files(*[(f"{number}.txt", "text/x", b"x") for number in range(2000)])
    assert [file.name for file in parse(raw).attachments] == ["mail.eml"]


def test_huge_headers_are_read_as_far_as_anyone_would() -> None:
    raw = b"From: " + b"(" * 100_000 + b" a@b.example\nSubject: " + b"x" * 3_000_000 + b"\n\ntext"
    mail = parse(raw)
    assert len(mail.subject) <= 60_000
    assert mail.text == "text"


def test_nul_bytes_are_dropped() -> None:
    mail = parse(raw_mail(subject="Pri\x00nter", text="no\x00thing"))
    assert (mail.subject, mail.text) == ("Printer", "nothing")


def test_bytes_without_any_header_are_unreadable() -> None:
    for raw in (b"", b"\x00\x01\x02", b"just words\n", b"%PDF-1.7 \xe2\xe3"):
        with pytest.raises(MailUnreadable):
            parse(raw)


def test_broken_base64_keeps_what_there_is() -> None:
    raw = with_files(("a.txt", "application/x-text", b"hello")).replace(b"aGVsbG8=", b"aGVsbG8*!")
    assert parse(raw).attachments[0].content.startswith(b"hello")


def test_boundary_that_never_comes_leaves_the_text() -> None:
    raw = b"From: a@b.example\nContent-Type: multipart/mixed; boundary=zz\n\nStill readable.\n"
    assert "Still readable." in parse(raw).text


def test_address_hidden_in_a_name_is_not_taken_for_the_sender() -> None:
    mail = parse(raw_mail(sender='"boss@client.example" <thief@evil.example>'))
    assert mail.from_address == "thief@evil.example"


def test_page_nested_too_deep_for_a_layout_still_gives_its_words() -> None:
    raw = raw_mail(text="<div>" * 5000 + "deep words").replace(b"text/plain", b"text/html")
    assert "deep words" in parse(raw).text
