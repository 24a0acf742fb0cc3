"""Plans at work: order, conditions, groups, forms, checklists."""

from __future__ import annotations

import pytest

from servicedesk.people.models import Group, User
from servicedesk.tickets.errors import NotPermitted, TicketError
from servicedesk.tickets.models import EventKind, Ticket
from servicedesk.tickets.statuses import Status
from tests.factories import GroupFactory, agent_of, opened_by_door
from tests.workflows.conftest import opened
from tests.workflows.flows.test_incident import open_nodes
from tests.workflows.fulfilment.planning import (
    CHECKLIST,
    DEVICE,
    SERIAL,
    act,
    open_titles,
    request_type,
    staffed,
    stage,
    task,
    the,
    told,
    when,
)
from workflows import advance, fulfilment
from workflows.engine import open_steps
from workflows.fulfilment import sheet_of
from workflows.maintenance import status_check

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db: None) -> Group:
    return GroupFactory(name="Office")


@pytest.fixture
def buyer(office: Group) -> User:
    return agent_of(office, full_name="Bea Buyer")


def states(ticket: Ticket, viewer: User) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (one.state, [(task.title, task.state) for task in one.tasks])
        for one in fulfilment.stages_of(ticket, viewer)
    ]


def test_a_stage_in_order_opens_one_task_after_another(contact, office, buyer):
    item = request_type(stage(task("A", office), task("B", office), in_order=True), stage(task("C", office)))
    ticket = opened(item, contact)
    for title in ("A", "B", "C"):
        assert open_titles(ticket) == [title]
        act(ticket, "fulfil", title, buyer)
    assert (ticket.status, open_nodes(ticket)) == (Status.RESOLVED, ["confirm"])


def test_an_answer_decides_about_a_later_task_of_the_same_ordered_stage(contact, office, buyer):
    ordered = stage(
        task("Choose", office, form=[DEVICE]),
        task("Laptop bag", office, condition=when("Choose.device", "laptop")),
        task("Hand out", office),
        in_order=True,
    )
    bag, no_bag = opened(request_type(ordered), contact), opened(request_type(ordered), contact)
    act(bag, "fulfil", "Choose", buyer, answers={"device": "laptop"})
    act(no_bag, "fulfil", "Choose", buyer, answers={"device": "phone"})
    assert (open_titles(bag), open_titles(no_bag)) == (["Laptop bag"], ["Hand out"])


def test_a_stage_whose_condition_does_not_hold_is_passed_over_and_told(contact, office, buyer):
    item = request_type(
        stage(task("Choose", office, form=[DEVICE]), title="First"),
        stage(
            task("Order"), task("Pay"), title="Buying", condition=when("Choose.device", ["laptop"], "one_of")
        ),
        stage(task("Hand out", office), title="Last"),
    )
    ticket = opened(item, contact)
    act(ticket, "fulfil", "Choose", buyer, answers={"device": "phone"})
    assert open_titles(ticket) == ["Hand out"]
    [skipped] = told(ticket, EventKind.TASK_SKIPPED)
    assert (skipped["title"], "key" in skipped) == ("Buying", False)
    assert skipped["because"] == {
        "question": {"label": "Device", "translations": {}},
        "test": "one_of",
        "values": [{"label": "Laptop", "translations": {}}],
    }
    assert states(ticket, buyer) == [
        ("done", [("Choose", "done")]),
        ("skipped", [("Order", "skipped"), ("Pay", "skipped")]),
        ("now", [("Hand out", "now")]),
    ]


@pytest.mark.parametrize(
    ("answers", "begun", "skipped"),
    [({}, ["Cover"], ["Bag", "Note"]), ({"device": "laptop", "why": "New"}, ["Bag", "Note"], ["Cover"])],
)
def test_answers_to_the_request_decide_too(office, buyer, answers, begun, skipped):
    item = request_type(
        stage(
            task("Bag", office, condition=when("request.device", "laptop")),
            task("Cover", office, condition=when("request.device", "laptop", "is_not")),
            task("Note", office, condition=when("request.why", None, "filled")),
        ),
        form=[DEVICE],
    )
    ticket = opened_by_door(request_type=item, answers=answers)
    assert open_titles(ticket) == begun
    assert [one["key"] for one in told(ticket, EventKind.TASK_SKIPPED)] == skipped


