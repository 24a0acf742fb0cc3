"""A dry run: which rule fits a ticket, whom it would pick now, and why. Writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from catalog.models import Kind, RequestType, Service
from servicedesk.people.access import for_administrators
from servicedesk.people.client_field import ClientField
from servicedesk.people.http import UserRequest
from servicedesk.people.models import Client, User
from servicedesk.tickets import assignment, assignment_text
from servicedesk.tickets.assignment import Choice
from servicedesk.tickets.models import AssignmentRule, Ticket

RECENT = 30


class TrialForm(forms.Form):
    """One of the recent tickets, or what a ticket would be; valid forms have a `ticket_to_try`."""

    ticket = forms.ChoiceField(label=gettext_lazy("Recent ticket"), required=False)
    client = ClientField(label=gettext_lazy("Client"), required=False, empty_label="–")
    request_type = forms.ModelChoiceField(
        RequestType.objects.offered().select_related("service__group", "group"),
        label=gettext_lazy("Request type"),
        required=False,
        empty_label="–",
    )
    service = forms.ModelChoiceField(
        Service.objects.offered().select_related("group"),
        label=gettext_lazy("Service"),
        required=False,
        empty_label="–",
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Type"),
        required=False,
        choices=[("", gettext_lazy("As the request type")), *Kind.choices],
    )

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data, auto_id="try_%s")
        clients = self.fields["client"]
        assert isinstance(clients, ClientField)
        clients.offer(Client.objects.active())
        self._recent = list(Ticket.objects.visible_to(user).for_list().order_by("-pk")[:RECENT])
        field = self.fields["ticket"]
        assert isinstance(field, forms.ChoiceField)
        choices = [(str(one.pk), f"{one.reference} · {one.subject}") for one in self._recent]
        field.choices = [("", _("A new ticket")), *choices]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not given.get("ticket") and not (given.get("request_type") or given.get("service")):
            self.add_error("request_type", _("Choose a ticket, a request type or a service."))
        return given

    @cached_property
    def ticket_to_try(self) -> Ticket:
        given = self.cleaned_data
        if given["ticket"]:
            return next(one for one in self._recent if str(one.pk) == given["ticket"])
        item = given["request_type"]
        service = item.service if item else given["service"]
        return Ticket(
            client=given["client"],
            request_type=item,
            service=service,
            group=item.responsible_group() if item else service.group,
            kind=given["kind"] or (item.kind if item else Kind.INCIDENT),
        )


@dataclass(frozen=True)
class Look:
    """One rule beside the ticket: `differences` in words; `is_chosen` for the first that fits."""

    rule: AssignmentRule
    differences: list[str]
    is_chosen: bool


@require_safe
@for_administrators
def trial(request: UserRequest) -> HttpResponse:
    form = TrialForm(request.GET or None, user=request.user)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        context |= _tried(form.ticket_to_try)
    return render(
        request, "tickets/assignment_setup/dry_run.html", context, status=422 if form.errors else 200
    )


def _tried(ticket: Ticket) -> dict[str, Any]:
    choice = assignment.choose(ticket, timezone.now())
    return {
        "ticket": ticket,
        "choice": choice,
        "reason": assignment_text.of_choice(choice, ticket) if choice else "",
        "looks": list(_looks(ticket, choice)),
    }


def _looks(ticket: Ticket, choice: Choice | None) -> list[Look]:
    chosen = choice.rule.pk if choice and choice.rule else None
    labels = assignment_text.CONDITIONS
    return [
        Look(rule, [str(labels[name]) for name in assignment.differences(rule, ticket)], rule.pk == chosen)
        for rule in assignment.rules()
    ]
