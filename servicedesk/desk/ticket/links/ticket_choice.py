"""Naming another ticket: by its number, by words of its subject, or from a short list of likely ones."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.lib.folding import contains
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket, TicketLink, TicketQuerySet
from workflows.many_tickets import merging

SHOWN = 8
LOOKED_AT = 5 * SHOWN  # of these, those that a merge would take are shown
_NUMBER = re.compile(r"(?:sd-|#|№)?\s*(\d{1,18})", re.IGNORECASE)
BACK = "-"  # before a kind: said from the other side

# What one ticket may be to another, in the words of the page it is said on.
LINKS = [
    (TicketLink.Kind.DUPLICATE_OF.value, gettext_lazy("Duplicate of")),
    (BACK + TicketLink.Kind.DUPLICATE_OF.value, gettext_lazy("Has the duplicate")),
    (TicketLink.Kind.CAUSED_BY.value, gettext_lazy("Caused by")),
    (BACK + TicketLink.Kind.CAUSED_BY.value, gettext_lazy("Causes")),
    (TicketLink.Kind.CHILD_OF.value, gettext_lazy("Part of")),
    (BACK + TicketLink.Kind.CHILD_OF.value, gettext_lazy("Has the part")),
    (TicketLink.Kind.RELATED_TO.value, gettext_lazy("Related to")),
]


class TicketChoice(forms.Form):
    """One of the tickets that this person may see: chosen in the list, or named by its number."""

    q = forms.CharField(
        label=gettext_lazy("Number or words of the subject"), required=False, max_length=200, strip=True
    )
    other = forms.ModelChoiceField(
        Ticket.objects.none(), required=False,
        error_messages={"invalid_choice": gettext_lazy("There is no such ticket, or you may not see it.")},
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, ticket: Ticket, user: User, prefix_of_ids: str = "choice",
        suggested: list[Ticket] | None = None,
    ) -> None:  # fmt: skip
        """`suggested` is what `likely` found, if it was asked already."""
        super().__init__(data, auto_id=f"{prefix_of_ids}_%s")
        self.ticket, self.user, self._suggested = ticket, user, suggested
        field = self.fields["other"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Ticket.objects.visible_to(user).for_list()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("other") is None and "other" not in self.errors:
            given["other"] = self._named(given.get("q", ""))
        return given

    @property
    def found(self) -> list[Ticket]:
        """What to choose from: what fits the words, else likely ones."""
        text = str(self.data.get("q", "")).strip()
        return self.matching(text) if text else self.likely()

    def matching(self, text: str) -> list[Ticket]:
        return matching(self.ticket, self.user, text)

    def likely(self) -> list[Ticket]:
        """Open tickets of the same client and requester."""
        found = self._suggested if self._suggested is not None else likely(self.ticket, self.user)
        return [one for one in found if one.client_id == self.ticket.client_id]

    def _named(self, text: str) -> Ticket | None:
        number = _NUMBER.fullmatch(text)
        if number is None:
            self.add_error("q", _("Choose a ticket from the list, or type its number."))
            return None
        named = Ticket.objects.visible_to(self.user).for_list().filter(pk=int(number[1])).first()
        if named is None:
            self.add_error("q", _("There is no such ticket, or you may not see it."))
        return named


class LinkForm(TicketChoice):
    """What this ticket is to the other one."""

    kind = forms.ChoiceField(label=gettext_lazy("This ticket is"), choices=LINKS)

    field_order = ["kind", "q", "other"]

    def ends(self) -> tuple[Ticket, Ticket, str]:
        """The link as it is kept: of which ticket, to which, of what kind. Call on a valid form."""
        kind, other = self.cleaned_data["kind"], self.cleaned_data["other"]
        if kind.startswith(BACK):
            return other, self.ticket, kind.removeprefix(BACK)
        return self.ticket, other, kind


class MergeForm(TicketChoice):
    """Which ticket this one goes into: offered are those that the merge would take."""

    def matching(self, text: str) -> list[Ticket]:
        among = Q(client=self.ticket.client_id)
        found = matching(self.ticket, self.user, text, among=among, is_open=True, most=LOOKED_AT)
        return self._accepted(found)

    def likely(self) -> list[Ticket]:
        return self._accepted(likely(self.ticket, self.user, most=LOOKED_AT))

    def _accepted(self, found: list[Ticket]) -> list[Ticket]:
        return [one for one in found if not merging.refusal(self.ticket, one, by=self.user)][:SHOWN]


def likely(ticket: Ticket, user: User, *, most: int = SHOWN) -> list[Ticket]:
    """Other open tickets of the same requester, newest first."""
    return list(_others(ticket, user).open().filter(requester=ticket.requester_id)[:most])


def matching(
    ticket: Ticket,
    user: User,
    text: str,
    *,
    among: Q | None = None,
    is_open: bool = False,
    most: int = SHOWN,
) -> list[Ticket]:
    """Visible tickets with this number, or these words in the subject, newest first."""
    found = _others(ticket, user).filter(among or Q())
    if is_open:
        found = found.open()
    if number := _NUMBER.fullmatch(text):
        return list(found.filter(pk=int(number[1])))
    return list(found.filter(contains("subject", text))[:most])


def _others(ticket: Ticket, user: User) -> TicketQuerySet:
    found: TicketQuerySet = Ticket.objects.visible_to(user).exclude(pk=ticket.pk)
    return found.for_list().order_by("-opened_at", "-pk")
