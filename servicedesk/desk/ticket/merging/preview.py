"""What a merge will do, told before it is done."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from servicedesk.people.models import User
from servicedesk.tickets.models import Message, Ticket
from workflows.many_tickets import merging


@dataclass(frozen=True)
class Side:
    """One of the two tickets beside the other."""

    ticket: Ticket
    followers: list[str]
    messages: int
    last: Message | None


@dataclass(frozen=True)
class Preview:
    """`refusal` says why it cannot be done; `newcomers` would follow the target from then on."""

    ticket: Side
    target: Side
    refusal: str

    @property
    def offers_reopening(self) -> bool:
        return merging.may_reopen(self.target.ticket)

    @property
    def newcomers(self) -> list[str]:
        known = {str(self.target.ticket.requester), *self.target.followers}
        people = [str(self.ticket.ticket.requester), *self.ticket.followers]
        return [name for name in dict.fromkeys(people) if name not in known]

    @property
    def readers(self) -> list[str]:
        """Those who read the target already, and then also what was said in the merged ticket."""
        return list(dict.fromkeys([str(self.target.ticket.requester), *self.target.followers]))


def of(ticket: Ticket, target: Ticket, user: User) -> Preview:
    refusal = merging.refusal(ticket, target, by=user)
    return Preview(_side(ticket, user), _side(target, user), refusal)


def _side(ticket: Ticket, user: User) -> Side:
    public = Q(visibility=Message.Visibility.PUBLIC)
    readable = ticket.messages.visible_to(user)
    return Side(
        ticket=ticket,
        followers=[str(one) for one in ticket.participants.select_related("user")],
        messages=readable.order_by().aggregate(count=Count("pk"))["count"],
        last=readable.filter(public).select_related("author").order_by("-sent_at", "-pk").first(),
    )
