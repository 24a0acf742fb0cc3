"""What an agent should know while the client is on the phone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from catalog.models import Service
from contracts import coverage_text
from contracts.coverage import decision as coverage
from contracts.hours import prepaid
from servicedesk.people.models import Client, User
from servicedesk.tickets.models import Channel, Ticket

MOST = 5


@dataclass(frozen=True)
class CallerCard:
    """`sentence` is about the contract of today; `left` hours of it, None without any, `reserved` besides.

    `tickets` are open ones of the contact, newest first; `has_more` beyond those.
    """

    client: Client
    contact: User | None
    sentence: str
    is_covered: bool
    left: Decimal | None
    reserved: Decimal
    tickets: list[Ticket]
    has_more: bool


def of(
    client: Client | None, contact: User | None, service: Service | None, *, by: User, at: datetime
) -> CallerCard | None:
    """None while no client is chosen. At most three statements, the tickets are those that `by` may see."""
    if client is None:
        return None
    finding = coverage.covering(client, service, coverage.day_of(client, at), Channel.PHONE)
    account = prepaid.totals(finding.contract) if finding.contract else None
    tickets = _open_tickets(client, contact, by) if contact else []
    return CallerCard(
        client,
        contact,
        coverage_text.sentence(finding.reason, finding.details),
        is_covered=finding.contract is not None,
        left=account.left if account and account.total > 0 else None,
        reserved=account.reserved if account else Decimal(0),
        tickets=tickets[:MOST],
        has_more=len(tickets) > MOST,
    )


def _open_tickets(client: Client, contact: User, by: User) -> list[Ticket]:
    asked = Ticket.objects.visible_to(by).open().filter(client=client, requester=contact)
    return list(asked.order_by("-opened_at", "-pk")[: MOST + 1])
