"""The parts that flows are put together from. Each call makes its own nodes: shared ones leak timers.

A part is a function that returns nodes by name, in the order in which people meet them. Names are kept in
rows of running processes: they are never changed and never used anew.
"""

from __future__ import annotations

from typing import Any

from viewflow import this
from viewflow.workflow import flow
from viewflow.workflow.base import FlowMetaClass

from workflows.engine.nodes import BranchMessage, ForEach, PersonStep, Question, Route, Rule
from workflows.flows.hooks import group_permission, outcome, task_permission

Nodes = dict[str, Any]


class FlowOfParts(FlowMetaClass):
    """A flow whose `parts` are in its namespace before its own body is read."""

    @classmethod
    def __prepare__(
        cls, name: str, bases: tuple[type, ...], /, parts: tuple[Nodes, ...] = (), **_: Any
    ) -> Nodes:
        return {name: node for part in parts for name, node in part.items()}

    def __new__(cls, name: str, bases: tuple[type, ...], body: Nodes, parts: Any = (), **options: Any) -> Any:
        return super().__new__(cls, name, bases, body, **options)

    def __init__(
        cls, name: str, bases: tuple[type, ...], body: Nodes, parts: Any = (), **options: Any
    ) -> None:
        super().__init__(name, bases, body, **options)


def beginning(*, first: Any, corrected: Any) -> Nodes:
    """The four ways in: a new ticket, a closed one re-opened, one of another type, one solved elsewhere."""
    return {
        "start": flow.StartHandle(this.on_start).Next(first),
        "start_again": flow.StartHandle(this.on_start).Next(this.reopen),
        "start_corrected": flow.StartHandle(this.on_start).Next(corrected),
        "start_resolved": flow.StartHandle(this.on_start).Next(this.resolution),
    }


def classification() -> Nodes:
    return {
        "classify": PersonStep().Permission(group_permission).Assign(this.assignee).Next(this.classified),
        "classified": Rule(this.on_classified).Next(this.accept),
    }


def approval() -> Nodes:
    """Level after level; whom a level asks and what decides it: `workflows.approvals`."""
    return {
        "needs_approval": Question(this.has_next_level).Then(this.ask_approval).Else(this.has_plan),
        "ask_approval": Rule(this.on_ask_approval).Next(this.approve),
        "approve": PersonStep().Permission(group_permission).Next(this.is_approved),
        "is_approved": Question(outcome("approve")).Then(this.has_more_levels).Else(this.reject),
        "has_more_levels": Question(this.has_next_level).Then(this.ask_approval).Else(this.approved),
        "approved": Rule(this.on_approved).Next(this.has_plan),
        "reject": Rule(this.on_rejected).Next(this.end_rejected),
        "end_rejected": flow.End(),
    }


def fulfilment() -> Nodes:
    """Stage after stage, the tasks of one stage side by side; each may wait for the client on its own."""
    return {
        "has_plan": Question(this.is_planned).Then(this.next_stage).Else(this.is_held),
        "next_stage": Rule(this.on_next_stage).Next(this.fan_out),
        "fan_out": ForEach(this.stage_tasks).Next(this.fulfil).IfNone(this.plan_fulfilled),
        "fulfil": PersonStep(is_multiple=True)
        .Permission(task_permission)
        .Assign(this.task_keeper)
        .Next(this.fulfil_route),
        "fulfil_route": Route().Case(this.fulfil_ask, outcome("ask_client")).Default(this.fulfil_done),
        "fulfil_ask": Rule(this.on_fulfil_ask).Next(this.fulfil_wait),
        "fulfil_wait": BranchMessage().Next(this.fulfil_answered),
        "fulfil_answered": Rule(this.on_fulfil_answered).Next(this.fulfil),
        "fulfil_done": Rule(this.on_fulfil_done).Next(this.stage_done),
        "stage_done": flow.Join().Next(this.next_stage),
        "plan_fulfilled": Rule(this.on_plan_fulfilled).Next(this.is_plan_checked),
        "is_plan_checked": Question(this.needs_verification)
        .Then(this.ask_verification)
        .Else(this.resolution),
    }


def work() -> Nodes:
    """Accept and work, with waiting, another group and a check by a tester on the way."""
    return {
        # a ticket whose type was corrected stays with whoever works on it
        "is_held": Question(this.is_held_by_somebody, is_shortcut=True).Then(this.accepted).Else(this.accept),
        "accept": PersonStep().Permission(group_permission).Assign(this.assignee_by_rule).Next(this.accepted),
        "accepted": Rule(this.on_accepted).Next(this.work),
        "work": PersonStep().Permission(group_permission).Assign(this.assignee).Next(this.route),
        "route": (
            Route()
            .Case(this.release, outcome("release"))
            .Case(this.escalate, outcome("escalate"))
            .Case(this.ask_client, outcome("ask_client"))
            .Case(this.ask_third_party, outcome("wait_third_party"))
            .Case(this.resumed, outcome("resume"))
            .Case(this.ask_verification, this.must_be_verified)
            .Default(this.resolution)
        ),
        "release": Rule(this.on_released).Next(this.accept),
        "escalate": Rule(this.on_escalated).Next(this.accept),
        "ask_client": Rule(this.on_ask_client).Next(this.wait_client),
        "wait_client": flow.MessageCatch().Next(this.answered),
        "answered": Question(outcome("answer")).Then(this.client_answered).Else(this.resumed),
        "client_answered": Rule(this.on_client_answered).Next(this.review),
        "review": PersonStep().Permission(group_permission).Assign(this.assignee).Next(this.route),
        "ask_third_party": Rule(this.on_wait_third_party).Next(this.wait_third_party),
        "wait_third_party": flow.MessageCatch().Next(this.resumed),
        "resumed": Rule(this.on_resumed).Next(this.work),
        "ask_verification": Rule(this.on_ask_verification).Next(this.verification),
        "verification": (PersonStep().Permission(group_permission).Assign(this.to_reopener).Next(this.route)),
    }


def ending() -> Nodes:
    """The client confirms, says no, or nobody says anything for a while."""
    return {
        "resolution": Rule(this.on_resolved).Next(this.confirm),
        "confirm": flow.MessageCatch().OnTimeout(this.auto_close_delay, this.is_silent).Next(this.confirmed),
        # never closed by itself when the last word is the client's
        "is_silent": Question(this.has_client_the_last_word).Then(this.reopen).Else(this.close),
        "confirmed": Question(outcome("reopen")).Then(this.reopen).Else(this.close),
        "reopen": Rule(this.on_reopened).Next(this.verification),
        "close": Rule(this.on_closed).Next(this.end),
        "end": flow.End(),
    }
