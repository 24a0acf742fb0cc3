"""What belongs to a ticket, as its page shows it: links both ways, merges, parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from servicedesk.desk.ticket.links.ticket_choice import BACK, LINKS, LinkForm
from servicedesk.lib import keys
from servicedesk.people.models import User
from servicedesk.tickets.access import works_on
from servicedesk.tickets.models import Ticket, TicketLink
from servicedesk.tickets.statuses import Status
from workflows.many_tickets import merging

Kind = TicketLink.Kind

# How a link reads on the page of either ticket, in the order they are shown.
_READS: dict[tuple[str, bool], Promise] = {
    (Kind.CHILD_OF, False): _("Part of"),
    (Kind.CHILD_OF, True): _("Parts"),
    (Kind.DUPLICATE_OF, False): _("Duplicate of"),
    (Kind.DUPLICATE_OF, True): _("Has duplicates"),
    (Kind.CAUSED_BY, False): _("Caused by"),
    (Kind.CAUSED_BY, True): _("Causes"),
    (Kind.SPLIT_FROM, False): _("Split from"),
    (Kind.SPLIT_FROM, True): _("Split off"),
    (Kind.RELATED_TO, False): _("Related to"),
}


@dataclass(frozen=True)
class Neighbour:
    """Another ticket, and the link to it when that can be removed."""

    ticket: Ticket
    link: int | None = None
    may_take_out: bool = False


@dataclass(frozen=True)
class Removed:
    """A link just removed, which can be put back."""

    other: Ticket
    kind: str


@dataclass(frozen=True)
class Related:
    """`merged_into` and what it took in are merges, all else are links."""

    groups: list[tuple[Promise, list[Neighbour]]]
    merged_into: Ticket | None
    took_in: list[Neighbour]
    form: LinkForm | None
    removed: Removed | None
    may_merge: bool
    may_unmerge: bool

    @property
    def parts(self) -> list[Ticket]:
        return [one.ticket for label, found in self.groups if label is _PARTS for one in found]

    @property
    def open_parts(self) -> list[Ticket]:
        over = {Status.RESOLVED, *Status.finished()}
        return [part for part in self.parts if part.status not in over]


_PARTS = _READS[Kind.CHILD_OF, True]


def of(
    ticket: Ticket,
    user: User,
    query: Mapping[str, str],
    *,
    likely: list[Ticket],
    sent: LinkForm | None = None,
) -> Related:
    """Three statements, however many there are; of tickets that this person may not see nothing is said.

    `likely` are other open tickets of the requester (`ticket_choice.likely`).
    """
    may_work = works_on(user, ticket)
    merges = _merges(ticket, user)
    return Related(
        groups=_groups(ticket, user),
        merged_into=next((one for one in merges if one.pk == ticket.merged_into_id), None),
        took_in=[
            Neighbour(one, may_take_out=merging.may_undo(one, user))
            for one in merges
            if one.merged_into_id == ticket.pk
        ],
        form=(sent or _form(ticket, user, likely)) if may_work else None,
        removed=_removed(ticket, user, query.get("removed", "")) if may_work else None,
        may_merge=may_work and ticket.is_open,
        may_unmerge=merging.may_undo(ticket, user),
    )


def _form(ticket: Ticket, user: User, likely: list[Ticket]) -> LinkForm:
    return LinkForm(ticket=ticket, user=user, prefix_of_ids="link", suggested=likely)


def _groups(ticket: Ticket, user: User) -> list[tuple[Promise, list[Neighbour]]]:
    visible = Ticket.objects.visible_to(user).order_by().values("pk")
    there = TicketLink.objects.filter(ticket=ticket, other__in=visible).select_related("other")
    back = TicketLink.objects.filter(other=ticket, ticket__in=visible).select_related("ticket")
    found: dict[tuple[str, bool], list[Neighbour]] = {}
    for link in there:
        found.setdefault((link.kind, False), []).append(Neighbour(link.other, link.pk))
    for link in back:
        is_back = link.kind != Kind.RELATED_TO
        found.setdefault((link.kind, is_back), []).append(Neighbour(link.ticket, link.pk))
    return [(label, found[key]) for key, label in _READS.items() if key in found]


def _merges(ticket: Ticket, user: User) -> list[Ticket]:
    either = Q(pk=ticket.merged_into_id) | Q(merged_into=ticket.pk)
    return list(Ticket.objects.visible_to(user).filter(either).order_by("pk"))


def _removed(ticket: Ticket, user: User, told: str) -> Removed | None:
    """What the address says was removed just now: “child_of:12”."""
    kind, _colon, number = told.partition(":")
    if kind not in dict(LINKS):
        return None
    other = Ticket.objects.visible_to(user).filter(pk=keys.read(number) or 0).first()
    return Removed(other, kind) if other else None


def as_said_on(ticket: Ticket, link: TicketLink) -> str:
    """The kind of a link as the page of this ticket says it, for putting it back."""
    if link.ticket_id == ticket.pk or link.kind == Kind.RELATED_TO:
        other = link.other_id if link.ticket_id == ticket.pk else link.ticket_id
        return f"{link.kind}:{other}"
    return f"{BACK}{link.kind}:{link.ticket_id}"
