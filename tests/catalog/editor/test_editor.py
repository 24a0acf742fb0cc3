"""The editors of a request type: buttons keep what was typed, saving says what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.editor.saving import stamp
from catalog.models import RequestType
from tests.catalog.conftest import Desk
from tests.factories import GroupFactory, UserFactory, agent_of

pytestmark = pytest.mark.django_db


def seen(item: RequestType, part: str) -> str:
    return stamp(RequestType.objects.get(pk=item.pk), part)


def save(desk: Desk, item: RequestType, part: str, **sent: Any) -> Any:
    """Names of the form stand with `__` for a dot."""
    typed = {name.replace("__", "."): value for name, value in sent.items()}
    return desk.post(f"type-{part}", item.pk, **({"seen": seen(item, part)} | typed))


def stored(item: RequestType, part: str) -> Any:
    return getattr(RequestType.objects.get(pk=item.pk), part)


def test_a_button_gives_back_what_was_typed_with_one_row_more(desk: Desk, item: RequestType) -> None:
    answer = save(
        desk, item, "plan", plan__0__title="Prepare", plan__0__tasks__0__title="Order", do="add:plan.0.tasks"
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert all(f'value="{text}"' in page for text in ("Prepare", "Order"))
    assert 'name="plan.0.tasks.1.title"' in page
    assert stored(item, "plan") == []


def test_htmx_gets_the_editor_without_the_page(desk: Desk, item: RequestType) -> None:
    answer = desk.post("type-form", item.pk, htmx=True, do="add:form", seen="")
    page = answer.content.decode()
    assert "<html" not in page
    assert 'name="form.0.label"' in page


def test_new_keys_are_used_nowhere_else(desk: Desk, item: RequestType) -> None:
    item.plan = [{"tasks": [{"title": "A", "condition": {"field": "request.q7", "test": "filled"}}]}]
    item.save()
    page = save(desk, item, "form", do="add:form").content.decode()
    assert 'name="form.0.key" value="q8"' in page


def test_rows_are_moved_and_taken_out(desk: Desk, item: RequestType) -> None:
    rows = {f"form.{place}.label": text for place, text in enumerate(("One", "Two", "Three"))}
    for button, order in (("down:form.0", ["Two", "One", "Three"]), ("up:form.0", ["One", "Two", "Three"]),
                          ("remove:form.1", ["One", "Three"])):  # fmt: skip
        page = save(desk, item, "form", **rows, do=button).content.decode()
        places = [page.index(f'value="{text}"') for text in order]
        assert places == sorted(places)
        assert ('value="Two"' in page) == ("Two" in order)


@pytest.mark.parametrize(
    "button",
    ["add:", "add:plan.9.tasks", "up:plan", "remove:plan.99999", "down:plan.0.tasks.0", "x",
     "add:request.form", "remove:plan.-1", "up:plan.²", "add:plan.0.title", "remove:"],
)  # fmt: skip
def test_a_button_that_cannot_be_changes_nothing(desk: Desk, item: RequestType, button: str) -> None:
    answer = save(desk, item, "plan", plan__0__title="Prepare", do=button)
    assert answer.status_code == 200
    assert 'value="Prepare"' in answer.content.decode()


def test_questions_are_saved_with_their_choices_in_three_languages(desk: Desk, item: RequestType) -> None:
    first = {"form.0.key": "device", "form.0.label": " Which device? ", "form.0.translations.ru": "Какое?"}
    choices = {
        "form.0.kind": "choice", "form.0.required": "on", "form.0.choices.0.label": "Laptop",
        "form.0.choices.0.translations.es": "Portátil", "form.0.choices.1.label": "",
        "form.0.choices.2.label": "Desk", "form.0.choices.2.value": "desktop",
    }  # fmt: skip
    second = {"form.3.key": "when", "form.3.label": "When?", "form.3.kind": "date"}
    assert save(desk, item, "form", **first, **choices, **second).status_code == 302
    assert stored(item, "form") == [
        {"key": "device", "label": "Which device?", "translations": {"ru": "Какое?"}, "kind": "choice",
         "required": True,
         "choices": [{"value": "Laptop", "label": "Laptop", "translations": {"es": "Portátil"}},
                     {"value": "desktop", "label": "Desk"}]},
        {"key": "when", "label": "When?", "kind": "date"},
    ]  # fmt: skip


def test_a_level_is_saved_and_read_in_words(desk: Desk, item: RequestType) -> None:
    level = {"who": "client_manager", "needs": "any", "above_price": "500,50", "remind_hours": "24",
             "expire_hours": "72", "when_late": "leader"}  # fmt: skip
    save(desk, item, "approvals", **{f"approvals.0.{name}": value for name, value in level.items()})
    assert stored(item, "approvals") == [
        {"who": "client_manager", "above_price": "500.50", "remind_hours": 24, "expire_hours": 72,
         "when_late": "leader"}
    ]  # fmt: skip
    page = desk.get("type-approvals", item.pk)
    assert (
        "Any of the client’s managers, when it costs more than 500.50. After 24 h a reminder is sent. "
        "After 72 h it is escalated to the group’s leaders." in page
    )
    assert "has neither a price nor hours" in page


def test_named_people_are_saved_by_key(desk: Desk, item: RequestType) -> None:
    people = [agent_of(GroupFactory(), full_name=name) for name in ("Ann Lee", "Bo Kim")]
    given = {"approvals.0.who": "person", "approvals.0.needs": "all"}
    save(desk, item, "approvals", **given, **{"approvals.0.people": [str(one.pk) for one in people]})
    assert stored(item, "approvals") == [
        {"who": "person", "people": [one.pk for one in people], "needs": "all"}
    ]
    assert "All of these: Ann Lee, Bo Kim." in desk.get("type-approvals", item.pk)


def test_a_plan_is_saved_with_everything_in_it(desk: Desk, item: RequestType) -> None:
    group = GroupFactory(name="Network")
    item.form = [{"key": "q1", "label": "Where?", "kind": "choice", "choices": ["Here", "There"]}]
    item.save()
    stage = {"plan.0.title": "Prepare", "plan.0.in_order": "1", "plan.0.tasks.0.key": "t1",
             "plan.0.tasks.0.title": "Order", "plan.0.tasks.0.group": group.pk, "plan.0.tasks.0.target": "4h",
             "plan.0.tasks.0.checklist.0.text": "Ask for the price", "plan.0.tasks.0.checklist.1.text": " ",
             "plan.0.tasks.0.form.0.key": "q1", "plan.0.tasks.0.form.0.label": "Serial number",
             "plan.0.tasks.0.form.0.kind": "text"}  # fmt: skip
    second = {"plan.1.in_order": "", "plan.1.condition.field": "request.q1",
              "plan.1.condition.test": "one_of", "plan.1.condition.value": ["Here", "There"],
              "plan.1.tasks.0.key": "t2", "plan.1.tasks.0.title": "Hand over",
              "plan.1.tasks.0.condition.field": "t1.q1",
              "plan.1.tasks.0.condition.test": "filled"}  # fmt: skip
    assert save(desk, item, "plan", **stage, **second).status_code == 302
    order = {"key": "t1", "title": "Order", "group": group.pk, "target": "4h",
             "checklist": [{"text": "Ask for the price"}],
             "form": [{"key": "q1", "label": "Serial number", "kind": "text"}]}  # fmt: skip
    assert stored(item, "plan") == [
        {"title": "Prepare", "in_order": True, "tasks": [order]},
        {"condition": {"field": "request.q1", "test": "one_of", "value": ["Here", "There"]},
         "tasks": [{"key": "t2", "title": "Hand over", "condition": {"field": "t1.q1", "test": "filled"}}]},
    ]  # fmt: skip
    again = desk.get("type-plan", item.pk)
    assert "Only if “Serial number” is filled in" in again
    preview = desk.get("type-preview", item.pk)
    assert all(words in preview for words in ("Network", "in 4h", "Only if “Where?” is one of: Here, There"))


def test_a_task_without_a_key_gets_that_of_its_place(desk: Desk, item: RequestType) -> None:
    item.plan = [{"tasks": [{"title": "A"}, {"title": "B"}]}]
    item.save()
    page = desk.get("type-plan", item.pk)
    assert 'name="plan.0.tasks.1.key" value="1-2"' in page


@pytest.mark.parametrize(
    ("part", "sent", "said"),
    [
        ("plan", {"plan.0.title": "Empty"}, "A stage needs a task."),
        ("plan", {"plan.0.tasks.0.key": "t1", "plan.0.tasks.0.title": ""}, "Write what is to be done."),
        ("plan", {"plan.0.tasks.0.title": "A", "plan.0.tasks.0.target": "soon"}, "“soon” is not a duration."),
        ("plan", {"plan.0.tasks.0.title": "A", "plan.0.tasks.0.group": "x"}, "This group does not exist."),
        ("plan", {"plan.0.tasks.0.title": "A", "plan.0.condition.field": "request.no"}, "was deleted"),
        ("approvals", {"approvals.0.who": ""}, "Choose who is asked."),
        ("approvals", {"approvals.0.who": "person"}, "Choose at least one person."),
        (
            "approvals",
            {"approvals.0.who": "group_leader", "approvals.0.above_hours": "lots"},
            "Write a number",
        ),
        ("form", {"form.0.key": "q1", "form.0.label": "", "form.0.kind": "text"}, "Write the question."),
        ("form", {"form.0.key": "q 1", "form.0.label": "A", "form.0.kind": "text"}, "A key has 1 to 40"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    desk: Desk, item: RequestType, part: str, sent: Any, said: str
) -> None:
    answer = save(desk, item, part, **sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert 'role="alert"' in page
    assert all(
        f'value="{value}"' in page for value in sent.values() if value in {"Empty", "soon", "lots", "A"}
    )
    assert stored(item, part) == []


def test_somebody_who_left_is_named_when_the_page_is_opened(desk: Desk, item: RequestType) -> None:
    left = UserFactory(full_name="Ilya Petrov", is_active=False)
    RequestType.objects.filter(pk=item.pk).update(approvals=[{"who": "person", "people": [left.pk]}])
    page = desk.get("type-approvals", item.pk)
    assert "Ilya Petrov has left. Choose somebody else." in page
    assert "Ilya Petrov (has left)" in page
    assert "Approvals: Level 1 – Ilya Petrov has left." in desk.get("type-preview", item.pk)


def test_a_question_that_the_plan_needs_cannot_be_taken_out(desk: Desk, item: RequestType) -> None:
    item.form = [{"key": "q1", "label": "Where?", "kind": "text"}]
    item.plan = [{"tasks": [{"title": "A", "condition": {"field": "request.q1", "test": "filled"}}]}]
    item.save()
    answer = save(desk, item, "form")
    assert answer.status_code == 422
    assert "Plan: Stage 1, task 1 – The question of this condition was deleted." in answer.content.decode()
    assert len(stored(item, "form")) == 1


def test_an_incident_takes_no_plan(desk: Desk, item: RequestType) -> None:
    RequestType.objects.filter(pk=item.pk).update(kind="incident")
    assert "Only a service request asks for approval" in desk.get("type-plan", item.pk)
    answer = save(desk, item, "plan", **{"plan.0.tasks.0.title": "A"})
    assert answer.status_code == 422
    assert "Only a service request has a plan." in answer.content.decode()


def test_of_two_people_the_slower_sees_both_and_nothing_is_lost(desk: Desk, item: RequestType) -> None:
    mine = {"approvals.0.who": "group_leader", "seen": seen(item, "approvals")}
    RequestType.objects.filter(pk=item.pk).update(approvals=[{"who": "account_manager"}])
    answer = desk.post("type-approvals", item.pk, **mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Someone else changed this in the meantime." in page
    assert "1. The account manager." in page
    assert "Any of the group’s leaders." in page
    assert stored(item, "approvals") == [{"who": "account_manager"}]
    assert save(desk, item, "approvals", **{"approvals.0.who": "group_leader"}).status_code == 302


def test_two_people_on_different_pages_do_not_disturb_each_other(desk: Desk, item: RequestType) -> None:
    mine = {"approvals.0.who": "group_leader", "seen": seen(item, "approvals")}
    RequestType.objects.filter(pk=item.pk).update(form=[{"key": "a", "label": "A", "kind": "text"}])
    assert desk.post("type-approvals", item.pk, **mine).status_code == 302


def test_hostile_input_is_text(desk: Desk, item: RequestType) -> None:
    evil = '"><script>alert(1)</script>\0'
    sent = {"form.0.key": "q1", "form.0.label": evil, "form.0.kind": "text", "form.0.translations.ru": evil}
    assert save(desk, item, "form", **sent).status_code == 302
    assert "\0" not in stored(item, "form")[0]["label"]
    for name in ("type-form", "type-preview", "type-plan"):
        assert "<script>alert" not in desk.get(name, item.pk)


def test_odd_names_of_fields_break_nothing(desk: Desk, item: RequestType) -> None:
    odd = {"form.": "x", "form.x.label": "x", "form.99999.label": "x", "form.1e9.label": "x",
           "form..label": "x", "plan.0.tasks": "x", "form.0": "x", "form.²": "x", "...": "x"}  # fmt: skip
    assert save(desk, item, "form", **odd).status_code == 422
    assert stored(item, "form") == []


def test_the_plan_costs_the_same_whatever_its_size(
    desk: Desk, item: RequestType, django_assert_max_num_queries: Any
) -> None:
    groups = [GroupFactory() for _number in range(3)]
    for size in (1, 10):
        tasks = [{"title": "A", "group": group.pk} for group in groups]
        RequestType.objects.filter(pk=item.pk).update(plan=[{"tasks": tasks}] * size)
        with django_assert_max_num_queries(7):  # session, person, row, groups twice, two of the rail
            desk.get("type-plan", item.pk)


def test_the_preview_asks_as_the_client_is_asked(desk: Desk, item: RequestType) -> None:
    item.form = [{"key": "a", "label": "Where?", "translations": {"ru": "Где?"}, "kind": "choice",
                  "choices": ["Here", "There"]}]  # fmt: skip
    item.approvals = [{"who": "account_manager"}]
    item.save()
    page = desk.get("type-preview", item.pk)
    assert all(words in page for words in ("Where?", "There", "1. The account manager.", "No plan"))
