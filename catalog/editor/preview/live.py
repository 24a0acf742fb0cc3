"""The form that stands in the editor, as the client will see it: beside the questions, while they are typed.

Pure: nothing is stored and nobody is asked. What is not ready yet keeps its place and says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _

from catalog import checks
from catalog.editor import part_shapes
from catalog.questions import form_check
from catalog.questions import text as question_text
from catalog.questions.form_fields import PREFIX, fields

Questions = list[dict[str, Any]]


@dataclass(frozen=True)
class Place:
    """One question: its field, or `title` and `sentences` of what it lacks."""

    field: forms.BoundField | None
    title: str = ""
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preview:
    """`html` is the form in the language `code`, `state` a sentence about it in the reader's own."""

    html: SafeString
    state: str
    code: str


def drawn(typed: Mapping[str, Any], code: str = "") -> Preview:
    """`typed` are the rows of the editor, as `shapes` reads them; an unknown language is the reader's own."""
    own = get_language() or settings.LANGUAGE_CODE
    code = code if code in dict(settings.LANGUAGES) else own
    form, said, general = _judged(typed)
    notes = {
        place: _("Question %(number)s is not ready") % {"number": place + 1}
        for place in said
        if place < len(form)
    }
    state = _state(len(form), len(notes))
    with override(code):
        places = _places(form, said, notes)
        context = {"places": places, "general": general, "code": code, "own": own, "state": state}
        return Preview(render_to_string("catalog/editor/preview/_live_form.html", context), state, code)


def _judged(typed: Mapping[str, Any]) -> tuple[Questions, dict[int, list[str]], list[str]]:
    """The questions, {place: what is wrong with one}, and what is wrong with all of them."""
    form = part_shapes.stored("form", part_shapes.tidied("form", dict(typed)))
    if not checks.is_storable(form):
        return [], {}, [_("It contains characters that cannot be stored.")]
    said: dict[int, list[str]] = {}
    general = []
    for one in form_check.check(form, ("form",)):
        if len(one.path) > 1:
            said.setdefault(int(one.path[1]), []).append(one.sentence)
        else:
            general.append(one.sentence)
    return form[: form_check.MOST_QUESTIONS], said, general


def _places(form: Questions, said: Mapping[int, list[str]], notes: Mapping[int, str]) -> list[Place]:
    unready = {form[place].get("key") for place in notes}
    ready = {place: _unconditional(one, unready) for place, one in enumerate(form) if place not in notes}
    shown = forms.Form(auto_id="preview-%s")
    shown.fields |= fields(ready.values())
    return [
        Place(shown[PREFIX + ready[place]["key"]])
        if place in ready
        else Place(None, notes[place], tuple(dict.fromkeys(said[place])))
        for place in range(len(form))
    ]


def _unconditional(question: dict[str, Any], unready: set[Any]) -> dict[str, Any]:
    """A question that waits for one that cannot be shown yet is shown at once."""
    field = str((question.get("condition") or {}).get("field", ""))
    return question | {"condition": None} if field.partition(".")[2] in unready else question


def _state(questions: int, unready: int) -> str:
    if not unready:
        return question_text.questions(questions) if questions else _("No questions yet.")
    waiting = ngettext("%(n)s is not ready", "%(n)s are not ready", unready) % {"n": unready}
    return f"{question_text.questions(questions)}, {waiting}"
