"""What may not be saved of a request type, and where it says so."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog import checks
from catalog.fulfilment import approval_levels
from catalog.fulfilment import plan as plan_of
from catalog.fulfilment import text as fulfilment_text
from catalog.fulfilment.request_type_check import Known, mistakes
from catalog.models import RequestType
from servicedesk.demo import world
from tests.factories import GroupFactory, RequestTypeFactory, UserFactory
from tests.profiles import examples

KNOWN = Known({1: ("Ann Lee", True), 2: ("Ilya Petrov", False)}, {7})
DEVICE = {
    "key": "device",
    "label": "Which device?",
    "kind": "choice",
    "choices": [{"value": "laptop", "label": "Laptop"}, "Desktop"],
}


def found(
    approvals: Any = (), plan: Any = (), form: Any = (), kind: str = "service_request"
) -> list[tuple[Any, str]]:
    """(path, sentence) of each mistake."""
    given = [list(one) if isinstance(one, tuple) else one for one in (approvals, plan, form)]
    return [(one.path, one.sentence) for one in mistakes(*given, kind=kind, known=KNOWN)]


def level(**fields: Any) -> list[dict[str, Any]]:
    return [{"who": "client_manager", **fields}]


def stage(*tasks: Any, **fields: Any) -> dict[str, Any]:
    return {"tasks": [{"title": "Do it", **task} for task in tasks], **fields}


def condition(field: str, value: Any = "laptop", test: str = "is") -> dict[str, Any]:
    return {"condition": {"field": field, "test": test, "value": value}}


def test_what_uses_everything_rightly_is_accepted() -> None:
    approvals = [
        {"who": "person", "people": [1], "needs": "all", "above_hours": "4", "above_price": "500.50"},
        {"who": "group_leader", "remind_hours": 24, "expire_hours": 72, "when_late": "approve"},
    ]
    asked = {"key": "size", "label": "Size", "kind": "number", "required": True}
    plan = [
        stage(
            {"key": "order", "group": 7, "target": "1d 4h", "form": [asked], "checklist": [{"text": "Call"}]}
        ),
        stage({"group": 7, **condition("request.device", ["laptop", "Desktop"], "one_of")}, in_order=True),
        stage({}, **condition("order.size", None, "filled")),
    ]
    assert found(approvals, plan, [DEVICE]) == []


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"who": ""}, "who", "Choose who is asked."),
        ({"who": "everybody"}, "who", "There is no such choice."),
        ({"who": "person"}, "people", "Choose at least one person."),
        ({"who": "person", "people": []}, "people", "Choose at least one person."),
        ({"who": "person", "people": [2]}, "people", "Ilya Petrov has left. Choose somebody else."),
        ({"who": "person", "people": [99]}, "people", "A person of this level was deleted."),
        ({"who": "person", "people": ["1"]}, "people", "A person of this level was deleted."),
        ({"needs": "most"}, "needs", "There is no such choice."),
        ({"above_price": "-1"}, "above_price", "A limit is from 0 to"),
        ({"above_price": "1e99"}, "above_price", "A limit is from 0 to"),
        ({"above_hours": "many"}, "above_hours", "Write a number"),
        ({"above_hours": "NaN"}, "above_hours", "Write a number"),
        ({"above_hours": True}, "above_hours", "Write a number"),
        ({"remind_hours": 0}, "remind_hours", "Write whole hours from 1"),
        ({"expire_hours": 0}, "expire_hours", "Write whole hours from 1"),
        ({"expire_hours": -5}, "expire_hours", "Write whole hours from 1"),
        ({"expire_hours": 1.5}, "expire_hours", "Write whole hours from 1"),
        ({"expire_hours": 10**9}, "expire_hours", "Write whole hours from 1"),
        ({"remind_hours": 24, "expire_hours": 24}, "remind_hours", "The reminder must come before"),
        ({"when_late": "shout", "expire_hours": 2}, "when_late", "There is no such choice."),
        ({"when_late": "reject"}, "expire_hours", "Enter the number of hours"),
    ],
)
def test_a_level_that_cannot_be_is_refused_at_its_field(given: Any, field: str, said: str) -> None:
    ((path, sentence),) = found(level(**given))
    assert path == ("approvals", 0, field)
    assert sentence.startswith(said)


@pytest.mark.parametrize(
    ("plan", "path", "said"),
    [
        ([{"title": "Empty", "tasks": []}], ("plan", 0, "tasks"), "A stage needs a task."),
        ([{}], ("plan", 0, "tasks"), "A stage needs a task."),
        ([stage({"title": " "})], ("plan", 0, "tasks", 0, "title"), "Write what is to be done."),
        ([stage({"title": "x" * 121})], ("plan", 0, "tasks", 0, "title"), "At most 120 characters."),
        ([stage({}, {"group": 8})], ("plan", 0, "tasks", 1, "group"), "This group does not exist."),
        ([stage({"group": [7]})], ("plan", 0, "tasks", 0, "group"), "This group does not exist."),
        ([stage({"key": "a"}), stage({"key": "a"})], ("plan", 1, "tasks", 0, "key"), "The key “a” is"),
        ([stage({}, {"key": "1-1"})], ("plan", 0, "tasks", 1, "key"), "The key “1-1” is there twice."),
        ([stage({"key": "a.b"})], ("plan", 0, "tasks", 0, "key"), "A key has 1 to 40"),
        ([stage({"key": "a b"})], ("plan", 0, "tasks", 0, "key"), "A key has 1 to 40"),
        ([stage({"key": "request"})], ("plan", 0, "tasks", 0, "key"), "The key “request” stands for"),
        ([stage({"target": "soon"})], ("plan", 0, "tasks", 0, "target"), "“soon” is not a duration."),
        ([stage({"target": "0h"})], ("plan", 0, "tasks", 0, "target"), "A target must be longer"),
        ([stage({"target": "9999d"})], ("plan", 0, "tasks", 0, "target"), "A target must be longer"),
        ([stage({"checklist": [{"text": ""}]})], ("plan", 0, "tasks", 0, "checklist", 0, "text"), "Write"),
        ([stage({}, in_order="yes")], ("plan", 0, "in_order"), "Invalid value"),
        (["x"], ("plan", 0), "Invalid value."),
        ("x", ("plan",), "Invalid value"),
        ([stage({})] * 21, ("plan",), "At most 20, please."),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_is_refused_at_its_place(plan: Any, path: Any, said: str) -> None:
    where, sentence = found(plan=plan)[0]
    assert where == path
    assert sentence.startswith(said)


@pytest.mark.parametrize(
    ("form", "path", "said"),
    [
        ([DEVICE, DEVICE], ("form", 1, "key"), "The key “device” is there twice."),
        ([{**DEVICE, "choices": []}], ("form", 0, "choices"), "A choice needs something to choose from."),
        ([{**DEVICE, "choices": ["a", "a"]}], ("form", 0, "choices", 1, "label"), "“a” is there twice."),
        ([{**DEVICE, "choices": [{"label": ""}]}], ("form", 0, "choices", 0, "label"), "Write the answer"),
        ([{**DEVICE, "kind": "magic"}], ("form", 0, "kind"), "There is no such choice."),
        ([{**DEVICE, "label": ""}], ("form", 0, "label"), "Write the question."),
        ([{"label": "?", "kind": "text"}], ("form", 0, "key"), "A key has 1 to 40"),
        ([{**DEVICE, "required": "no"}], ("form", 0, "required"), "Invalid value"),
    ],
)
def test_a_form_that_cannot_be_is_refused_at_its_place(form: Any, path: Any, said: str) -> None:
    ((where, sentence),) = found(form=form)
    assert where == path
    assert sentence.startswith(said)


@pytest.mark.parametrize(
    ("plan", "path", "said"),
    [
        ([stage(condition("request.colour"))], ("plan", 0, "tasks", 0, "condition", "field"), "was deleted"),
        ([stage(condition("nobody.device"))], ("plan", 0, "tasks", 0, "condition", "field"), "was deleted"),
        ([stage(condition("request"))], ("plan", 0, "tasks", 0, "condition", "field"), "Choose a question"),
        ([stage({}, **condition("request.device", "tablet"))], ("plan", 0, "condition", "value"), "“tablet”"),
        ([stage({}, **condition("request.device", ["laptop", "tablet"], "one_of"))],
         ("plan", 0, "condition", "value"), "“tablet” is not"),
        ([stage({}, **condition("request.device", ""))], ("plan", 0, "condition", "value"), "Enter the"),
        ([stage({}, **condition("request.device", test="smells"))], ("plan", 0, "condition", "test"), "no"),
        ([stage({"key": "a", "form": [DEVICE], **condition("a.device")})],
         ("plan", 0, "tasks", 0, "condition", "field"), "at the same time or later"),
        ([stage({"key": "a", "form": [DEVICE]}, condition("a.device"))],
         ("plan", 0, "tasks", 1, "condition", "field"), "at the same time or later"),
        ([stage(condition("2-1.device")), stage({"form": [DEVICE], **condition("1-1.device")})],
         ("plan", 0, "tasks", 0, "condition", "field"), "at the same time or later"),
    ],
)  # fmt: skip
def test_a_condition_that_cannot_be_judged_is_refused(plan: Any, path: Any, said: str) -> None:
    where, sentence = found(plan=plan, form=[DEVICE])[0]
    assert where == path
    assert said in sentence


@pytest.mark.parametrize("kind", ["incident", "consultation"])
def test_only_a_service_request_asks_for_approval_or_has_a_plan(kind: str) -> None:
    both = found(level(), [stage({})], kind=kind)
    assert [path for path, _sentence in both] == [("approvals",), ("plan",)]
    assert found(form=[DEVICE], kind=kind) == []


def test_what_a_database_cannot_store_is_refused() -> None:
    for bad in ("\0", "\ud800"):
        assert found(plan=[stage({"title": f"a{bad}"})]) == [
            (("plan",), "It contains characters that cannot be stored.")
        ]
    assert found(approvals=[{"who": float("nan")}])[0][0] == ("approvals",)


def test_a_plan_too_large_for_a_page_is_refused() -> None:
    choices = [str(number) for number in range(100)]
    task = {"form": [{**DEVICE, "choices": choices}]}
    assert "This plan is too large" in found(plan=[stage(task, task, task)])[0][1]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
    | st.sampled_from(["person", "choice", "request.device", "device", "is", "one_of", "4h"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(
            ["who", "people", "needs", "above_hours", "remind_hours", "expire_hours", "when_late", "tasks",
             "key", "title", "translations", "group", "form", "checklist", "target", "condition", "field",
             "test", "value", "label", "kind", "choices", "required", "in_order", "text"]
        ),
        inner, max_size=5,
    ),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=examples(100), deadline=None)
@given(approvals=st.lists(_JSON, max_size=2) | _JSON, plan=st.lists(_JSON, max_size=2) | _JSON, form=_JSON)
def test_whatever_is_accepted_can_be_read_and_nothing_breaks_the_check(
    approvals: Any, plan: Any, form: Any
) -> None:
    wrong = mistakes(approvals, plan, form, kind="service_request", known=KNOWN)
    assert all(checks.placed(one.path, one.sentence) for one in wrong)
    if not wrong:
        snapshot = {"approvals": approvals or [], "plan": plan or []}
        for one in approval_levels.levels(snapshot):
            assert fulfilment_text.level(one, {1: "Ann Lee"})
        plan_of.stages(snapshot)
        fulfilment_text.stages(plan, form, {7: "Network"})


@pytest.mark.django_db
def test_whatever_validates_a_request_type_asks_the_check() -> None:
    left = UserFactory(full_name="Ilya Petrov", is_active=False)
    item = RequestTypeFactory(kind="service_request")
    item.full_clean()
    item.approvals = [{"who": "account_manager"}, {"who": "person", "people": [left.pk]}]
    item.plan = [stage({"group": GroupFactory().pk}), stage({"group": 10**30})]
    with pytest.raises(ValidationError) as refused:
        item.full_clean()
    assert refused.value.messages == [
        "Level 2: Ilya Petrov has left. Choose somebody else.",
        "Stage 2, task 1: This group does not exist. Choose another.",
    ]


@pytest.mark.django_db
def test_the_check_asks_the_database_twice_at_most(django_assert_max_num_queries: Any) -> None:
    person, group = UserFactory(), GroupFactory()
    item = RequestTypeFactory(kind="service_request")
    item.approvals = [{"who": "person", "people": [person.pk]}] * 5
    item.plan = [stage({"group": group.pk}, {"group": group.pk})] * 5
    with django_assert_max_num_queries(2):
        item.clean()


@pytest.mark.django_db
def test_every_item_of_the_demonstration_passes() -> None:
    world.build()
    items = list(RequestType.objects.all())
    assert len(items) > 20
    for item in items:
        item.full_clean()
