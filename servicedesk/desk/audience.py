"""Who will read what is written here: named on the page, and checked when it is sent."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from servicedesk.notifications import recipients
from servicedesk.people.models import User, UserQuerySet
from servicedesk.tickets.models import Ticket


@dataclass(frozen=True)
class Audience:
    """The people of the client who get a reply by mail."""

    ticket: Ticket
    people: list[User | str]

    @property
    def names(self) -> list[str]:
        return [str(person) for person in self.people]

    @property
    def mark(self) -> str:
        """Changes whenever the recipients do; travels with the reply."""
        keys = sorted(person if isinstance(person, str) else str(person.pk) for person in self.people)
        return salted_hmac("desk.audience", " ".join([str(self.ticket.pk), *keys])).hexdigest()[:20]

    @property
    def button(self) -> str:
        """“Send to Helen + 1”."""
        if not self.people:
            return _("Post in the portal")
        first = self.people[0]
        name = first if isinstance(first, str) else first.first_name
        more = len(self.people) - 1
        if not more:
            return _("Send to %(name)s") % {"name": name}
        return ngettext("Send to %(name)s + %(more)s", "Send to %(name)s + %(more)s", more) % {
            "name": name,
            "more": more,
        }


def of_reply(ticket: Ticket, user: User) -> Audience:
    """One statement. The portal shows the reply besides to everybody who sees the request there."""
    return Audience(ticket, recipients.client_side(ticket, but=user.pk))


def colleagues(ticket: Ticket, user: User) -> UserQuerySet:
    """Who may get a personal message: people of the desk who see the ticket."""
    agents = Q(is_agent=True)
    if ticket.group and ticket.group.is_private:
        agents &= Q(pk__in=ticket.group.group_memberships.values("user"))
    sees = agents | Q(is_superuser=True) | Q(pk=ticket.client.account_manager_id)
    found: UserQuerySet = User.objects.active().staff().filter(sees).exclude(pk=user.pk)
    return found
