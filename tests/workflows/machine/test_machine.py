"""Random legal and illegal acts by random people: status, steps, clocks and history agree after each.

A new act is one more rule, or a line of `given.GIVEN`. A failure prints its steps; `--hypothesis-seed` of
the same run repeats it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client as Browser
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from servicedesk import settings as product
from servicedesk.intake import client_reply
from servicedesk.people.models import User
from servicedesk.tickets import conversation
from servicedesk.tickets.errors import TicketError
from servicedesk.tickets.models import Ticket
from sla.sweep import clock_sweep
from tests.profiles import examples
from tests.workflows.machine import given, promises
from tests.workflows.machine.given import GIVEN, is_known, posted
from tests.workflows.machine.world import CLIENTS, MONDAY, ROLES, SETUPS, STAFF, World, build
from workflows import advance
from workflows.approvals import reminders as approval_reminders
from workflows.engine import open_steps, timers
from workflows.many_tickets import merging
from workflows.steps.actions import ACTIONS, Action

NAMES = sorted(set(GIVEN) & set(ACTIONS))
roles, clients, staff = st.sampled_from(ROLES), st.sampled_from(CLIENTS), st.sampled_from(STAFF)
names = st.sampled_from(NAMES)
seldom = st.integers(0, 3).map(lambda number: number == 3)  # what ends a course would end nearly all of them
ENDS = ("cancel", "reject")
REFUSED = {403, 404, 409, 422}
WORLD: list[World] = []  # built once for a test; each course is undone at its end


def refused(act: Callable[[], object]) -> str:
    """The sentence with which an act was refused, else nothing; any other error is a fault of ours."""
    try:
        with transaction.atomic():
            act()
    except TicketError as error:
        return str(error)
    return ""


class Desk(RuleBasedStateMachine):
    """One ticket, and everybody at it. Each rule reads everything anew, as each page does."""

    @initialize(setup=st.sampled_from(SETUPS))
    def open(self, setup: str) -> None:
        self.clock = time_machine.travel(MONDAY, tick=False)
        self.moment = self.clock.start()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.world = WORLD[0]
        self.pk = self.world.opened(setup).pk

    def teardown(self) -> None:
        if hasattr(self, "undone"):
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)
            self.clock.stop()

    @property
    def ticket(self) -> Ticket:
        return Ticket.objects.select_related("client", "group", "assignee").get(pk=self.pk)

    def pass_time(self, delta: timedelta = timedelta(minutes=1)) -> None:
        """No two things happen at one instant, and the minute's work is done."""
        self.moment.shift(delta)
        now = timezone.now()
        timers.fire_due(now)
        approval_reminders.sweep(now)
        clock_sweep.sweep(now)

    def buttons(self, person: User) -> list[Action]:
        return [action for action in advance.possible(self.ticket, person) if is_known(action)]

    def data(self, name: str, person: User) -> dict[str, Any]:
        return given.data(self.world, self.ticket, name, person)

    @invariant()
    def everything_agrees(self) -> None:
        if hasattr(self, "pk"):
            promises.hold(self.ticket)

    @rule(number=st.integers(0, 500), really=seldom)
    def press_a_button(self, number: int, really: bool) -> None:
        """What is offered to anybody succeeds."""
        self.pass_time()
        offers = [(role, action) for role in ROLES for action in self.buttons(self.world.person(role))]
        if offers := [(role, action) for role, action in offers if action.name not in ENDS or really]:
            role, action = offers[number % len(offers)]
            person = self.world.person(role)
            data = self.data(action.name, person)
            advance.act(self.ticket, action.name, by=person, task_id=action.task_id, **data)

    @rule(first=st.integers(0, len(ROLES) - 1), acts=st.integers(1, 5))
    def go_on(self, first: int, acts: int) -> None:
        """Whoever may takes the next main step, some times over: so that courses come to their ends."""
        for _act in range(acts):
            self.pass_time()
            people = [self.world.person(role) for role in (*ROLES[first:], *ROLES[:first])]
            main = ((one, person) for person in people for one in self.buttons(person) if one.is_primary)
            if found := next(main, None):
                action, person = found
                data = self.data(action.name, person)
                advance.act(self.ticket, action.name, by=person, task_id=action.task_id, **data)

    @rule(role=roles, name=names, really=seldom)
    def try_anything(self, role: str, name: str, really: bool) -> None:
        """What is not offered is refused with a sentence, and nothing else."""
        self.pass_time()
        if name in ENDS and not really:
            return
        person = self.world.person(role)
        is_offered = any(action.name == name for action in self.buttons(person))
        refusal = refused(lambda: advance.act(self.ticket, name, by=person, **self.data(name, person)))
        assert is_offered != bool(refusal), f"{name} by {role}: {refusal or 'done, but not offered'}"

    @rule(role=roles, name=names)
    def press_a_button_of_a_stale_page(self, role: str, name: str) -> None:
        self.pass_time()
        open_tasks = {task.pk for task in open_steps.open_tasks(self.ticket)}
        known = set(self.ticket.runs.values_list("process__task", flat=True)) - open_tasks
        person = self.world.person(role)
        data = self.data(name, person)
        if ACTIONS[name].nodes:
            assert refused(lambda: advance.act(self.ticket, name, by=person, task_id=min(known), **data))

    @rule(role=clients, rating=st.one_of(st.none(), st.integers(1, 5)))
    def confirm(self, role: str, rating: int | None) -> None:
        self.pass_time()
        status, person = self.ticket.status, self.world.person(role)
        if refused(lambda: advance.confirm(self.ticket, by=person, rating=rating)):
            assert status not in {"resolved", "closed"}

    @rule(role=clients)
    def reply(self, role: str) -> None:
        self.pass_time()
        word = client_reply.reply(self.ticket, author=self.world.person(role), body="And again.")
        goes_on_here = {self.pk, self.ticket.merged_into_id}
        assert (word.ticket.pk in goes_on_here) == (word.outcome != "new_ticket")
        promises.hold(Ticket.objects.get(pk=word.ticket.pk))

    @rule(role=clients)
    def say_it_is_not_solved(self, role: str) -> None:
        self.pass_time()
        is_over, person = self.ticket.status in {"resolved", "closed"}, self.world.person(role)
        assert is_over != bool(refused(lambda: advance.reopen(self.ticket, by=person, reason="Slow")))

    @rule()
    def answer_a_question_that_may_not_be_there(self) -> None:
        self.pass_time()
        asked = {open_steps.node_name(task) for task in open_steps.open_tasks(self.ticket)} & set(
            open_steps.FOR_THE_CLIENT
        )
        person = self.world.person("contact")
        assert bool(asked) != bool(refused(lambda: advance.answer(self.ticket, by=person)))

    @rule(role=roles, really=seldom)
    def withdraw(self, role: str, really: bool) -> None:
        self.pass_time()
        if role in CLIENTS and not really:
            return
        may, person = self.ticket.is_open and role in CLIENTS, self.world.person(role)
        assert may != bool(refused(lambda: advance.withdraw(self.ticket, by=person, reason="Works")))

    @rule(role=staff, is_public=st.booleans())
    def write(self, role: str, is_public: bool) -> None:
        self.pass_time()
        seen = conversation.Visibility.PUBLIC if is_public else conversation.Visibility.INTERNAL
        conversation.post(self.ticket, author=self.world.person(role), body="A hint.", visibility=seen)

    @rule(hours=st.sampled_from([1, 9, 30, 80, 8 * 24, 30 * 24]))
    def wait(self, hours: int) -> None:
        self.pass_time(timedelta(hours=hours))

    @rule(role=staff, really=seldom)
    def merge(self, role: str, really: bool) -> None:
        self.pass_time()
        if not really:
            return
        person, target = self.world.person(role), Ticket.objects.get(pk=self.world.target.pk)
        why_not = merging.refusal(self.ticket, target, by=person)
        assert bool(why_not) == bool(refused(lambda: merging.merge(self.ticket, target, by=person)))

    @rule(role=staff)
    def undo_the_merge(self, role: str) -> None:
        self.pass_time()
        person = self.world.person(role)
        may = self.ticket.merged_into_id is not None and merging.may_undo(self.ticket, person)
        assert may != bool(refused(lambda: merging.unmerge(self.ticket, by=person)))

    @rule(role=roles, name=names, really=seldom)
    def send_the_form_of_a_step(self, role: str, name: str, really: bool) -> None:
        self.pass_time()
        if name in ENDS and not really:
            return
        person = self.world.person(role)
        offered = [one for one in self.buttons(person) if one.name == name]
        task = {"task": str(offered[0].task_id or "")} if offered else {}
        answer = self.browser(role).post(
            f"/desk/tickets/{self.pk}/steps/{name}/", posted(self.world, self.ticket, name, person) | task
        )
        if not Ticket.objects.visible_to(self.world.person(role)).filter(pk=self.pk).exists():
            assert answer.status_code in {302, 404}
        elif role in STAFF:
            assert answer.status_code == 302 if offered else answer.status_code in REFUSED, answer.status_code

    @rule(role=roles, page=st.sampled_from(["reply", "solved", "decision"]), is_yes=st.booleans())
    def send_a_form_of_the_portal(self, role: str, page: str, is_yes: bool) -> None:
        self.pass_time()
        said = {
            "reply": {"body": "Still here?"},
            "solved": {"solved": "yes" if is_yes else "no", "rating": "4", "comment": "Hm."},
            "decision": {"decision": "approve" if is_yes else "reject", "reason": "So."},
        }
        answer = self.browser(role).post(f"/portal/requests/{self.pk}/{page}/", said[page])
        assert answer.status_code == 302 or answer.status_code in REFUSED, answer.status_code

    @rule(role=roles, really=seldom)
    def withdraw_on_the_portal(self, role: str, really: bool) -> None:
        self.pass_time()
        if really or role not in CLIENTS:
            answer = self.browser(role).post(f"/portal/requests/{self.pk}/withdrawal/", {"reason": "So."})
            assert answer.status_code == 302 or answer.status_code in REFUSED, answer.status_code

    @rule(role=roles, address=st.sampled_from(["/desk/tickets/{}/", "/portal/requests/{}/", "/desk/"]))
    @precondition(lambda self: hasattr(self, "pk"))
    def look(self, role: str, address: str) -> None:
        answer = self.browser(role).get(address.format(self.pk))
        assert answer.status_code in {200, 302, 403, 404}

    def browser(self, role: str) -> Browser:
        browser = Browser()
        browser.force_login(self.world.people[role], backend=product.AUTHENTICATION_BACKENDS[-1])
        return browser


@pytest.fixture
def _world(settings: Any, db: None) -> Any:
    """Everybody listens, as in life: clocks, hours, groups, timers, mails."""
    settings.TICKET_EVENT_HANDLERS = product.TICKET_EVENT_HANDLERS
    with time_machine.travel(MONDAY - timedelta(days=1), tick=False):
        WORLD[:] = [build()]
    yield
    WORLD.clear()


@pytest.mark.slow
@pytest.mark.usefixtures("_world")
def test_whatever_people_do_everything_agrees():
    run_state_machine_as_test(
        Desk,
        settings=settings(
            max_examples=examples(25),
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
            phases=[Phase.reuse, Phase.generate],  # shrinking a course takes minutes
        ),
    )