def test_a_plan_in_which_everything_is_skipped_goes_straight_to_the_end(contact, office):
    never = when("request.device", "laptop")
    item = request_type(stage(task("A", office, condition=never)), stage(task("B", office), condition=never))
    ticket = opened(item, contact)
    assert (ticket.status, open_nodes(ticket)) == (Status.RESOLVED, ["confirm"])
    assert not ticket.messages.exists()  # the client did not write “all is done” to themselves
    assert states(ticket, agent_of(office)) == [
        ("skipped", [("A", "skipped")]),
        ("skipped", [("B", "skipped")]),
    ]


def test_a_process_begun_before_tasks_had_keys_goes_on(contact, office, buyer):
    item = request_type(stage(task("A", office), task("B", office)), stage(task("C", office)))
    ticket = opened(item, contact)
    for one in open_steps.open_tasks(ticket):
        one.data = {"title": one.data["title"], "translations": {}, "group": office.pk, "stage": 1}
        one.save()
        one.process.data = {"stage": 1}
        one.process.save()
    act(ticket, "fulfil", "A", buyer)
    assert states(ticket, buyer)[0] == ("now", [("A", "done"), ("B", "now")])
    act(ticket, "fulfil", "B", buyer)
    act(ticket, "fulfil", "C", buyer)
    assert ticket.status == Status.RESOLVED


@pytest.mark.parametrize("is_there", [True, False])
def test_a_group_without_anybody_leaves_its_task_to_the_tickets_group(contact, is_there):
    empty = GroupFactory()
    agent_of(empty, is_active=False)
    item = request_type(stage(task("A", empty.pk if is_there else 999_999)))
    own = agent_of(item.service.group)
    ticket = opened(item, contact)
    [note] = told(ticket, EventKind.TASK_RETURNED)
    assert note["group"] == [empty.pk if is_there else 999_999, ticket.group_id]
    act(ticket, "fulfil", "A", own)
    assert ticket.status == Status.RESOLVED


def test_a_group_that_has_somebody_again_may_do_its_task_after_all(contact):
    empty = GroupFactory()
    ticket = opened(request_type(stage(task("A", empty))), contact)
    act(ticket, "fulfil", "A", agent_of(empty))
    assert ticket.status == Status.RESOLVED


def test_a_task_is_not_done_before_its_form_and_checklist_are(contact, office, buyer):
    ticket = opened(request_type(stage(task("A", office, form=[SERIAL], checklist=CHECKLIST))), contact)
    with pytest.raises(TicketError, match="required question"):
        act(ticket, "fulfil", "A", buyer, ticked=[0, 1])
    with pytest.raises(TicketError, match="checklist"):
        act(ticket, "fulfil", "A", buyer, answers={"serial": "X1"}, ticked=[1])
    act(ticket, "fulfil", "A", buyer, answers={"serial": "X1", "unknown": "?"}, ticked=[0, 1])
    [[done]] = [one.tasks for one in fulfilment.stages_of(ticket, buyer)]
    assert (done.state, done.person, done.answers) == ("done", buyer, [("Serial number", "X1")])
    assert [(one.point.text, one.person) for one in done.ticks] == [
        ("Disk is encrypted", "Bea Buyer"),
        ("Sticker is on", "Bea Buyer"),
    ]


def test_who_ticked_what_is_kept_and_only_ones_own_ticks_can_be_taken_back(contact, office, buyer):
    other = agent_of(office)
    ticket = opened(request_type(stage(task("A", office, form=[SERIAL], checklist=CHECKLIST))), contact)
    act(ticket, "keep_task", "A", buyer, answers={}, ticked=[0])
    act(ticket, "keep_task", "A", other, answers={"serial": "X1"}, ticked=[1, 7])
    assert [point.by for point in sheet_of(the("A", ticket)).points] == [buyer.pk, other.pk]
    act(ticket, "keep_task", "A", buyer, ticked=[])
    assert [point.by for point in sheet_of(the("A", ticket)).points] == [None, other.pk]
    assert sheet_of(the("A", ticket)).answers == [("Serial number", "X1")]


def test_a_finished_task_is_told_with_its_title_in_all_languages(contact, office, buyer):
    item = request_type(stage(task("A", office, translations={"ru": "А"})))
    ticket = opened(item, contact)
    act(ticket, "fulfil", "A", buyer)
    event = ticket.events.get(kind=EventKind.TASK_DONE)
    assert (event.actor, event.details["task"]) == (
        buyer,
        {"key": "A", "title": "A", "translations": {"ru": "А"}, "stage": 1},
    )


