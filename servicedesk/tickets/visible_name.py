"""What a row may say of its ticket to one reader: number and subject, or only that there is one.

Lists of other things (hours, time, events, mails) name tickets too. Their figures are true for whoever may
see the list; the name of a ticket is only for whoever sees the ticket.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket

_AT_ONCE = 5_000  # keys in one statement


@dataclass(frozen=True)
class Named:
    """`pk` is None, and `reference` empty, where the ticket may not be seen."""

    pk: int | None
    reference: str
    subject: str

    @property
    def mention(self) -> str:
        """For the middle of a sentence."""
        return self.reference or _("a ticket you may not see")


class Names:
    """The tickets of some rows as one reader may read them; one statement, none without tickets.

    Without a reader nothing is named.
    """

    def __init__(self, tickets: Iterable[int | None], reader: User | None) -> None:
        self._seen: set[int] = set()
        if reader is None:
            return
        keys = sorted({key for key in tickets if key is not None})
        for start in range(0, len(keys), _AT_ONCE):
            found = Ticket.objects.visible_to(reader).filter(pk__in=keys[start : start + _AT_ONCE]).order_by()
            self._seen.update(found.values_list("pk", flat=True))

    def sees(self, ticket: int | None) -> bool:
        return ticket in self._seen

    def of(self, ticket: Ticket) -> Named:
        if ticket.pk in self._seen:
            return Named(ticket.pk, ticket.reference, ticket.subject)
        return hidden()


def hidden() -> Named:
    """In the language of whoever reads."""
    return Named(None, "", _("A ticket you may not see"))


def to(reader: User, ticket: Ticket) -> Named:
    """One ticket alone."""
    return Names([ticket.pk], reader).of(ticket)
