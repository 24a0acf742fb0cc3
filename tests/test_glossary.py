"""The words of docs/glossary.md are those of the screens, and retired words stay away."""

import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
ROW = re.compile(r"^\| (?!meaning|---)(.+) \|$", re.MULTILINE)
RETIRED = [
    "Along the time of a promise",
    "Any promise",
    "Nothing to mend",
    "Applied changes",
    "Days of their own",
    "chosen beforehand",
    "Refuse it with these words",
    "in trouble",
    "all well",
    "Read on trial",
    "This did not happen",
    "told: ",
    "missed a deadline",
    "Look at it first",
    "Pass to second line",
    "Return to queue",
    "Hand over",
    "Handed over",
    "A promise was broken",
    "To be confirmed",
    "nobody yet",
    "Nobody's yet",
    "You are told",
    "Whole way",
    "Commonest ways",
    "On whom tickets wait",
    "Insight",
    "hand in",
    "handed in",
    "given back",
    "take it back",
    "taken back",
    "stands in",
    "Needs a look",
    "Take in again",
    "taken in again",
    "Mistake in use",
    "Not said",
    "Like the system",
    "on top of the contract",
    "no mail server is set",
    "Promises kept",
    "forgiven:",
]


def rows() -> list[list[str]]:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    return [row.split(" | ") for row in ROW.findall(text)]


def catalog(language: str) -> polib.POFile:
    return polib.pofile(str(ROOT / "locale" / language / "LC_MESSAGES" / "django.po"))


def said(language: str) -> Iterator[str]:
    """All texts in a language; the English ones are the keys of any catalog."""
    for entry in catalog("ru" if language == "en" else language):
        if language == "en":
            yield from (entry.msgid, entry.msgid_plural)
        else:
            yield from (entry.msgstr, *entry.msgstr_plural.values())


def unused(terms: list[str], texts: Iterator[str]) -> list[str]:
    """Terms that stand in none of the texts, as whole words."""
    everything = "\n".join(texts).casefold()
    parts = [part.strip().casefold() for term in terms for part in term.split(";")]
    return [part for part in parts if not re.search(rf"(?<!\w){re.escape(part)}(?!\w)", everything)]


def test_every_row_of_the_glossary_has_a_word_in_each_language() -> None:
    assert len(rows()) > 20
    assert [row for row in rows() if len(row) != 5 or "" in row] == []


@pytest.mark.parametrize(("column", "language"), [(1, "en"), (2, "ru"), (3, "es")])
def test_the_words_of_the_glossary_are_those_of_the_screens(column: int, language: str) -> None:
    assert unused([row[column] for row in rows()], said(language)) == []


def test_a_word_that_no_screen_says_is_found() -> None:
    assert unused(["ticket; promissory"], said("en")) == ["promissory"]


@pytest.mark.parametrize("phrase", RETIRED)
def test_a_retired_word_does_not_come_back(phrase: str) -> None:
    assert [text for text in said("en") if phrase.casefold() in text.casefold()] == []


def test_no_screen_speaks_of_promises() -> None:
    """A target is met or breached; the word stays in names of placeholders, which nobody reads."""
    plain = [re.sub(r"%\(\w+\)s", "", text) for text in said("en")]
    assert [text for text in plain if re.search(r"\bpromis", text, re.IGNORECASE)] == []
