"""Who wrote: from an address to a person, and from the person to one company."""

from __future__ import annotations

from servicedesk.mail.models import RawMail
from servicedesk.people import addresses
from servicedesk.people.models import Client, User
from servicedesk.tickets import access
from servicedesk.tickets.models import Ticket

Reason = RawMail.Reason


class Unsettled(Exception):
    """A person of the desk has to decide; the mail waits with this reason."""

    result = RawMail.Result.QUARANTINED

    def __init__(self, reason: RawMail.Reason, detail: str = "", *, only: User | None = None) -> None:
        """`only`: the one person, besides administrators, who may read the mail."""
        super().__init__(reason)
        self.reason = reason
        self.detail = detail
        self.only = only
        self.ticket: Ticket | None = None


class Held(Unsettled):
    """A mail in the name of a person of the desk, who has to say what becomes of it."""

    result = RawMail.Result.HELD

    def __init__(self, reason: RawMail.Reason, person: User, ticket: Ticket) -> None:
        super().__init__(reason, only=person)
        self.ticket = ticket


def person(address: str) -> User | None:
    """The person with this address, be it their main one or not; None when nobody has it.

    Raises:
        Unsettled: there is no address, or it is switched off, or its owner is.
    """
    if not address:
        raise Unsettled(Reason.NO_SENDER)
    known = addresses.owner(address)
    if known is not None and not known.is_active:
        raise Unsettled(Reason.INACTIVE_SENDER, address)
    return known.person if known else None


def client_of(user: User) -> Client:
    """The one company a new ticket of this person belongs to.

    Raises:
        Unsettled: there is none, or the person speaks for several.
    """
    clients = list(Client.objects.active().filter(memberships__user=user, memberships__is_active=True)[:10])
    if len(clients) > 1:
        raise Unsettled(Reason.SEVERAL_CLIENTS, ", ".join(client.name for client in clients))
    if not clients:
        reason = Reason.STAFF_WITHOUT_TICKET if user.is_staff else Reason.NO_CLIENT
        raise Unsettled(reason, user.email)
    return clients[0]


def may_write(user: User | None, address: str, ticket: Ticket) -> bool:
    """Whoever may write on its pages, and addresses in copy of it, which are told of all that clients are."""
    if user is not None and access.may_write(user, ticket):
        return True
    return (user is None or not user.is_staff) and follows(address, ticket)


def follows(address: str, ticket: Ticket) -> bool:
    """An address in copy of the ticket."""
    return ticket.participants.filter(email__iexact=address).exists()
