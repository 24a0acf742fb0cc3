"""Something is broken: classify, accept, mend, let the client confirm."""

from viewflow import this
from viewflow.workflow import flow

from workflows.flows.hooks import Hooks, group_permission, not_mounted, outcome
from workflows.locks import ticket_row_lock
from workflows.models import TicketProcess


class IncidentFlow(Hooks, flow.Flow):
    """Incident"""

    process_class = TicketProcess
    lock_impl = ticket_row_lock

    start = flow.StartHandle(this.on_start).Next(this.classify)
    start_again = flow.StartHandle(this.on_start).Next(this.reopen)

    classify = flow.View(not_mounted).Permission(group_permission).Next(this.classified)
    classified = flow.Function(this.on_classified).Next(this.accept)

    accept = flow.View(not_mounted).Permission(group_permission).Next(this.accepted)
    accepted = flow.Function(this.on_accepted).Next(this.work)

    work = flow.View(not_mounted).Permission(group_permission).Assign(this.assignee).Next(this.route)

    route = (
        flow.Switch()
        .Case(this.release, outcome("release"))
        .Case(this.escalate, outcome("escalate"))
        .Case(this.ask_client, outcome("ask_client"))
        .Case(this.ask_third_party, outcome("wait_third_party"))
        .Case(this.resumed, outcome("resume"))
        .Case(this.ask_verification, this.must_be_verified)
        .Default(this.resolution)
    )

    release = flow.Function(this.on_released).Next(this.accept)
    escalate = flow.Function(this.on_escalated).Next(this.accept)

    ask_client = flow.Function(this.on_ask_client).Next(this.wait_client)
    wait_client = flow.MessageCatch(this.on_answer).Next(this.answered)
    answered = flow.If(outcome("answer")).Then(this.client_answered).Else(this.resumed)
    client_answered = flow.Function(this.on_client_answered).Next(this.review)
    review = flow.View(not_mounted).Permission(group_permission).Assign(this.assignee).Next(this.route)

    ask_third_party = flow.Function(this.on_wait_third_party).Next(this.wait_third_party)
    wait_third_party = flow.MessageCatch(this.on_answer).Next(this.resumed)

    resumed = flow.Function(this.on_resumed).Next(this.work)

    ask_verification = flow.Function(this.on_ask_verification).Next(this.verification)
    verification = (
        flow.View(not_mounted).Permission(group_permission).Assign(this.to_reopener).Next(this.route)
    )

    resolution = flow.Function(this.on_resolved).Next(this.confirm)
    confirm = (
        flow.MessageCatch(this.on_answer).OnTimeout(this.auto_close_delay, this.close).Next(this.confirmed)
    )
    confirmed = flow.If(outcome("reopen")).Then(this.reopen).Else(this.close)
    reopen = flow.Function(this.on_reopened).Next(this.verification)
    close = flow.Function(this.on_closed).Next(this.end)
    end = flow.End()
