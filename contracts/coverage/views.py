"""What is covered for a client on a day: every offered service, and why or why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from catalog.models import Service
from contracts import coverage_text
from contracts.coverage import decision as coverage
from contracts.coverage import offered_services
from contracts.coverage.decision import Finding
from contracts.coverage.intake_rule import rule as intake_rule
from contracts.coverage.intake_rule.rule import Without
from contracts.models import Coverage, IntakeRule
from servicedesk.lib.day_field import DayField
from servicedesk.people.access import for_staff
from servicedesk.people.http import UserRequest
from servicedesk.people.models import Client
from servicedesk.tickets.models import Channel


@dataclass(frozen=True)
class Row:
    """A service and whether a request for it would be covered; a restricted one may not be offered at all."""

    service: Service
    finding: Finding
    is_offered: bool

    @property
    def state(self) -> str:
        if not self.is_offered:
            return "not_offered"
        return "covered" if self.finding.contract else "not_covered"

    @property
    def sentence(self) -> str:
        if not self.is_offered:
            return _("Available only by contract, and no contract in force includes it.")
        return coverage_text.sentence(self.finding.reason, self.finding.details)


class AskedForm(forms.Form):
    """Of which day and channel; what is left out is today, the client's, and any."""

    on = DayField(
        label=gettext_lazy("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"),
        choices=[("", gettext_lazy("Any")), *Channel.choices],
        required=False,
    )

    def __init__(self, given: Mapping[str, str], *, today: date) -> None:
        self.today = today
        super().__init__({"on": given.get("on") or today.isoformat(), "channel": given.get("channel", "")})

    def chosen(self) -> tuple[date, str | None]:
        """What cannot be understood counts as left out, and is an error on the form."""
        self.is_valid()
        return self.cleaned_data.get("on", self.today), self.cleaned_data.get("channel") or None


@require_safe
@for_staff
def page(request: UserRequest, pk: int) -> HttpResponse:
    """A constant number of statements, however many services and contracts there are."""
    client = get_object_or_404(Client.objects.visible_to(request.user), pk=pk)
    form = AskedForm(request.GET, today=coverage.day_of(client, timezone.now()))
    on, channel = form.chosen()
    rows = _rows(client, on, channel)
    context: dict[str, Any] = {
        "client": client,
        "form": form,
        "on": on,
        "rows": rows,
        "covered": sum(row.state == "covered" for row in rows),
        "otherwise": _otherwise(intake_rule.rule()),
    }
    return render(
        request, "contracts/coverage/coverage.html", context, status=200 if form.is_valid() else 422
    )


def _rows(client: Client, on: date, channel: str | None) -> list[Row]:
    offered = Service.objects.offered().select_related("category")
    services = list(offered.order_by("category__position", "category__name", "position", "name"))
    named = offered_services.named_on(client, services, on)
    return [
        Row(service, finding, not service.is_restricted or service.pk in named)
        for service, finding in coverage.explained(client, services, on, channel)
    ]


def _otherwise(kept: IntakeRule) -> list[str]:
    """What becomes of requests that are not covered, by the rule in force."""
    usual = intake_rule.told(kept, Coverage.Reason.NO_CONTRACT).without
    ended = intake_rule.told(kept, Coverage.Reason.EXPIRED).without
    said = {
        Without.ACCEPT: _("Requests that no contract covers are accepted without deadlines."),
        Without.ASK: _(
            "Requests that no contract covers are accepted without deadlines; the account manager is asked."
        ),
        Without.REFUSE: _("Requests that no contract covers are rejected."),
    }
    after = {
        Without.ACCEPT: _("After the end of a contract they are accepted without deadlines."),
        Without.ASK: _(
            "After the end of a contract they are accepted without deadlines; the account manager is asked."
        ),
        Without.REFUSE: _("After the end of a contract they are rejected."),
    }
    return [said[usual]] if ended == usual else [said[usual], after[ended]]
