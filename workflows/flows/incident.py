"""Something is broken: classify, accept, mend, let the client confirm."""

from viewflow import this
from viewflow.workflow import flow

from workflows.flows.hooks import Hooks, group_permission, outcome
from workflows.locks import ticket_row_lock
from workflows.models import TicketProcess
from workflows.nodes import PersonStep, Question, Route, Rule


class IncidentFlow(Hooks, flow.Flow):
    """Incident"""

    process_class = TicketProcess
    lock_impl = ticket_row_lock

    start = flow.StartHandle(this.on_start).Next(this.classify)
    start_again = flow.StartHandle(this.on_start).Next(this.reopen)

    classify = PersonStep().Permission(group_permission).Next(this.classified)
    classified = Rule(this.on_classified).Next(this.accept)

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
