"""What a mail says, however it is built."""

from base64 import b64encode
from datetime import UTC, datetime

import pytest

from servicedesk.mail.incoming.parsing import arrival, parse
from tests.mail.mails import raw_mail, with_files

# One letter torn between two encoded words.
TORN = [b64encode(half).decode() for half in ("Привет".encode()[:5], "Привет".encode()[5:])]


def test_plain_mail_says_who_what_and_when() -> None:
    mail = parse(
        raw_mail(
            Date="Mon, 2 Mar 2026 10:00:00 +0300",
            Cc="Boris <boris@client.example>, carla@client.example",
            In_Reply_To="<a@quayside.example>",
            References="<root@quayside.example>\r\n <a@quayside.example>",
        )
    )
    assert (mail.from_name, mail.from_address) == ("Anna Ivanova", "anna@client.example")
    assert (mail.subject, mail.text) == ("Printer", "Nothing prints since Monday.")
    assert mail.message_id == "<1@client.example>"
    assert mail.answers == ["<a@quayside.example>", "<a@quayside.example>", "<root@quayside.example>"]
    assert mail.to == ["desk@quayside.example"]
    assert mail.cc == ["boris@client.example", "carla@client.example"]
    assert mail.date == datetime(2026, 3, 2, 7, tzinfo=UTC)
    assert (mail.is_auto_reply, mail.is_bounce, mail.attachments, mail.quoted) == (False, False, [], "")


@pytest.mark.parametrize("charset", ["koi8-r", "windows-1251", "utf-8"])
def test_raw_eight_bit_headers_are_read(charset: str) -> None:
    raw = "From: Иван Петров <ivan@client.example>\r\nSubject: Не печатает\r\n\r\nСрочно нужен принтер"
    mail = parse(raw.encode(charset))
    assert (mail.from_name, mail.subject, mail.text) == ("Иван Петров", "Не печатает", "Срочно нужен принтер")


@pytest.mark.parametrize(
    ("subject", "read"),
    [
        ("=?koi8-r?B?8NLJ18XU?=", "Привет"),
        ("=?UTF-8?B?0J/RgNC40LLQtdGC?=", "Привет"),
        ("=?utf-8?B?0J/RgNC40LLQtdGC", "=?utf-8?B?0J/RgNC40LLQtdGC"),  # never closed: shown as it came
        ("=?utf-8?B?0J/RgNC40LLQtdG?=", "Приве\ufffd"),  # cut inside a letter
        (f"=?utf-8?B?{TORN[0]}?=\r\n =?utf-8?B?{TORN[1]}?=", "Привет"),
        ("=?utf-8?Q?Sin_conexi=C3=B3n?=", "Sin conexión"),
        ("=?utf-8?Q?Sin conexi=C3=B3n?=", "Sin conexión"),  # blanks that must not be there
        ("=?nonsense?B?SGk=?= there", "Hi there"),
        ("Tabs\tand\r\n folded   lines", "Tabs and folded lines"),
    ],
)
def test_encoded_subjects_are_read_even_when_broken(subject: str, read: str) -> None:
    assert parse(raw_mail(subject=subject)).subject == read


def test_name_in_encoded_words_may_hold_a_comma() -> None:
    sender = "=?utf-8?B?0J/QtdGC0YDQvtCyLCDQmNCy0LDQvQ==?= <ivan@client.example>"
    mail = parse(raw_mail(sender=sender))
    assert (mail.from_name, mail.from_address) == ("Петров, Иван", "ivan@client.example")


@pytest.mark.parametrize(
    "disposition",
    [
        "attachment; filename*=utf-8''%D0%BE%D1%82%D1%87%D1%91%D1%82.pdf",
        "attachment; filename*0*=utf-8''%D0%BE%D1%82; filename*1*=%D1%87%D1%91%D1%82.pdf",
        'attachment; filename="=?utf-8?B?0L7RgtGH0ZHRgi5wZGY=?="',
        'attachment; filename="отчёт.pdf"',
        'attachment; filename="C:\\\\отчёт.pdf"',
        'attachment; filename="../../отчёт.pdf"',
    ],
)
def test_names_of_files_are_read(disposition: str) -> None:
    raw = raw_mail(Content_Disposition=disposition).replace(b"text/plain", b"application/pdf")
    assert [file.name for file in parse(raw).attachments] == ["отчёт.pdf"]


