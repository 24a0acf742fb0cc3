"""Narrowing the list of requests, and counting its groups."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, Value, When
from django.utils.translation import gettext_lazy as _

from catalog.models import Kind, Service, ServiceQuerySet
from servicedesk.lib.day_field import DayField
from servicedesk.people.models import User
from servicedesk.portal.access import own_requests
from servicedesk.portal.standing import Standing
from servicedesk.tickets.models import Message, Ticket, TicketQuerySet
from servicedesk.tickets.statuses import CLIENT_LABELS, Status

MINE, COMPANY = "mine", "company"


class RequestFilter(forms.Form):
    """The list's filter. A bad value narrows nothing and is shown as an error."""

    q = forms.CharField(required=False, max_length=200, label=_("Search"))
    group = forms.ChoiceField(required=False, choices=Standing.choices, widget=forms.HiddenInput)
    scope = forms.ChoiceField(
        required=False, choices=[(MINE, _("Mine")), (COMPANY, _("Whole company"))], widget=forms.HiddenInput
    )
    service = forms.ModelChoiceField(
        Service.objects.none(), required=False, label=_("Service"), empty_label=_("Any")
    )
    status = forms.ChoiceField(
        required=False, label=_("Status"), choices=[("", _("Any")), *CLIENT_LABELS.items()]
    )
    kind = forms.ChoiceField(required=False, label=_("Type"), choices=[("", _("Any")), *Kind.choices])
    since = DayField(
        required=False, label=_("From"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    until = DayField(
        required=False, label=_("To"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        self.user = user
        services = self.fields["service"]
        assert isinstance(services, forms.ModelChoiceField)
        services.queryset = _known_services(user)
        self.is_valid()

    @property
    def asked(self) -> dict[str, Any]:
        return self.cleaned_data

    @property
    def scope_value(self) -> str:
        """Managers start with the whole company's requests only when they ask for them."""
        return COMPANY if self.user.managed_client_ids() and self.asked.get("scope") == COMPANY else MINE

    @property
    def group_value(self) -> str:
        """A finished status asks for the closed ones, otherwise hidden."""
        if self.asked.get("status") in Status.finished():
            return Standing.CLOSED
        return str(self.asked.get("group") or "")

    @property
    def is_narrowed(self) -> bool:
        return any(self.asked.get(name) for name in ("service", "status", "kind", "since", "until"))

    def requests(self) -> TicketQuerySet:
        """Everything that fits, of all groups."""
        is_whole = self.scope_value == COMPANY
        found = Ticket.objects.visible_to(self.user) if is_whole else own_requests(self.user)
        for name, lookup in _LOOKUPS.items():
            if value := self.asked.get(name):
                found = found.filter(**{lookup: value})
        return found.filter(matching(self.asked["q"])) if self.asked.get("q") else found


def _known_services(user: User) -> ServiceQuerySet:
    """All but the restricted ones that nothing was ever asked of; others need not know that they exist."""
    asked_of = Ticket.objects.visible_to(user).filter(service=OuterRef("pk"))
    return Service.objects.filter(Q(is_restricted=False) | Exists(asked_of))


_LOOKUPS = {
    "service": "service",
    "status": "status",
    "kind": "kind",
    "since": "opened_at__date__gte",
    "until": "opened_at__date__lte",
}


def matching(text: str) -> Q:
    """The number, or the words in the subject or in a message that clients may read."""
    if number := re.fullmatch(r"(?:sd-|#|№)?\s*(\d{1,18})", text.strip(), re.IGNORECASE):
        return Q(pk=int(number[1])) | Q(subject__icontains=text)
    said = Message.objects.filter(ticket=OuterRef("pk"), visibility=Message.Visibility.PUBLIC)
    return _contains("subject", text) | Q(Exists(said.filter(_contains("body", text))))


def _contains(column: str, text: str) -> Q:
    """SQLite ignores the case of Latin letters only, so other spellings are asked for too."""
    found = Q()
    for spelling in dict.fromkeys((text, text.lower(), text.capitalize(), text.upper())):
        found |= Q(**{f"{column}__icontains": spelling})
    return found


def counts(found: TicketQuerySet) -> dict[str, int]:
    """How many of each group, in one statement."""
    groups = {group.value: Count("pk", filter=Q(status__in=group.statuses)) for group in Standing}
    return found.order_by().aggregate(**groups)


def of_group(found: TicketQuerySet, group: str) -> TicketQuerySet:
    """One group, or everything open with what waits for the client first; newest first."""
    if group:
        return found.filter(status__in=Standing(group).statuses).order_by("-updated_at", "-pk")
    answered = Case(
        When(status__in=Standing.ANSWERED.statuses, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    return found.open().order_by(answered, "-updated_at", "-pk")
