"""Mails that ask for an approval. Called with the recipient's language active."""

from __future__ import annotations

from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.lib import formatting
from servicedesk.people.models import User
from servicedesk.tickets.models import EventKind, TicketEvent

_FIRST: dict[str, Promise] = {
    EventKind.APPROVAL_ASKED: gettext_lazy("%(person)s asks for your approval."),
    EventKind.APPROVAL_REMINDED: gettext_lazy("A reminder: %(person)s waits for your approval."),
    EventKind.APPROVAL_PASSED_ON: gettext_lazy(
        "%(person)s waits for an approval that nobody has given. It is escalated to you."
    ),
}
KINDS = frozenset(_FIRST)


def lines(event: TicketEvent, who: User | str) -> list[str]:
    """What is asked, why of this person, and what it costs."""
    person = {"person": event.ticket.requester}
    return [str(_FIRST[event.kind]) % person, *_why(event, who), *_size(event)]


def rejected(event: TicketEvent) -> list[str]:
    """To those who asked; the reason, if there is one, follows as a quotation."""
    told = [_("The request was rejected.")]
    return told + ([_("Nobody decided in time.")] if event.details.get("how") == "timeout" else [])


def _why(event: TicketEvent, who: User | str) -> list[str]:
    """Only to a deputy: whom they stand in for."""
    pairs = zip(event.details.get("deputies", ()), event.details.get("absent", ()), strict=False)
    absent = next((missing for deputy, missing in pairs if isinstance(who, User) and deputy == who.pk), None)
    person = User.objects.filter(pk=absent).first() if absent else None
    return [_("You are asked because %(person)s is away.") % {"person": person}] if person else []


def _size(event: TicketEvent) -> list[str]:
    snapshot = event.ticket.catalog_snapshot
    price, hours = (Decimal(snapshot.get(name) or 0) for name in ("price", "estimated_hours"))
    coverage = getattr(event.ticket, "coverage", None) if price else None
    currency = coverage.contract.currency if coverage and coverage.contract else ""
    said = [_("Price: %(amount)s") % {"amount": formatting.money(price, currency)}] if price else []
    return said + ([_("Usual time: %(amount)s h") % {"amount": formatting.hours(hours)}] if hours else [])
