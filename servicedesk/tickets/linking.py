"""Which tickets belong together, and why. Both tickets remember it in their histories."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from servicedesk.people.models import User
from servicedesk.tickets import visible_name
from servicedesk.tickets.access import works_on
from servicedesk.tickets.errors import NotPermitted, TicketError
from servicedesk.tickets.events import record
from servicedesk.tickets.models import EventKind, Ticket, TicketLink

Kind = TicketLink.Kind


@contextmanager
def locked(*tickets: Ticket) -> Iterator[None]:
    """Lock several rows in the order of their keys, so that two people cannot wait for each other."""
    try:
        with transaction.atomic():
            for ticket in sorted(tickets, key=lambda one: one.pk):
                ticket.lock()
            yield
    except OperationalError as error:
        text = _("Somebody else is changing this right now. Please try again in a moment.")
        raise TicketError(text) from error


def link(ticket: Ticket, other: Ticket, kind: str, *, by: User) -> TicketLink:
    """Say that `ticket` is … of `other`: a `TicketLink.Kind`.

    Raises:
        NotPermitted: the person works on neither of them.
        TicketError: it cannot be so; the sentence says why.
    """
    _refuse_strangers(ticket, other, by)
    if ticket.pk == other.pk:
        raise TicketError(_("A ticket cannot be linked with itself."))
    with locked(ticket, other):
        _refuse_repetition(ticket, other, kind)
        if kind == Kind.CHILD_OF:
            _refuse_deep_family(ticket, other, by)
        row = TicketLink.objects.create(ticket=ticket, other=other, kind=kind, created_by=by)
        _record(row, EventKind.LINKED, ticket, other, by)
        return row


def unlink(row: TicketLink, *, by: User) -> None:
    """Take a link back. What was taken back already stays so, and says nothing.

    Raises:
        NotPermitted: the person works on neither of the two tickets.
    """
    ticket, other = row.ticket, row.other
    _refuse_strangers(ticket, other, by)
    with locked(ticket, other):
        deleted, _each = TicketLink.objects.filter(pk=row.pk).delete()
        if deleted:
            _record(row, EventKind.UNLINKED, ticket, other, by)


def _record(row: TicketLink, kind: EventKind, ticket: Ticket, other: Ticket, by: User) -> None:
    record(ticket, kind, by=by, link=row.kind, other=other.pk)
    record(other, kind, by=by, link=row.kind, other=ticket.pk, is_back=True)


def _refuse_strangers(ticket: Ticket, other: Ticket, by: User) -> None:
    seen = Ticket.objects.visible_to(by).filter(pk__in=[ticket.pk, other.pk]).count()
    if seen < len({ticket.pk, other.pk}):
        raise TicketError(_("There is no such ticket, or you may not see it."))
    if not works_on(by, ticket) and not works_on(by, other):
        raise NotPermitted


def _refuse_repetition(ticket: Ticket, other: Ticket, kind: str) -> None:
    """The same link twice, or the opposite of one that stands."""
    there, back = {"ticket": ticket, "other": other}, {"ticket": other, "other": ticket}
    found = TicketLink.objects.filter(Q(**there) | Q(**back), kind=kind).first()
    if found is None:
        return
    names = {"ticket": ticket.reference, "other": other.reference}
    if found.ticket_id == ticket.pk or kind == Kind.RELATED_TO:
        raise TicketError(_("%(ticket)s and %(other)s are linked like this already.") % names)
    raise TicketError(
        _("%(other)s is linked with %(ticket)s the other way round. Remove that link first.") % names
    )


def _refuse_deep_family(ticket: Ticket, other: Ticket, by: User) -> None:
    """One whole with its parts, and no parts of parts: so nothing can go in a circle either."""
    family = TicketLink.objects.filter(kind=Kind.CHILD_OF)
    names = {"ticket": ticket.reference, "other": other.reference}
    if parent := family.filter(ticket=ticket).first():
        names["parent"] = visible_name.to(by, parent.other).mention
        raise TicketError(
            _("%(ticket)s is a part of %(parent)s already. A ticket is part of one other only.") % names
        )
    if family.filter(ticket=other).exists():
        raise TicketError(_("%(other)s is itself a part of another ticket, so it cannot have parts.") % names)
    if family.filter(other=ticket).exists():
        raise TicketError(
            _("%(ticket)s has parts of its own, so it cannot become a part of another ticket.") % names
        )
