"""Lives of tickets, told as generators: each yields the moment of its next act.

Every act goes through the same verbs as a real one; the stage moves the clock between acts.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog.models import Kind, RequestType
from contracts.time.entries import log_time
from servicedesk.demo.mails import raw_mail
from servicedesk.demo.world import Company, World
from servicedesk.intake import client_reply
from servicedesk.intake.email import mail_processing
from servicedesk.intake.submit import Submission, submit
from servicedesk.people.models import User
from servicedesk.tickets import conversation
from servicedesk.tickets.models import Channel, Message, Ticket
from servicedesk.tickets.statuses import Status
from workflows import advance
from workflows.engine import open_steps

Later = Callable[[datetime, float], datetime]
# Yields the moments of its acts and returns the last one.
Course = Generator[datetime, None, datetime]


@dataclass
class Cast:
    """Who plays in one life, and what they say."""

    world: World
    company: Company
    contact: User
    item: RequestType
    case: list[str]
    words: dict[str, dict[str, list[str]]]
    rng: random.Random
    later: Later

    @property
    def language(self) -> str:
        return self.company.client.language

    def say(self, key: str, **values: str) -> str:
        return self.rng.choice(self.words[key][self.language]).format(**values)

    def agent(self, ticket: Ticket) -> User:
        return self.rng.choice(self.world.agents[ticket.group_id or 0])


def live(cast: Cast, born: datetime) -> Iterator[datetime]:
    """From the first word to the rating, with the detours that real tickets take."""
    yield born
    ticket = _asked(cast, born)
    now = born
    if ticket.kind == Kind.SERVICE_REQUEST:
        now = yield from _approved(cast, ticket, now)
        if ticket.status == Status.CANCELLED:
            return
        if cast.item.plan:
            now = yield from _fulfilled(cast, ticket, now)
            yield from _judged(cast, ticket, now)
            return
    now = yield from _taken(cast, ticket, now)
    now = yield from _worked(cast, ticket, now)
    yield from _judged(cast, ticket, now)


def _asked(cast: Cast, born: datetime) -> Ticket:
    """By mail, by phone or on the portal."""
    subject, body, _solution = cast.case
    roll = cast.rng.random()
    if roll < 0.25 and cast.item.kind == Kind.INCIDENT:
        result = mail_processing.take(raw_mail(cast.contact, subject, body, born), received_at=born)
        if result.ticket is not None:
            return result.ticket
    channel = Channel.PHONE if roll > 0.9 else Channel.PORTAL
    answers = {field["key"]: _answer(field, born) for field in cast.item.form}
    return submit(
        Submission(
            requester=cast.contact,
            client=cast.company.client,
            subject=subject,
            body=body,
            request_type=cast.item,
            channel=channel,
            answers=answers,
        )
    )


def _answer(field: dict[str, Any], born: datetime) -> str:
    if field["kind"] == "choice":
        return str(field["choices"][0]["value"])
    return f"{born:%Y-%m-%d}" if field["kind"] == "date" else "Robin Lee"


def _approved(cast: Cast, ticket: Ticket, now: datetime) -> Course:
    """Level by level; the first “no” ends it."""
    while ticket.status == Status.WAITING_APPROVAL:
        now = cast.later(now, cast.rng.expovariate(1 / 2.5))
        yield now
        asked = ticket.approvals.open().first()
        if asked is None:
            break  # decided meanwhile, because it took too long
        approver = asked.approver or cast.agent(ticket)
        if cast.rng.random() < 0.1:
            advance.act(ticket, "reject", by=approver, reason=cast.say("rejected"))
        else:
            advance.act(ticket, "approve", by=approver)
    return now


def _fulfilled(cast: Cast, ticket: Ticket, now: datetime) -> Course:
    """Task by task, each by somebody of its group."""
    while True:
        now = cast.later(now, 0.7 + cast.rng.expovariate(1 / 3))
        yield now
        tasks = [task for task in open_steps.open_tasks(ticket) if open_steps.node_name(task) == "fulfil"]
        if not tasks:
            return now
        agent = cast.rng.choice(cast.world.agents[tasks[0].data["group"]])
        _book(cast, ticket, agent, 1.0)
        advance.act(ticket, "fulfil", by=agent, task_id=tasks[0].pk, **_filled(cast, tasks[0].data))


def _filled(cast: Cast, task: dict[str, Any]) -> dict[str, Any]:
    """Every question answered, every point ticked."""
    answers = {one["key"]: f"SN-{cast.rng.randrange(10_000, 99_999)}" for one in task.get("form") or ()}
    return {"answers": answers, "ticked": range(len(task.get("checklist") or ()))}


def _taken(cast: Cast, ticket: Ticket, now: datetime) -> Course:
    """Classified, accepted, greeted. On bad days it takes longer than promised."""
    pace = 2.0 if cast.rng.random() < 0.1 else 0.06
    now = cast.later(now, 0.03 + cast.rng.expovariate(1 / pace))
    yield now
    service = cast.item.service
    if open_steps.node_name(open_steps.open_tasks(ticket)[0]) == "classify":
        advance.act(
            ticket,
            "classify",
            by=cast.agent(ticket),
            service=service,
            group=cast.item.responsible_group(),
            urgency=cast.item.default_urgency,
            impact=cast.item.default_impact,
        )
        now = cast.later(now, 0.03)
        yield now
    agent = cast.agent(ticket)
    advance.act(ticket, "accept", by=agent)
    now = cast.later(now, 0.03)
    yield now
    conversation.post(ticket, author=agent, body=cast.say("hello", name=cast.contact.first_name))
    return now


def _worked(cast: Cast, ticket: Ticket, now: datetime) -> Course:
    """Work, with waiting for the client or a supplier on the way; ends with a solution."""
    agent = ticket.assignee or cast.agent(ticket)
    if cast.rng.random() < 0.25:
        conversation.post(ticket, author=agent, body=cast.say("note"), visibility=Message.Visibility.INTERNAL)
    if cast.rng.random() < 0.3:
        now = yield from _client_asked(cast, ticket, agent, now)
    if cast.rng.random() < 0.1:
        now = yield from _supplier_asked(cast, ticket, agent, now)
    now = cast.later(now, 0.4 + cast.rng.expovariate(1 / _hours_of_work(cast, ticket)))
    yield now
    _book(cast, ticket, agent, 0.75)
    return (yield from _solved(cast, ticket, agent, cast.case[2] or cast.say("done"), now))


def _solved(cast: Cast, ticket: Ticket, agent: User, solution: str, now: datetime) -> Course:
    """Resolved; where the catalog asks for a tester, a colleague looks first."""
    advance.act(ticket, "resolve", by=agent, solution=solution)
    if ticket.status == Status.VERIFICATION:
        now = cast.later(now, 0.5)
        yield now
        advance.act(ticket, "resolve", by=cast.agent(ticket), solution=solution)
    return now


def _hours_of_work(cast: Cast, ticket: Ticket) -> float:
    return {1: 1.3, 2: 2.5, 3: 5.0, 4: 8.0}[ticket.priority] * (2 if cast.rng.random() < 0.12 else 1)


def _client_asked(cast: Cast, ticket: Ticket, agent: User, now: datetime) -> Course:
    now = cast.later(now, 0.3)
    yield now
    advance.act(ticket, "ask_client", by=agent, question=cast.say("question"))
    now = cast.later(now, cast.rng.expovariate(1 / 5))
    yield now
    client_reply.reply(ticket, author=cast.contact, body=cast.say("answer"))
    now = cast.later(now, 0.05 + cast.rng.expovariate(1 / 0.15))
    yield now
    advance.act(ticket, "resume", by=agent)
    conversation.post(ticket, author=agent, body=cast.say("thanks", name=cast.contact.first_name))
    return now


def _supplier_asked(cast: Cast, ticket: Ticket, agent: User, now: datetime) -> Course:
    now = cast.later(now, 0.2)
    yield now
    advance.act(ticket, "wait_third_party", by=agent, reason=cast.say("supplier"))
    now = cast.later(now, 10.0)
    yield now
    advance.act(ticket, "resume", by=agent)
    return now


def _judged(cast: Cast, ticket: Ticket, now: datetime) -> Iterator[datetime]:
    """Confirmed and rated, re-opened, or left to silence."""
    now = cast.later(now, 0.5 + cast.rng.expovariate(1 / 6))
    yield now
    ticket.refresh_from_db()
    if ticket.status != Status.RESOLVED:
        return
    roll = cast.rng.random()
    if roll < 0.11 and ticket.reopened_count < 2:
        yield from _reopened(cast, ticket, now)
    elif roll < 0.85:
        rating = cast.rng.choices((5, 4, 3, 2, 1), (58, 26, 9, 4, 3))[0] if roll < 0.72 else None
        comment = cast.say("praise" if (rating or 5) > 3 else "complaint") if rating else ""
        advance.confirm(ticket, by=cast.contact, rating=rating, comment=comment)


def _reopened(cast: Cast, ticket: Ticket, now: datetime) -> Iterator[datetime]:
    client_reply.reply(ticket, author=cast.contact, body=cast.say("not_solved"))
    agent = ticket.assignee or cast.agent(ticket)
    now = cast.later(now, 0.1 + cast.rng.expovariate(1 / 0.2))
    yield now
    advance.act(ticket, "resume", by=agent)
    conversation.post(ticket, author=agent, body=cast.say("sorry", name=cast.contact.first_name))
    now = cast.later(now, 1.5)
    yield now
    _book(cast, ticket, agent, 0.5)
    now = yield from _solved(cast, ticket, agent, cast.say("again"), now)
    yield from _judged(cast, ticket, now)


def _book(cast: Cast, ticket: Ticket, agent: User, mean_hours: float) -> None:
    minutes = max(5, round(cast.rng.expovariate(1 / (mean_hours * 60)) / 5) * 5)
    kind = "on_site" if cast.rng.random() < 0.15 else "remote"
    log_time(ticket, by=agent, minutes=min(minutes, 240), work_kind=kind, note=cast.say("time_note"))
