"""Tokens of answers by mail in files: taken out, or the file stays out."""

from __future__ import annotations

import base64
import io
import quopri
import zipfile
from unittest.mock import Mock

import pytest

from servicedesk.lib import answer_tokens
from servicedesk.lib.answer_tokens import Held
from servicedesk.lib.uploads import Upload

TOKEN = "42-p-" + "k3" * 12
NOTICE = f"Message-ID: <{'0a' * 16}.{TOKEN}@quayside.example>\r\nSubject: Mail\r\n\r\nIs there news?\r\n"


def mail_with(content: bytes, encoding: str) -> bytes:
    head = f"Subject: Fwd\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode() + content


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-16-be", "cp1251"])
def test_it_is_taken_out_of_a_file_of_words(codec):
    content = (NOTICE + "Reply to desk%2B" + TOKEN.upper() + "@quayside.example").encode(codec)
    clean = answer_tokens.without(content)
    assert clean is not None
    assert len(clean) == len(content)
    assert "k3k3" not in clean.decode(codec).lower()
    assert "Is there news?" in clean.decode(codec)


def test_files_without_one_stay_as_they_are():
    content = bytes(range(256)) * 20
    assert answer_tokens.without(content) == content


def archived(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("notice.eml", content)
    return packed.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        archived(NOTICE.encode()),
        archived(archived(NOTICE.encode())),
        mail_with(base64.encodebytes(NOTICE.encode()), "base64"),
        mail_with(base64.encodebytes(mail_with(base64.encodebytes(NOTICE.encode()), "base64")), "base64"),
        mail_with(quopri.encodestring(b"x" * 60 + NOTICE.encode()), "quoted-printable"),
        NOTICE.replace(f"{TOKEN[:3]}", "42&#45;").encode(),
    ],
)
def test_a_file_from_which_it_cannot_be_taken_stays_out(content):
    clean = answer_tokens.without(content)
    assert clean is None or b"k3k3k3" not in clean


def test_a_locked_or_broken_archive_is_no_error():
    broken = archived(b"words")
    assert answer_tokens.without(broken[:40] + b"\xff" * 8 + broken[48:]) is not None


def test_a_file_is_searched_once_on_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    search = Mock(side_effect=answer_tokens.without)
    monkeypatch.setattr(answer_tokens, "without", search)
    upload = Upload("disk.log", "text/plain", b"12345 67-89\n" * 100)
    assert upload.tokens is upload.tokens is Held.NONE
    assert upload.for_others() == upload.content
    assert search.call_count == 1


def test_a_file_that_nobody_asked_about_is_never_kept_with_its_token() -> None:
    with pytest.raises(ValueError, match=r"notice\.zip"):
        Upload("notice.zip", "application/zip", archived(NOTICE.encode())).for_others()
