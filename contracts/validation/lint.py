"""What is wrong with the agreements: contracts here, their policies and calendars in
`sla.validation.check`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import Service
from contracts.formats import day
from contracts.models import Contract
from contracts.validation import first_setup
from servicedesk.people.models import Client, User
from servicedesk.tickets.statuses import Status
from sla.models import Calendar, Policy, PolicyVersion
from sla.validation import check as terms
from sla.validation.findings import Finding, Place, Severity, in_order

SOON = timedelta(days=30)
_NAMED = 5  # services in one sentence


@dataclass
class _Agreed:
    """A client with its contracts in use, on its own day."""

    client: Client
    today: date
    contracts: Sequence[Contract]

    def valid(self) -> list[Contract]:
        return [
            one
            for one in self.contracts
            if one.starts_on <= self.today and (one.ends_on is None or one.ends_on >= self.today)
        ]

    def named(self) -> list[set[int]]:
        """The services that each valid contract lists; none: all."""
        return [{service.pk for service in one.services.all()} for one in self.valid()]

    def lasts_beyond(self, ended: Contract) -> bool:
        """Is there another contract, now or announced, after this one has ended?"""
        assert ended.ends_on is not None
        return any(
            one is not ended and (one.ends_on is None or one.ends_on > ended.ends_on)
            for one in self.contracts
        )


def check(at: datetime, user: User | None = None) -> list[Finding]:
    """Everything, the gravest first; only what concerns the clients of an account manager.

    `user` None: everything. A constant number of statements.
    """
    clients, policies, calendars = Client.objects.all(), Policy.objects.all(), Calendar.objects.all()
    if user and not user.is_superuser:
        clients = Client.objects.visible_to(user)
        theirs = Contract.objects.in_use().filter(client__in=clients)
        policies = policies.filter(contracts__in=theirs).distinct()
        calendars = calendars.filter(contracts__in=theirs).distinct()
    found = terms.check(at, policies=policies, calendars=calendars)
    is_all = user is None or user.is_superuser
    begun = first_setup.missing() if is_all else []
    return in_order([*begun, *found, *of_contracts(at, clients, is_all=is_all)])


def of_contracts(at: datetime, clients: QuerySet[Client], *, is_all: bool = True) -> Iterator[Finding]:
    """The findings about the contracts of these clients; if they are all, also about services."""
    services = list(Service.objects.offered())
    known = _read(at, clients)
    if is_all:
        yield from _unseen(services, known)
    for agreed in known:
        yield from _of_client(agreed)
        yield from _uncovered(agreed, services)
        for contract in agreed.contracts:
            yield from _of_time(contract, agreed)
            yield from _of_plan(contract, agreed)
            if contract.ends_on is None or contract.ends_on >= agreed.today:
                yield from _of_terms(contract)


def _read(at: datetime, clients: QuerySet[Client]) -> list[_Agreed]:
    """Active clients with their contracts: three statements."""
    open_tickets = Count("coverages", filter=~Q(coverages__ticket__status__in=Status.finished()))
    policy = PolicyVersion.objects.filter(policy=OuterRef("policy"), effective_from__lte=at)
    contracts = Contract.objects.in_use().annotate(open_tickets=open_tickets, has_policy=Exists(policy))
    contracts = contracts.select_related("policy").prefetch_related("services")
    active = clients.filter(is_active=True).prefetch_related(
        Prefetch("contracts", contracts.order_by("-starts_on"), to_attr="in_use")
    )
    return [
        _Agreed(client, at.astimezone(ZoneInfo(client.time_zone)).date(), client.in_use) for client in active
    ]


def _of_client(agreed: _Agreed) -> Iterator[Finding]:
    if not agreed.contracts:
        text = _("The client has no contract: new tickets have no targets.")
        yield Finding(
            Severity.NOTE,
            "contract.none",
            Place(agreed.client.name, "clients:client", agreed.client.pk),
            text,
        )


def _of_time(contract: Contract, agreed: _Agreed) -> Iterator[Finding]:
    where, today = _place(contract, agreed.client), agreed.today
    if contract.ends_on is None:
        return
    values = {"day": day(contract.ends_on)}
    is_last = not agreed.lasts_beyond(contract)
    if contract.ends_on < today:
        if is_last:
            text = _("It ended on %(day)s and nothing follows: new tickets have no targets.") % values
            yield Finding(Severity.WARNING, "contract.expired", where, text)
        if tickets := contract.open_tickets:  # type: ignore[attr-defined]
            text = ngettext(
                "It ended on %(day)s, but %(n)s open ticket is still measured by it.",
                "It ended on %(day)s, but %(n)s open tickets are still measured by it.",
                tickets,
            )
            yield Finding(Severity.NOTE, "contract.expired_in_use", where, text % (values | {"n": tickets}))
    elif is_last and contract.ends_on < today + SOON:
        text = _("It ends on %(day)s and nothing follows yet.") % values
        yield Finding(Severity.NOTE, "contract.ending", where, text)


def _of_plan(contract: Contract, agreed: _Agreed) -> Iterator[Finding]:
    """Terms that were to hold by now; the sweep applies them each minute unless something stops it."""
    planned_on = contract.next_version_on
    if planned_on is not None and planned_on < agreed.today:
        text = _("Terms planned from %(day)s on could not come into force. The contract’s page says why.")
        where = _place(contract, agreed.client)
        yield Finding(Severity.WARNING, "contract.terms_waiting", where, text % {"day": day(planned_on)})


def _of_terms(contract: Contract) -> Iterator[Finding]:
    """The policy that a running or coming contract names; its calendar is looked at with the others."""
    policy, names = contract.policy, {"contract": contract.name, "number": contract.number}
    where = Place(policy.name, "sla:policy", policy.pk)
    if not contract.has_policy:  # type: ignore[attr-defined]
        text = _(
            "The contract %(contract)s (%(number)s) uses this policy, but no version of it is valid yet."
        )
        yield Finding(Severity.ERROR, "contract.policy_without_version", where, text % names)
    if policy.is_archived:
        text = _("The policy is archived, but the contract %(contract)s (%(number)s) uses it.")
        yield Finding(Severity.WARNING, "contract.policy_archived", where, text % names)


def _uncovered(agreed: _Agreed, services: Sequence[Service]) -> Iterator[Finding]:
    """Services on offer that no valid contract of the client names, where each names some."""
    named = agreed.named()
    if not named or not all(named):
        return
    covered = set().union(*named)
    left = [str(one) for one in services if one.pk not in covered and not one.is_restricted]
    if left:
        text = ngettext(
            "%(n)s service is in none of the contracts: %(names)s.",
            "%(n)s services are in none of the contracts: %(names)s.",
            len(left),
        )
        names = ", ".join(left[:_NAMED]) + (", …" if len(left) > _NAMED else "")
        place = Place(agreed.client.name, "clients:client", agreed.client.pk)
        yield Finding(
            Severity.NOTE, "contract.service_uncovered", place, text % {"n": len(left), "names": names}
        )


def _unseen(services: Sequence[Service], known: Sequence[_Agreed]) -> Iterator[Finding]:
    """Restricted services on offer that no valid contract names."""
    named = {service for agreed in known for listed in agreed.named() for service in listed}
    for service in services:
        if service.is_restricted and service.pk not in named:
            text = _(
                "Nobody can see it: it is available only by contract, and no contract in force includes it."
            )
            place = Place(str(service), "catalog:service", service.pk)
            yield Finding(Severity.NOTE, "service.unseen", place, text)


def _place(contract: Contract, client: Client) -> Place:
    return Place(f"{client.name}: {contract.name} ({contract.number})", "clients:contract", contract.pk)


def grouped(findings: Sequence[Finding]) -> dict[Severity, list[Finding]]:
    """By severity, all three always there."""
    groups: dict[Severity, list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[finding.severity].append(finding)
    return {severity: groups[severity] for severity in Severity}