def test_attachments_keep_their_bytes_and_unknown_ones_get_a_name() -> None:
    mail = parse(with_files(("a.bin", "application/x-odd", bytes(range(256))), ("", "image/png", b"png")))
    assert mail.text == "See the files."
    assert [(file.name, file.content) for file in mail.attachments] == [
        ("a.bin", bytes(range(256))),
        ("file-2.png", b"png"),
    ]


def test_winmail_stays_a_file() -> None:
    mail = parse(with_files(("winmail.dat", "application/ms-tnef", b"\x78\x9f\x3e\x22")))
    assert [file.name for file in mail.attachments] == ["winmail.dat"]


def test_forwarded_mail_is_a_file_named_by_its_subject() -> None:
    inner = raw_mail(subject="Old matter").decode()
    outer = (
        "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nSee.\r\n"
        f"--c\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--c--"
    )
    mail = parse(outer.encode())
    assert mail.text == "See."
    assert [file.name for file in mail.attachments] == ["Old matter.eml"]
    assert b"Nothing prints since Monday." in mail.attachments[0].content


HTML = "<html><body><p>Hello,</p><p>it is <b>broken</b>.</p><script>alert(1)</script></body></html>"


def test_html_alone_becomes_text() -> None:
    raw = raw_mail(text=HTML).replace(b"text/plain", b"text/html")
    text = parse(raw).text
    assert "Hello," in text
    assert "it is broken." in text
    assert "alert" not in text
    assert "<" not in text


def test_plain_text_is_preferred_and_inline_pictures_are_files() -> None:
    raw = (
        "From: a@b.example\r\nContent-Type: multipart/related; boundary=r\r\n\r\n"
        "--r\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n"
        f"--a\r\nContent-Type: text/html\r\n\r\n{HTML}\r\n"
        "--a\r\nContent-Type: text/plain\r\n\r\nplain\r\n--a--\r\n"
        "--r\r\nContent-Type: image/png; name=logo.png\r\nContent-ID: <logo@x>\r\n\r\npng\r\n--r--"
    )
    mail = parse(raw.encode())
    assert mail.text == "plain"
    assert [(file.name, file.is_inline, file.content_id) for file in mail.attachments] == [
        ("logo.png", True, "logo@x")
    ]


def test_empty_plain_text_gives_way_to_html() -> None:
    raw = (
        "From: a@b.example\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n"
        "--a\r\nContent-Type: text/plain\r\n\r\n \r\n"
        f"--a\r\nContent-Type: text/html\r\n\r\n{HTML}\r\n--a--\r\n"
    )
    assert "it is broken." in parse(raw.encode()).text


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated (rejected)"},
        {"X_Auto_Response_Suppress": "All"},
        {"X_Autoreply": "yes"},
        {"Precedence": "Bulk"},
    ],
)
def test_automatic_answers_are_known(headers: dict[str, str]) -> None:
    assert parse(raw_mail(**headers)).is_auto_reply


def test_people_are_not_machines() -> None:
    mail = parse(raw_mail(Auto_Submitted="no", Return_Path="<anna@client.example>", Precedence="first-class"))
    assert not mail.is_auto_reply
    assert not mail.is_bounce


def test_bounces_are_known() -> None:
    assert parse(raw_mail(Return_Path="<>")).is_bounce
    assert parse(raw_mail(sender="MAILER-DAEMON@mx.example")).is_bounce
    assert parse(raw_mail().replace(b"text/plain;", b"multipart/report; boundary=x;")).is_bounce


def test_our_own_mark_is_seen() -> None:
    assert parse(raw_mail(X_Service_Desk="desk.quayside.example")).loop_mark == "desk.quayside.example"


def test_arrival_is_the_topmost_received_header() -> None:
    raw = raw_mail()
    hops = b"Received: from a by b; Mon, 2 Mar 2026 15:00:00 +0000\r\n"
    hops += b"Received: from c by a; Mon, 2 Mar 2026 14:00:00 +0000\r\n"
    assert arrival(hops + raw) == datetime(2026, 3, 2, 15, tzinfo=UTC)
    assert arrival(raw) is None
