"""Text out of bytes whose charset is missing or wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.mail import charsets


@pytest.mark.parametrize("charset", ["utf-8", "koi8-r", "windows-1251", "cp866"])
@pytest.mark.parametrize(
    "said", ["Не работает принтер", "СРОЧНО", "Отчёт за март, 3 шт.", "Re: сервер mail недоступен с утра"]
)
def test_russian_is_recognised_without_a_word_about_its_charset(charset: str, said: str) -> None:
    assert charsets.decode(said.encode(charset)) == said


@pytest.mark.parametrize("said", ["Müller", "¿Qué pasó mañana?", "Señor Peña, no funciona la impresora"])
@pytest.mark.parametrize("declared", [None, "us-ascii", "x-unknown"])
def test_western_is_recognised_when_the_charset_is_missing_or_wrong(said: str, declared: str | None) -> None:
    assert charsets.decode(said.encode("cp1252"), declared) == said


def test_declared_charset_wins() -> None:
    assert charsets.decode("日本語".encode("iso-2022-jp"), "ISO-2022-JP") == "日本語"
    assert charsets.decode("中文€".encode("gb18030"), "gb2312") == "中文€"


@pytest.mark.parametrize("declared", ["hex", "zlib", "idna", "\x00", "", "utf-8\x00", "☃", "unicode_escape"])
def test_odd_names_of_charsets_do_no_harm(declared: str) -> None:
    assert charsets.decode(b"plain \\x41", declared) == "plain \\x41"


@given(st.binary(max_size=300), st.text(max_size=12))
def test_any_bytes_become_text_that_a_database_keeps(raw: bytes, declared: str) -> None:
    text = charsets.decode(raw, declared)
    assert "\x00" not in text
    assert text.encode("utf-8").decode("utf-8") == text
