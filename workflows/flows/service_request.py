"""Something is wanted: approve if the catalog says so, fulfil by plan or by hand, let the client confirm."""

from typing import Any

from viewflow import this
from viewflow.workflow import flow

from servicedesk.people.models import User
from workflows import rules
from workflows.flows.hooks import Hooks, group_permission, outcome, task_permission
from workflows.locks import ticket_row_lock
from workflows.models import TicketProcess
from workflows.nodes import ForEach, PersonStep, Question, Route, Rule


class ServiceRequestFlow(Hooks, flow.Flow):
    """Service request"""

    process_class = TicketProcess
    lock_impl = ticket_row_lock

    start = flow.StartHandle(this.on_start).Next(this.needs_approval)
    start_again = flow.StartHandle(this.on_start).Next(this.reopen)

    needs_approval = Question(this.is_approval_needed).Then(this.ask_approval).Else(this.has_plan)
    ask_approval = Rule(this.on_ask_approval).Next(this.approve)
    approve = PersonStep().Permission(group_permission).Assign(this.approver).Next(this.is_approved)
    is_approved = Question(outcome("approve")).Then(this.approved).Else(this.reject)
    approved = Rule(this.on_approved).Next(this.has_plan)
    reject = Rule(this.on_rejected).Next(this.end_rejected)
    end_rejected = flow.End()

    has_plan = Question(this.is_planned).Then(this.next_stage).Else(this.accept)
    next_stage = Rule(this.on_next_stage).Next(this.fan_out)
    fan_out = ForEach(this.stage_tasks).Next(this.fulfil).IfNone(this.plan_fulfilled)
    fulfil = PersonStep().Permission(task_permission).Next(this.stage_done)
    stage_done = flow.Join().Next(this.next_stage)
    plan_fulfilled = Rule(this.on_plan_fulfilled).Next(this.resolution)

    accept = PersonStep().Permission(group_permission).Next(this.accepted)
    accepted = Rule(this.on_accepted).Next(this.work)

    work = PersonStep().Permission(group_permission).Assign(this.assignee).Next(this.route)

    route = (
        Route()
        .Case(this.release, outcome("release"))
        .Case(this.escalate, outcome("escalate"))
        .Case(this.ask_client, outcome("ask_client"))
        .Case(this.ask_third_party, outcome("wait_third_party"))
        .Case(this.resumed, outcome("resume"))
        .Case(this.ask_verification, this.must_be_verified)
        .Default(this.resolution)
    )

    release = Rule(this.on_released).Next(this.accept)
    escalate = Rule(this.on_escalated).Next(this.accept)

    ask_client = Rule(this.on_ask_client).Next(this.wait_client)
    wait_client = flow.MessageCatch().Next(this.answered)
    answered = Question(outcome("answer")).Then(this.client_answered).Else(this.resumed)
    client_answered = Rule(this.on_client_answered).Next(this.review)
    review = PersonStep().Permission(group_permission).Assign(this.assignee).Next(this.route)

    ask_third_party = Rule(this.on_wait_third_party).Next(this.wait_third_party)
    wait_third_party = flow.MessageCatch().Next(this.resumed)

    resumed = Rule(this.on_resumed).Next(this.work)

    ask_verification = Rule(this.on_ask_verification).Next(this.verification)
    verification = PersonStep().Permission(group_permission).Assign(this.to_reopener).Next(this.route)

    resolution = Rule(this.on_resolved).Next(this.confirm)
    confirm = flow.MessageCatch().OnTimeout(this.auto_close_delay, this.close).Next(this.confirmed)
    confirmed = Question(outcome("reopen")).Then(this.reopen).Else(this.close)
    reopen = Rule(this.on_reopened).Next(this.verification)
    close = Rule(this.on_closed).Next(this.end)
    end = flow.End()

    def is_approval_needed(self, activation: Any) -> bool:
        return rules.needs_approval(activation.process.ticket)

    def on_ask_approval(self, activation: Any) -> None:
        rules.ask_approval(activation.process, rules.approver(activation.process.ticket))

    def approver(self, activation: Any) -> User | None:
        return rules.approver(activation.process.ticket)

    def on_approved(self, activation: Any) -> None:
        rules.approve(activation.process)

    def on_rejected(self, activation: Any) -> None:
        rules.reject(activation.process)

    def is_planned(self, activation: Any) -> bool:
        return rules.has_plan(activation.process.ticket)

    def on_next_stage(self, activation: Any) -> None:
        rules.next_stage(activation.process)

    def stage_tasks(self, activation: Any) -> list[dict[str, Any]]:
        return rules.stage_tasks(activation.process)

    def on_plan_fulfilled(self, activation: Any) -> None:
        rules.plan_fulfilled(activation.process)
