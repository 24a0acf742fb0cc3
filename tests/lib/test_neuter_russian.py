"""Russian never guesses whether somebody is a man: “заявка взята”, not “взял”, and not “взял(а)” either."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polib
import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.timezone import now
from django.utils.translation import override

CATALOG = settings.BASE_DIR / "locale" / "ru" / "LC_MESSAGES" / "django.po"
_PAST = r"(?:[а-яё]+(?:ал|ял|ил|ел|ул|ыл|ёл|шёл|ёс)(?:ся)?)"
# Nouns that end as such verbs do.
_NOUNS = {
    *("канал", "раздел", "отдел", "файл", "портал", "журнал", "персонал", "предел", "интервал", "квартал"),
    *("материал", "сигнал", "идеал", "профиль", "стол", "узел", "узл", "пробел", "филиал", "таймер"),
}
# A verb at the beginning is said of whoever stands before it on the page; after a placeholder, of them.
_BEGINS = re.compile(rf"^({_PAST})(?![а-яё])", re.IGNORECASE)
_OF_SOMEBODY = re.compile(
    rf"(?:%\((?:person|people|actor|who|by|name|user|agent|author)\)s|\{{\{{ ?\w*(?:actor|person) ?\}}\}})"
    rf"(?: \w+){{0,3}}? ({_PAST})(?![а-яё])"
)
_GUESSED = re.compile(r"[а-яё]\((?:а|ла|ась|на)\)")


def sentences() -> Iterator[str]:
    for entry in polib.pofile(str(CATALOG)):
        yield from [entry.msgstr, *entry.msgstr_plural.values()]


def of_a_man(sentence: str) -> bool:
    found = [*_BEGINS.findall(sentence), *_OF_SOMEBODY.findall(sentence)]
    return any(verb.lower() not in _NOUNS for verb in found) or bool(_GUESSED.search(sentence))


@pytest.mark.parametrize(
    "sentence",
    [
        "взял заявку",
        "взял(а) заявку",
        "объединил с %(number)s",
        "%(person)s за это время изменил черновик.",
        "%(by)s создал для вас учётную запись.",
        "отказался от задачи",
        "внёс(ла) трудозатраты",
    ],
)
def test_the_rule_finds_what_it_forbids(sentence: str) -> None:
    assert of_a_man(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "заявка взята",
        "канал не входит в договор",
        "Кто остановил: %(name)s.",
        "Клиент ответил",
        "Шаг не удался",
    ],
)
def test_the_rule_leaves_alone_what_guesses_nothing(sentence: str) -> None:
    assert not of_a_man(sentence)


def test_no_sentence_speaks_of_somebody_as_of_a_man() -> None:
    assert [sentence for sentence in sentences() if of_a_man(sentence)] == []


def test_histories_put_the_name_before_a_colon() -> None:
    line = {"kind": "accepted", "actor": "Анна <Смирнова>", "text": "заявка взята", "at": now()}
    with override("ru"):
        shown = render_to_string("components/event.html", line)
    assert "<b>Анна &lt;Смирнова&gt;</b>: заявка взята" in shown
    with override("en"):
        shown = render_to_string("components/event.html", line | {"actor": "Anna", "text": "took the ticket"})
    assert "<b>Anna</b> took the ticket" in shown
