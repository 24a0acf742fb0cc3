"""Each kind of question: what it cleans to, how its answer reads, and what the check refuses."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import override

from catalog.questions import answers, form_check, patterns
from catalog.questions.conditions import Condition
from catalog.questions.form_fields import answers as stored
from catalog.questions.form_fields import fields, settle

PEOPLE = [(7, "Helen Marsh"), (8, "Tom Kershaw")]
SAW = {"value": "s", "label": "Saw", "translations": {"ru": "Пила"}}
TOOLS = {"key": "q", "label": "Tools", "kind": "choices", "choices": [SAW, {"value": "d", "label": "Drill"}]}


def ask(question: dict[str, Any], *typed: str) -> forms.Form:
    """The form with this one question, answered."""
    data = QueryDict(mutable=True)
    data.setlist("answer_q", list(typed))
    form = forms.Form(data)
    form.fields.update(fields([{"key": "q", "label": "Q"} | question], PEOPLE))
    form.is_valid()
    settle(form, [question | {"key": "q"}])
    return form


def answer(question: dict[str, Any], *typed: str) -> Any:
    form = ask(question, *typed)
    assert form.errors == {}
    return stored(form.cleaned_data).get("q")


def refusal(question: dict[str, Any], *typed: str) -> list[str]:
    return [str(one) for one in ask(question, *typed).errors.get("answer_q", [])]


def wrong(question: dict[str, Any]) -> list[tuple[str, str]]:
    """(what, sentence) of each mistake in the settings."""
    found = form_check.check([{"key": "q", "label": "Q"} | question], ("form",))
    return [(".".join(map(str, one.path[2:])), one.sentence) for one in found]


def test_several_answers_are_stored_as_a_list_and_read_in_the_readers_language() -> None:
    assert answer(TOOLS, "d", "s") == ["d", "s"]
    with override("ru"):
        assert answers.shown([TOOLS], {"q": ["d", "s"]}) == [("Tools", "Drill, Пила")]


def test_several_answers_are_only_those_that_are_offered() -> None:
    assert refusal(TOOLS, "d", "<b>") != []
    assert refusal(TOOLS | {"required": True}) == ["Please answer this question."]


def test_a_list_is_one_thing_a_line_each_once_and_reads_line_by_line() -> None:
    given = answer({"kind": "list"}, " srv-1 \r\n\r\nsrv-2\nsrv-1\n")
    assert given == ["srv-1", "srv-2"]
    assert answers.shown([{"key": "q", "label": "Servers", "kind": "list"}], {"q": given}) == [
        ("Servers", "srv-1\nsrv-2")
    ]
    assert answer({"kind": "list"}, " \n ") is None


def test_a_list_has_bounds() -> None:
    assert refusal({"kind": "list"}, "\n".join(map(str, range(201)))) == ["At most 200 lines, please."]
    assert refusal({"kind": "list"}, "x" * 301) == ["A line has at most 300 characters."]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("helen  MARSH", {"pk": 7, "name": "Helen Marsh"}),
        ("Somebody New", {"name": "Somebody New"}),
        ("", None),
    ],
)
def test_a_person_is_a_contact_or_a_free_name(typed: str, kept: Any) -> None:
    question = {"key": "q", "label": "Who", "kind": "person"}
    assert answer(question, typed) == kept
    if kept:
        assert answers.shown([question], {"q": kept}) == [("Who", kept["name"])]


def test_a_person_kept_for_later_stands_in_the_field_again_and_names_are_escaped() -> None:
    field = fields([{"key": "q", "kind": "person"}], [(1, '"><script>')])["answer_q"]
    form = forms.Form(initial={"q": {"pk": 7, "name": "Helen Marsh"}})
    form.fields["q"] = field
    page = str(form["q"])
    assert 'value="Helen Marsh"' in page
    assert 'list="id_q-names"' in page
    assert "<script>" not in page


def test_a_notice_asks_nothing() -> None:
    notice = {"key": "q", "kind": "notice", "required": True, "default": "x"}
    assert answer(notice, "something sent") is None
    assert wrong({"kind": "notice"}) == []


def test_help_is_in_the_readers_language_and_escaped() -> None:
    question = {"key": "q", "help": {"text": "<b>Look</b>", "translations": {"ru": "Смотрите"}}}
    assert fields([question])["answer_q"].help_text == "&lt;b&gt;Look&lt;/b&gt;"
    with override("ru"):
        assert fields([question])["answer_q"].help_text == "Смотрите"


@pytest.mark.parametrize(
    ("question", "stands"),
    [
        ({"kind": "text", "default": "Office"}, "Office"),
        ({"kind": "list", "default": ["a", "b"]}, ["a", "b"]),
        ({"kind": "date", "default": "2026-01-31"}, "2026-01-31"),
        ({"kind": "choice", "choices": [{"value": "a"}, {"value": "b", "chosen": True}]}, "b"),
        ({"kind": "choices", "choices": [{"value": "a", "chosen": True}, {"value": "b"}]}, ["a"]),
        ({"kind": "secret", "default": "hunter2"}, None),
    ],
)
def test_a_default_stands_there_beforehand(question: dict[str, Any], stands: Any) -> None:
    assert fields([{"key": "q"} | question])["answer_q"].initial == stands


def test_the_default_of_a_date_can_be_today() -> None:
    made = fields([{"key": "q", "kind": "date", "default": "today"}])["answer_q"]
    assert isinstance(made.initial, date)
    assert made.initial == timezone.localdate()


def test_a_pattern_says_its_own_sentence() -> None:
    own = {"text": "As on the label.", "translations": {"ru": "Как на наклейке."}}
    question = {"kind": "text", "pattern": "serial", "pattern_error": own}
    assert answer(question, "SN-0042") == "SN-0042"
    assert refusal(question, "no idea!") == ["As on the label."]
    with override("ru"):
        assert refusal(question, "no idea!") == ["Как на наклейке."]
    assert refusal({"kind": "text", "pattern": "ip"}, "here") != []


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("email", "ann@example.org", "ann@"),
        ("phone", "+34 (600) 12-34-56", "call me"),
        ("phone", "123456", "+34+600123"),
        ("ip", "2001:db8::1", "300.1.1.1"),
        ("host", "mail.example.org", "-mail.example"),
        ("host", "почта.рф", "a..b"),
        ("url", "https://example.org/a?b=c", "javascript:alert(1)"),
        ("url", "http://192.0.2.1:8080/", "https://exa mple.org"),
        ("serial", "AB-12/3", "AB 12"),
    ],
)
def test_ready_patterns_know_good_from_bad(name: str, good: str, bad: str) -> None:
    assert patterns.matches(name, good)
    assert not patterns.matches(name, bad)
    assert patterns.sentence(name)


@pytest.mark.parametrize("name", patterns.Pattern.values)
@pytest.mark.parametrize(
    "text", ["", "a" * 500, "a." * 250, "-" * 500, "@" * 500, "((((" * 125, "http://[", "\0"]
)
def test_no_text_breaks_a_pattern(name: str, text: str) -> None:
    assert patterns.matches(name, text) in {True, False}


def test_limits_of_length_and_number() -> None:
    text = {"kind": "text", "shortest": 3, "longest": 5}
    assert answer(text, "abcd") == "abcd"
    assert refusal(text, "ab")
    assert refusal(text, "abcdef")
    number = {"kind": "number", "least": "0.5", "most": 10}
    assert answer(number, "0.5") == 0.5
    assert refusal(number, "0.4")
    assert refusal(number, "11")


@pytest.mark.parametrize(
    ("question", "where"),
    [
        ({"kind": "text", "pattern": "(a+)+$"}, "pattern"),
        ({"kind": "text", "pattern": ["email"]}, "pattern"),
        ({"kind": "text", "shortest": 0}, "shortest"),
        ({"kind": "text", "longest": 501}, "longest"),
        ({"kind": "long_text", "longest": True}, "longest"),
        ({"kind": "text", "shortest": 5, "longest": 4}, "longest"),
        ({"kind": "number", "least": "much"}, "least"),
        ({"kind": "number", "least": 2, "most": 1}, "most"),
        ({"kind": "number", "most": 1e400}, "most"),
        ({"kind": "number", "most": 5, "default": "6"}, "default"),
        ({"kind": "date", "default": "tomorrow"}, "default"),
        ({"kind": "text", "pattern": "ip", "default": "here"}, "default"),
        ({"kind": "list", "default": ["x" * 301]}, "default"),
        ({"kind": "text", "help": "plain"}, "help"),
        ({"kind": "text", "help": {"translations": {"ru": "Да"}}}, "help.text"),
        ({"kind": "choices"}, "choices"),
        ({"kind": "choice", "choices": [{"label": "a", "chosen": 1}]}, "choices.0.chosen"),
        ({"kind": "choice", "choices": [{"label": a, "chosen": True} for a in "ab"]}, "choices"),
    ],
)
def test_settings_that_cannot_be_are_named_at_their_place(question: dict[str, Any], where: str) -> None:
    assert [place for place, _sentence in wrong(question)] == [where]


@pytest.mark.parametrize(
    ("given", "wanted", "holds"),
    [
        (["a", "b"], "b", True),
        (["a"], "b", False),
        ({"pk": 7, "name": "Helen Marsh"}, "Helen Marsh", True),
        ({"name": "Somebody"}, "Helen Marsh", False),
        (["1"], ["1", "2"], True),
    ],
)
def test_a_condition_of_a_plan_looks_into_lists_and_people(given: Any, wanted: Any, holds: bool) -> None:
    condition = Condition("request.q", "one_of" if isinstance(wanted, list) else "is", wanted)
    assert condition.holds({"request": {"q": given}}) is holds
    assert Condition("request.q", "filled").holds({"request": {"q": given}})
    assert Condition("request.q", "empty").holds({"request": {"q": []}})


def test_an_answer_of_another_shape_than_its_kind_is_still_readable() -> None:
    form = [{"key": "a", "label": "A", "kind": kind} for kind in ("list", "date", "number", "text")]
    for question in form:
        assert answers.shown([question], {"a": ["x", "y"]}) == [("A", "x\ny")]
