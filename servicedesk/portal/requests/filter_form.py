"""Narrowing the list of requests, and counting its groups."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Kind, Service, ServiceQuerySet
from servicedesk.lib import zones
from servicedesk.lib.day_field import DayField
from servicedesk.lib.folding import contains
from servicedesk.people.models import User
from servicedesk.portal.access import own_requests
from servicedesk.portal.requests.status_groups import StatusGroup
from servicedesk.tickets.models import Message, Ticket, TicketQuerySet
from servicedesk.tickets.statuses import CLIENT_LABELS, MERGED, Status

MINE, COMPANY = "mine", "company"


class RequestFilter(forms.Form):
    """The list's filter. A bad value narrows nothing and is shown as an error."""

    q = forms.CharField(required=False, max_length=200, label=_("Search"))
    group = forms.ChoiceField(required=False, choices=StatusGroup.choices, widget=forms.HiddenInput)
    scope = forms.ChoiceField(
        required=False, choices=[(MINE, _("Mine")), (COMPANY, _("Whole company"))], widget=forms.HiddenInput
    )
    service = forms.ModelChoiceField(
        Service.objects.none(), required=False, label=_("Service"), empty_label=_("Any")
    )
    status = forms.ChoiceField(
        required=False,
        label=_("Status"),
        choices=[("", _("Any")), *CLIENT_LABELS.items(), (MERGED, _("Merged"))],
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
            return StatusGroup.CLOSED
        if self.asked.get("status") == MERGED:
            return StatusGroup.MERGED
        return str(self.asked.get("group") or "")

    @property
    def is_narrowed(self) -> bool:
        return any(self.asked.get(name) for name in ("service", "status", "kind", "since", "until"))

    @property
    def is_asked(self) -> bool:
        """Narrowed, or searched in."""
        return self.is_narrowed or bool(self.asked.get("q"))

    def requests(self) -> TicketQuerySet:
        """Everything that fits, of all groups."""
        is_whole = self.scope_value == COMPANY
        found = Ticket.objects.visible_to(self.user) if is_whole else own_requests(self.user)
        for name in _EQUAL:
            if (value := self.asked.get(name)) and value != MERGED:
                found = found.filter(**{name: value})
        found = _opened(found, self.asked.get("since"), self.asked.get("until"))
        return found.filter(matching(self.asked["q"])) if self.asked.get("q") else found


def _known_services(user: User) -> ServiceQuerySet:
    """All but the restricted ones that nothing was ever asked of; others need not know that they exist."""
    asked_of = Ticket.objects.visible_to(user).filter(service=OuterRef("pk"))
    return Service.objects.filter(Q(is_restricted=False) | Exists(asked_of))


_EQUAL = ("service", "status", "kind")


def _opened(found: TicketQuerySet, since: date | None, until: date | None) -> TicketQuerySet:
    """Opened on these local days; the database is asked about moments, because its zones are not ours."""
    zone = timezone.get_current_timezone()
    if since:
        found = found.filter(opened_at__gte=zones.midnight(since, zone))
    if until:
        found = found.filter(
            opened_at__lt=zones.midnight(min(until, zones.LAST_DAY) + timedelta(days=1), zone)
        )
    return found


def matching(text: str) -> Q:
    """The number, or the words in the subject or in a message that clients may read."""
    if number := re.fullmatch(r"(?:sd-|#|№)?\s*(\d{1,18})", text.strip(), re.IGNORECASE):
        return Q(pk=int(number[1])) | contains("subject", text)
    said = Message.objects.filter(ticket=OuterRef("pk"), visibility=Message.Visibility.PUBLIC)
    return contains("subject", text) | Q(Exists(said.filter(contains("body", text))))


def counts(found: TicketQuerySet) -> dict[str, int]:
    """How many of each group, in one statement."""
    groups = {group.value: Count("pk", filter=group.condition) for group in StatusGroup}
    return found.order_by().aggregate(**groups)


def of_group(found: TicketQuerySet, group: str) -> TicketQuerySet:
    """One group, or everything open with what waits for the client first; newest first."""
    if group:
        return found.filter(StatusGroup(group).condition).order_by("-updated_at", "-pk")
    answered = Case(
        When(status__in=StatusGroup.ANSWERED.statuses, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    return found.open().order_by(answered, "-updated_at", "-pk")
