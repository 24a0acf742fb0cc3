"""Narrowing and sorting the queue."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.db.models import F, Q, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from catalog.models import Service
from servicedesk.lib.folding import contains
from servicedesk.people.client_field import ClientField
from servicedesk.people.models import Client, User
from servicedesk.tickets.models import Priority, TicketQuerySet
from servicedesk.tickets.statuses import MERGED, Status

SORTS: dict[str, tuple[Any, ...]] = {
    "deadline": (F("due_at").asc(nulls_last=True), "priority", "pk"),
    "newest": ("-opened_at", "-pk"),
    "updated": ("-updated_at", "-pk"),
    "priority": ("priority", F("due_at").asc(nulls_last=True), "pk"),
}
# What is over has no deadline; each order has its index.
ARCHIVE_SORTS = SORTS | {"priority": ("priority", "-updated_at", "-pk")}


FEW = 300  # names that fit a search


class QueueFilter(forms.Form):
    """The queue's filter. A bad value narrows nothing and is shown as an error."""

    q = forms.CharField(required=False, max_length=200, label=_("Search"))
    client = ClientField(required=False, label=_("Client"), empty_label=_("Client: any"))
    service = forms.ModelChoiceField(
        Service.objects.all(), required=False, label=_("Service"), empty_label=_("Service: any")
    )
    priority = forms.TypedChoiceField(
        required=False,
        label=_("Priority"),
        choices=[
            ("", _("Priority: any")),
            *((p.value, format_lazy("P{} · {}", p.value, p.label)) for p in Priority),
        ],
        coerce=int,
        empty_value=None,
    )
    status = forms.ChoiceField(
        required=False,
        label=_("Status"),
        choices=[("", _("Status: any")), *Status.choices, (MERGED, _("Merged"))],
    )
    sort = forms.ChoiceField(
        required=False,
        label=_("Sort"),
        choices=[
            ("", _("Next deadline")),
            ("priority", _("Priority")),
            ("newest", _("Newest")),
            ("updated", _("Last updated")),
        ],
    )

    def __init__(self, data: Any, *, user: User, is_archive: bool = False) -> None:
        """`is_archive`: of what is over, where the last updated comes first."""
        super().__init__(data)
        self._is_archive = is_archive
        if is_archive:
            self._leave_out_deadlines()
        choice = self.fields["client"]
        assert isinstance(choice, ClientField)
        choice.offer(Client.objects.visible_to(user))
        for name, field in self.fields.items():
            field.widget.attrs |= {"class": "chip" if name != "q" else "input", "aria-label": field.label}
        self.is_valid()

    @property
    def sort_value(self) -> str:
        chosen = str(self.cleaned_data.get("sort") or "deadline")
        return "updated" if self._is_archive and chosen == "deadline" else chosen

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("q", "client", "service", "priority", "status"))

    def narrow(self, tickets: TicketQuerySet) -> TicketQuerySet:
        for name in ("client", "service", "priority", "status"):
            if (value := self.cleaned_data.get(name)) == MERGED:
                tickets = tickets.filter(merged_into__isnull=False)
            elif value == Status.CANCELLED:
                tickets = tickets.filter(status=value, merged_into=None)
            elif value:
                tickets = tickets.filter(**{name: value})
        if text := self.cleaned_data.get("q"):
            tickets = tickets.filter(_matching(text))
        return tickets.order_by(*(ARCHIVE_SORTS if self._is_archive else SORTS)[self.sort_value])

    def _leave_out_deadlines(self) -> None:
        field = self.fields["sort"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Last updated")), ("priority", _("Priority")), ("newest", _("Newest"))]


def _matching(text: str) -> Q:
    """The number, the subject, or the name of requester or client.

    Names are looked up first, so that their tickets are found by an index, unless there are very many.
    """
    if number := re.fullmatch(r"(?:sd-|#|№)?\s*(\d{1,18})", text.strip(), re.IGNORECASE):
        return Q(pk=int(number[1]))
    people = User.objects.filter(contains("full_name", text)).order_by()
    clients = Client.objects.filter(contains("name", text)).order_by()
    return contains("subject", text) | Q(requester__in=_few(people)) | Q(client__in=_few(clients))


def _few(rows: QuerySet[Any]) -> Any:
    """Keys, or the question itself when they are too many to be told."""
    keys = list(rows.values_list("pk", flat=True)[: FEW + 1])
    return keys if len(keys) <= FEW else rows.values("pk")
