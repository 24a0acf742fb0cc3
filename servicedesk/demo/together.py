"""What the last morning of the demo holds besides single lives: an outage with parts, a duplicate, rules of
assignment, somebody away, hours on offer, an estimate that waits."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import time_machine

from catalog.models import Kind
from contracts.hours import estimates
from contracts.hours.offers import lifecycle as offers
from contracts.models import Contract
from servicedesk.demo.world import Company, World, load
from servicedesk.intake.submit import Submission, submit
from servicedesk.people.models import Absence, Group, Membership, User
from servicedesk.tickets import linking
from servicedesk.tickets.models import AssignmentRule, Channel, Ticket, TicketLink
from workflows import advance
from workflows.analytics import summaries
from workflows.many_tickets import merging

MINUTE = timedelta(minutes=1)
PARTS = 3


def arrange(world: World, until: datetime) -> None:
    """Play it in the hour before `until`, through the same verbs as everything else."""
    with time_machine.travel(until - 60 * MINUTE, tick=False):
        _outage(world, load("words")["outage"])
        _estimate(until)
        _hours(world)
    _rules(world)
    _away(world, until)
    for _written in summaries.batches():
        pass


def _outage(world: World, words: dict[str, list[str]]) -> None:
    """One outage, told by several companies; one of them tells it twice."""
    network = world.groups["network"]
    incidents = [one for one in world.types.values() if one.kind == Kind.INCIDENT]
    item = next(one for one in incidents if one.responsible_group() == network)
    told = [_told(world, company, words, item.pk) for company in world.companies[: PARTS + 1]]
    whole, *parts = told
    agent = world.agents[whole.group_id or 0][0]
    for ticket in told:
        advance.act(ticket, "classify", by=agent, urgency=1, impact=1)
    advance.act(whole, "accept", by=agent)
    for part in parts:
        linking.link(part, whole, TicketLink.Kind.CHILD_OF, by=agent)
    again = _told(world, world.companies[1], words, item.pk)
    merging.merge(again, parts[0], by=agent)


def _told(world: World, company: Company, words: dict[str, list[str]], item: int) -> Ticket:
    subject, body = words[company.client.language]
    kind = next(one for one in world.types.values() if one.pk == item)
    contact = company.contacts[-1]
    return submit(Submission(contact, company.client, subject, body, kind, channel=Channel.PHONE))


def _estimate(until: datetime) -> None:
    """The newest request in somebody's hands is estimated."""
    held = Ticket.objects.open().filter(kind=Kind.SERVICE_REQUEST, opened_at__lt=until).exclude(assignee=None)
    ticket = held.select_related("assignee").order_by("-opened_at").first()
    if ticket and ticket.assignee:
        estimates.offer(ticket, Decimal(6), by=ticket.assignee, note="")


def _hours(world: World) -> None:
    """The first company has an offer before it, the second has asked for one."""
    for number, company in enumerate(world.companies[:2]):
        contract = Contract.objects.select_related("client").get(client=company.client)
        manager = _manager(company)
        if manager is None:
            continue
        if number:
            offers.ask(contract, Decimal(20), by=manager)
        elif keeper := company.client.account_manager:
            offers.offer(contract, Decimal(10), by=keeper, price=Decimal(640))


def _manager(company: Company) -> User | None:
    role = Membership.Role.MANAGER
    found = Membership.objects.filter(client=company.client, role=role).select_related("user").first()
    return found.user if found else None


def _rules(world: World) -> None:
    """Rules begin when all the lives are told, so that these stay as they were."""
    group: Group = world.groups["network"]
    AssignmentRule.objects.create(
        name=group.name, position=0, group=group, method=AssignmentRule.Method.ROUND_ROBIN, only_at_work=False
    )


def _away(world: World, until: datetime) -> None:
    """One account manager is away for a week, another stands in."""
    away, deputy = world.account_managers[1], world.account_managers[0]
    day = until.date()
    Absence.objects.create(user=away, starts_on=day, ends_on=day + timedelta(days=6), deputy=deputy)
