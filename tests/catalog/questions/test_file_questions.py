"""Questions that ask for files: their settings, their field, and how their answer reads."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict
from django.utils.translation import override

from catalog.fulfilment import request_type_check
from catalog.models import RequestType
from catalog.questions import answers, file_types, form_check, former_answers
from catalog.questions.file_types import FileType
from catalog.questions.form_fields import answers as stored_answers
from catalog.questions.form_fields import fields, files, settle
from servicedesk.lib.upload_field import UploadsField
from tests.catalog.conftest import Desk
from tests.catalog.editor.test_editor import save, stored
from tests.catalog.excel.test_excel import cell, downloaded, take, upload

PHOTO: dict[str, Any] = {"key": "q", "label": "Photo", "kind": "file"}
KEPT = [{"attachment": 7, "name": "a.png"}, {"attachment": 8, "name": "<b>.png"}]


def wrong(*questions: dict[str, Any]) -> list[tuple[str, str]]:
    found = form_check.check(list(questions), ("form",))
    return [(".".join(map(str, one.path[2:])), one.sentence) for one in found]


def sent(questions: list[dict[str, Any]], typed: dict[str, str] | None = None, **given: list[str]) -> Any:
    """The form of these questions, with files of these names."""
    chosen: Any = MultiValueDict()
    for key, names in given.items():
        name = key if key == "uploads" else f"answer_{key}"
        chosen.setlist(name, [SimpleUploadedFile(one, b"x") for one in names])

    class Asked(forms.Form):
        uploads = UploadsField(required=False)

        def clean(self) -> None:
            settle(self, questions)

    form = Asked(typed or {}, chosen)
    form.fields |= fields(questions)
    form.is_valid()
    return form


def test_settings_of_a_sound_question_are_taken() -> None:
    assert wrong(PHOTO, PHOTO | {"key": "r", "most": 10, "endings": FileType.values, "required": True}) == []


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"most": 0}, "most"),
        ({"most": 11}, "most"),
        ({"most": "3"}, "most"),
        ({"most": True}, "most"),
        ({"most": 1.5}, "most"),
        ({"endings": "pictures"}, "endings"),
        ({"endings": ["exe"]}, "endings"),
        ({"endings": [".exe"]}, "endings"),
        ({"endings": [{}]}, "endings"),
        ({"endings": [["pictures"]]}, "endings"),
        ({"endings": {"pictures": 1}}, "endings"),
    ],
)
def test_settings_that_cannot_be_are_refused_at_their_place(more: dict[str, Any], place: str) -> None:
    assert [where for where, _sentence in wrong(PHOTO | more)] == [place]


def test_no_condition_looks_into_files() -> None:
    after = {"key": "r", "label": "R", "kind": "text", "condition": {"field": "form.q", "test": "filled"}}
    said = "A condition cannot use a file question. Choose another question."
    assert wrong(PHOTO, after) == [("condition.field", said)]
    plan = [{"tasks": [{"title": "A", "condition": {"field": "request.q", "test": "filled"}}]}]
    known = request_type_check.Known()
    found = request_type_check.mistakes([], plan, [PHOTO], kind="service_request", known=known)
    assert [one.sentence for one in found] == [said]


def test_only_the_form_of_the_request_asks_for_files() -> None:
    plan = [{"tasks": [{"title": "A", "form": [PHOTO]}]}]
    known = request_type_check.Known()
    found = request_type_check.mistakes([], plan, [], kind="service_request", known=known)
    assert [one.sentence for one in found] == ["Only the form of the request can ask for files."]


def test_more_questions_than_a_message_has_files_are_refused() -> None:
    form = [PHOTO | {"key": f"q{number}"} for number in range(12)]
    found = list(form_check.check(form, ("form",)))
    assert [one.path for one in found] == [("form", 10, "kind"), ("form", 11, "kind")]


@pytest.mark.parametrize("form", [None, {}, "x", [None, 7, "x"], [{"kind": ["file"]}], [{"kind": {}}]])
def test_what_is_no_form_breaks_nothing(form: Any) -> None:
    found = list(form_check.check(form, ("form",)))
    assert all(one.path[0] == "form" and one.sentence for one in found)


def test_the_field_says_what_may_come() -> None:
    field = fields([PHOTO | {"most": 3, "endings": ["pictures", "logs"], "help": {"text": "Of the label."}}])
    made = field["answer_q"]
    assert made.help_text == "At most 3 files. Pictures, logs and plain text. Of the label."
    assert made.widget.attrs["accept"].startswith(".png,.jpg")
    assert "multiple" in str(made.widget.render("q", None))
    one = fields([PHOTO])["answer_q"]
    assert (one.help_text, "accept" in one.widget.attrs) == ("", False)
    assert "multiple" not in one.widget.render("q", None)


def test_ready_types_hold_no_program_and_no_ending_twice() -> None:
    every = file_types.endings(FileType.values)
    assert len(set(every)) == len(every)
    assert all(one.startswith(".") and one == one.lower() for one in every)
    assert file_types.endings(["unknown", 7, {}]) == file_types.endings(None) == ()


def test_files_are_no_json_answers() -> None:
    form = sent([PHOTO], q=["a.png"])
    assert form.errors == {}
    assert stored_answers(form.cleaned_data) == {}
    assert [one.name for one in files(form.cleaned_data)["q"]] == ["a.png"]


@pytest.mark.parametrize(
    ("question", "names", "sentence"),
    [
        ({}, ["a.png", "b.png"], "Only one file, please."),
        ({"most": 2}, ["a", "b", "c"], "At most 2 files at once, please."),
        ({"endings": ["pictures"]}, ["a.pdf"], "It has to end with one of these: .png"),
        ({"endings": ["archives"]}, ["a.zip.exe"], "can carry programs"),
        ({"required": True}, [], "Please answer this question."),
    ],
)
def test_what_does_not_fit_is_said_at_the_question(
    question: dict[str, Any], names: list[str], sentence: str
) -> None:
    form = sent([PHOTO | question], q=names)
    assert list(form.errors) == ["answer_q"]
    assert sentence in form.errors["answer_q"][0]


def test_a_question_that_does_not_appear_drops_its_files_right_or_wrong() -> None:
    place = {"key": "p", "label": "P", "kind": "text"}
    condition = {"field": "form.p", "test": "is", "value": "home"}
    asked = [place, PHOTO | {"required": True, "condition": condition}]
    for names in ([], ["a.png"], ["a.exe", "b.exe"]):
        form = sent(asked, {"answer_p": "office"}, q=names)
        assert form.errors == {}
        assert files(form.cleaned_data) == {}
    assert list(sent(asked, {"answer_p": "home"}).errors) == ["answer_q"]


def test_all_questions_and_other_files_share_one_limit() -> None:
    asked = [PHOTO | {"key": key, "most": 5} for key in ("a", "b")]
    five = [f"{number}.png" for number in range(5)]
    assert sent(asked, a=five, b=five).errors == {}
    said = "At most 10 files in one request, please. You chose 11."
    assert sent(asked, a=five, b=five, uploads=["x.png"]).errors == {"uploads": [said]}
    more = PHOTO | {"key": "c"}
    assert sent([*asked, more], a=five, b=five, c=["x.png"]).errors == {"answer_c": [said]}


def test_the_answer_reads_as_names_and_leads_to_the_download() -> None:
    ((question, answer),) = answers.shown([PHOTO], {"q": KEPT})
    assert (question, str(answer)) == ("Photo", "a.png\n<b>.png")
    page = render_to_string("components/answer.html", {"answer": answer})
    assert 'href="/attachments/7/" download' in page
    assert "&lt;b&gt;.png" in page
    assert "<b>.png" not in page


@pytest.mark.parametrize("kept", [["x"], [None], [{}], [{"name": "a"}], {"attachment": 7}, "text", 7, [[1]]])
def test_an_odd_stored_answer_breaks_no_page(kept: Any) -> None:
    for _question, answer in answers.shown([PHOTO], {"q": kept}):
        assert "href" not in render_to_string("components/answer.html", {"answer": answer})


def test_a_corrected_type_keeps_the_files_of_the_same_question_and_the_rest_as_former() -> None:
    old = {"name": "Old", "form": [PHOTO, {"key": "r", "label": "Log", "kind": "file"}]}
    given = {"q": KEPT, "r": KEPT[:1]}
    snapshot, kept = former_answers.carry_over(
        old, given, {"form": [PHOTO | {"most": 2}, {"key": "r", "kind": "text"}]}
    )
    assert kept == {"q": KEPT}
    ((_name, said),) = former_answers.shown(snapshot)
    assert [(question, str(answer)) for question, answer in said] == [
        ("Photo", "a.png\n<b>.png"),
        ("Log", "a.png"),
    ]
    assert all(isinstance(answer, answers.Files) for _question, answer in said)


@pytest.mark.django_db
def test_the_editor_saves_and_shows_the_settings(desk: Desk, item: RequestType) -> None:
    typed = {"form.0.key": "q1", "form.0.label": "Photo", "form.0.kind": "file", "form.0.most": "3",
             "form.0.endings": ["pictures", "logs"], "form.0.default": "x", "form.0.least": "2",
             "form.0.pattern": "ip", "form.0.required": "on"}  # fmt: skip
    assert save(desk, item, "form", **typed).status_code == 302
    assert stored(item, "form") == [
        {"key": "q1", "label": "Photo", "kind": "file", "required": True, "most": 3,
         "endings": ["pictures", "logs"]}
    ]  # fmt: skip
    page = desk.get("type-form", item.pk)
    assert 'value="pictures" checked' in page
    assert 'value="videos" checked' not in page
    for name in ("type-form", "type-preview"):
        assert "At most 3 files. Pictures, logs and plain text." in desk.get(name, item.pk)
    with override("ru"):
        assert "Photo" in desk.get("type-preview", item.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("most", ["many", "0", "11", "1.5", "-1"])
def test_the_editor_says_what_is_wrong_and_keeps_it(desk: Desk, item: RequestType, most: str) -> None:
    answer = save(desk, item, "form", **{"form.0.key": "q1", "form.0.label": "P", "form.0.kind": "file",
                                         "form.0.most": most, "form.0.endings": "exe"})  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Write a whole number from 1 to 10." in page
    assert f'value="{most}"' in page
    assert "There is no such choice." in page


@pytest.mark.django_db
def test_the_excel_file_takes_the_question_there_and_back(desk: Desk, item: RequestType) -> None:
    form = [PHOTO | {"most": 3, "endings": ["pictures"], "required": True}]
    RequestType.objects.update(form=form)
    book = downloaded(desk)
    assert json.loads(cell(book, "Request types", "Form (JSON)").value) == form
    RequestType.objects.update(form=[])
    assert take(desk, upload(desk, book)).status_code == 302
    assert stored(item, "form") == form
    cell(book, "Request types", "Form (JSON)").value = json.dumps([PHOTO | {"most": 99}])
    assert "Write a whole number from 1 to 10." in upload(desk, book).content.decode()


@pytest.mark.django_db
def test_a_task_is_not_offered_what_it_may_not_ask(desk: Desk, item: RequestType) -> None:
    task = {"plan.0.tasks.0.key": "t1", "plan.0.tasks.0.title": "Order"}
    asked = {"plan.0.tasks.0.form.0.key": "q1", "plan.0.tasks.0.form.0.label": "Photo"}
    page = save(desk, item, "plan", **task, **asked, do="show").content.decode()
    assert 'value="long_text"' in page
    assert 'value="file"' not in page
    answer = save(desk, item, "plan", **task, **asked, **{"plan.0.tasks.0.form.0.kind": "file"})
    assert answer.status_code == 422
    assert "Only the form of the request can ask for files." in answer.content.decode()
    assert '<option value="file" selected>' in answer.content.decode()