def test_a_plan_is_checked_by_a_tester_where_the_catalog_says_so(contact, office, buyer):
    item = request_type(stage(task("A", office)), needs_verification=True)
    ticket = opened(item, contact)
    act(ticket, "fulfil", "A", buyer)
    assert (ticket.status, open_nodes(ticket)) == (Status.VERIFICATION, ["verification"])
    advance.act(ticket, "resolve", by=agent_of(item.service.group), solution="Looks good")
    assert (ticket.status, open_nodes(ticket)) == (Status.RESOLVED, ["confirm"])


@pytest.mark.parametrize("is_closed", [True, False])
def test_a_fulfilled_request_that_is_reopened_goes_to_verification(contact, office, buyer, is_closed):
    ticket = opened(request_type(stage(task("A", office))), contact)
    act(ticket, "fulfil", "A", buyer)
    if is_closed:
        advance.confirm(ticket, by=contact)
    advance.reopen(ticket, by=contact)
    assert (ticket.status, open_nodes(ticket)) == (Status.VERIFICATION, ["verification"])
    assert states(ticket, buyer) == [("done", [("A", "done")])]
    assert list(status_check.disagreements()) == []


def test_a_withdrawn_request_says_which_tasks_were_not_done(contact, office, buyer):
    ticket = opened(request_type(stage(task("A", office), task("B", office)), stage(task("C"))), contact)
    act(ticket, "fulfil", "A", buyer)
    advance.withdraw(ticket, by=contact)
    assert states(ticket, buyer) == [
        ("dropped", [("A", "done"), ("B", "dropped")]),
        ("dropped", [("C", "dropped")]),
    ]


def test_the_client_is_shown_stages_and_nothing_of_the_inside(contact, office, buyer):
    item = request_type(
        stage(task("A", office, form=[SERIAL]), task("B", office), title="Buying"),
        stage(task("C", condition=when("A.serial", "never")), title="Skipped"),
        stage(task("D", office)),
    )
    ticket = opened(item, contact)
    act(ticket, "fulfil", "A", buyer, answers={"serial": "secret"})
    shown = fulfilment.progress(ticket)
    assert [(one.title, one.state, one.done, one.total) for one in shown] == [
        ("Buying", "now", 1, 2),
        ("Skipped", "ahead", 0, 1),
        ("Stage", "ahead", 0, 1),
    ]
    assert "secret" not in str(shown)
    assert office.name not in str(shown)
    act(ticket, "fulfil", "B", buyer)
    assert [one.title for one in fulfilment.progress(ticket)] == ["Buying", "Stage"]


def test_the_name_of_a_private_group_is_told_to_its_people_only(contact):
    secret, member = staffed()
    secret.is_private = True
    secret.save()
    ticket = opened(request_type(stage(task("A", secret))), contact)
    stranger = agent_of(GroupFactory())
    assert [fulfilment.stages_of(ticket, who)[0].tasks[0].group for who in (member, stranger)] == [
        secret.name,
        "",
    ]


def test_with_several_tasks_open_each_button_says_which(contact, office, buyer):
    ticket = opened(request_type(stage(task("A", office), task("B", office))), contact)
    labels = [str(one.label) for one in advance.possible(ticket, buyer) if one.is_of_plan]
    assert {"A", "B", "Take: A", "Take: B", "Ask client: A", "Ask client: B"} <= set(labels)
    act(ticket, "fulfil", "A", buyer)
    [ask] = [one for one in advance.possible(ticket, buyer) if one.name == "ask_client"]
    assert (str(ask.label), ask.task_title) == ("Ask client", "B")


def test_people_of_other_groups_have_no_button_at_all(contact, office):
    ticket = opened(request_type(stage(task("A", office))), contact)
    stranger = agent_of(GroupFactory())
    assert not [one for one in advance.possible(ticket, stranger) if one.is_of_plan]
    with pytest.raises(NotPermitted):
        act(ticket, "keep_task", "A", stranger)


def test_what_is_no_duration_stops_no_request(contact, office, buyer):
    ticket = opened(request_type(stage(task("A", office, target="soon"))), contact)
    act(ticket, "fulfil", "A", buyer)
    assert ticket.status == Status.RESOLVED
