"""Files on their way in: their names, and bytes that are read late."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from servicedesk.lib import uploads
from servicedesk.lib.upload_field import UploadsField
from servicedesk.lib.uploads import SentFile, Upload

RIGHT_TO_LEFT = "\u202e"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("log.txt", "log.txt"),
        ("Отчёт за май.txt", "Отчёт за май.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\photo.png", "photo.png"),
        (f"invoice{RIGHT_TO_LEFT}gpj.exe", "invoicegpj.exe"),
        ("a\r\nb\0.txt", "ab.txt"),
        ("..", ".."),
        ("/", "file"),
        ("", "file"),
        ("x" * 300 + ".png", "x" * 251 + ".png"),
        ("x" * 300, "x" * 255),
    ],
)
def test_people_see_a_name_without_folders_and_invisible_signs(given: str, shown: str) -> None:
    assert uploads.readable_name(given) == shown


@pytest.mark.parametrize(
    ("name", "found"),
    [("A.PNG", ".png"), ("setup.exe.", ".exe"), ("setup.exe ", ".exe"), ("a.tar.gz", ".gz"), ("x", "")],
)
def test_the_ending_is_what_a_desktop_would_go_by(name: str, found: str) -> None:
    assert uploads.ending(name) == found


@pytest.mark.parametrize("name", ["setup.EXE", "setup.exe. .", "a/b.png.lnk", "run.ps1"])
def test_programs_never_come_in(name: str) -> None:
    assert "can carry programs" in uploads.refusal(Upload(name, "image/png", b""))


def test_a_sent_file_is_read_only_when_it_is_asked_for_and_as_often_as_that(settings: Any) -> None:
    file = SimpleUploadedFile("log.txt", b"late", "text/plain")
    sent = SentFile(file)
    assert (sent.name, sent.content_type, sent.size) == ("log.txt", "text/plain", 4)
    assert file.tell() == 0
    assert (sent.content, sent.content) == (b"late", b"late")
    settings.ATTACHMENT_MAX_BYTES = 3
    assert "too large" in uploads.refusal(sent)


def cleaned(field: UploadsField, *names: str) -> list[str]:
    return [one.name for one in field.clean([SimpleUploadedFile(name, b"x") for name in names])]


def test_a_field_takes_so_many_files_of_these_endings() -> None:
    field = UploadsField(most=2, endings=(".png", ".jpg"))
    assert cleaned(field, "a.png", "b.JPG") == ["a.png", "b.JPG"]
    for names, sentence in (
        (("a.png", "b.png", "c.png"), "At most 2 files at once"),
        (("a.txt",), "“a.txt” was not accepted. It has to end with one of these: .png, .jpg."),
        (("a.png.exe",), "can carry programs"),
        ((), "required"),
    ):
        with pytest.raises(ValidationError, match=sentence):
            cleaned(field, *names)


def test_each_refused_file_gets_its_own_sentence() -> None:
    with pytest.raises(ValidationError) as refused:
        cleaned(UploadsField(endings=(".png",)), "a.txt", "b.png", "c.exe")
    assert len(refused.value.messages) == 2
