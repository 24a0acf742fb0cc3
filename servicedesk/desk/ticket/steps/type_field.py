"""What a ticket is to become: a type alone, or something of the catalog, which brings its type."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from catalog.models import Kind, RequestType, Service
from servicedesk.tickets.models import Ticket

_TYPE, _ITEM = "type:", "item:"

Choices = list[tuple[str, Any]]


class TypeField(forms.TypedChoiceField):
    """A `Kind`, or a request type, grouped by service. One statement for the choices, one for the chosen."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=cache(_choices), coerce=_chosen, empty_value=None, **options)


def becomes(ticket: Ticket) -> forms.Field:
    current = ticket.get_kind_display()
    name = _("%(type)s, %(item)s") % {"type": current, "item": ticket.request_type}
    return TypeField(
        label=_("Type"),
        help_text=_("Now: %(type)s.") % {"type": name if ticket.request_type else current},
    )


def service() -> forms.Field:
    return forms.ModelChoiceField(
        Service.objects.offered(),
        label=_("Service"),
        empty_label=_("Default of the type, otherwise unchanged"),
    )


def _choices() -> Choices:
    offered = (
        RequestType.objects.offered()
        .select_related("service")
        .only("name", "translations", "kind", "service__name", "service__translations")
        .order_by("service__position", "service__name", "service_id", "position", "name")
    )
    items: Choices = [
        (str(of), [(f"{_ITEM}{one.pk}", _named(one)) for one in group])
        for of, group in groupby(offered, key=lambda one: one.service)
    ]
    types = [(f"{_TYPE}{kind.value}", str(kind.label)) for kind in Kind]
    return [("", _("Choose…")), (_("Only the type"), types), *items]


def _named(item: RequestType) -> str:
    return _("%(item)s (%(type)s)") % {"item": item, "type": item.get_kind_display()}


def _chosen(value: str) -> RequestType | Kind:
    if value.startswith(_TYPE):
        return Kind(value.removeprefix(_TYPE))
    item = RequestType.objects.filter(pk=value.removeprefix(_ITEM)).select_related("service__group", "group")
    if found := item.first():
        return found
    raise ValueError(value)  # gone since the choices were made
