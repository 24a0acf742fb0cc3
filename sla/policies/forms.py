"""What administrators type beside the matrix itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Service
from sla.models import PAUSABLE, Calendar, Policy, PolicyCell
from sla.policies import wording
from sla.policies.matrix import grid
from sla.policies.matrix.inheritance import Row, Rows, key

_MOST_RANK = 999


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Policy
        fields = ["name"]
        error_messages = {"name": {"unique": gettext_lazy("Another policy has this name already.")}}


class NewPolicyForm(PolicyForm):
    copy_of = forms.ModelChoiceField(
        Policy.objects.none(),
        label=gettext_lazy("Begin with"),
        required=False,
        empty_label=gettext_lazy("An empty matrix"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _field(self, "copy_of").queryset = _published()


class RevisionForm(forms.Form):
    """Which state of the draft the page showed."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)


class CopyFromForm(RevisionForm):
    source = forms.ModelChoiceField(Policy.objects.none(), label=gettext_lazy("SLA policy"))
    with_rest = forms.BooleanField(
        label=gettext_lazy("Escalation and step targets too"), required=False, initial=True
    )

    def __init__(self, *args: Any, policy: Policy, **options: Any) -> None:
        super().__init__(*args, **options)
        _field(self, "source").queryset = _published().exclude(pk=policy.pk)


class NewRowForm(RevisionForm):
    kind = forms.ChoiceField(label=gettext_lazy("Type"))
    service = forms.ModelChoiceField(
        Service.objects.none(),
        label=gettext_lazy("Service"),
        required=False,
        empty_label=gettext_lazy("All services"),
    )

    def __init__(self, *args: Any, rows: Rows, **options: Any) -> None:
        super().__init__(*args, **options)
        self._rows = rows
        kinds = [(kind, wording.kind_name(kind)) for kind in grid.KINDS[1:] + grid.KINDS[:1]]
        _field(self, "kind").choices = kinds
        _field(self, "service").queryset = Service.objects.offered()

    def clean(self) -> dict[str, Any]:
        asked = self.cleaned_data
        if len(self._rows) >= grid.MOST_ROWS:
            raise forms.ValidationError(
                _("A matrix has at most %(most)s rows."), params={"most": grid.MOST_ROWS}
            )
        service = asked.get("service")
        same = asked.get("kind"), service.pk if service else None, 0
        if same in {key(row) for row in self._rows}:
            self.add_error("service", _("There is a row for this type and service already."))
        return asked

    def row(self) -> Row:
        service = self.cleaned_data["service"]
        return grid.blank_row(self.cleaned_data["kind"], service.pk if service else None)


class RowForm(RevisionForm):
    """The options of a row of the matrix."""

    calendar = forms.ModelChoiceField(
        Calendar.objects.none(),
        label=gettext_lazy("Calendar"),
        required=False,
        empty_label=gettext_lazy("The client’s (of the contract)"),
    )
    pause_in = forms.MultipleChoiceField(
        label=gettext_lazy("Clocks pause while the ticket is"),
        choices=[(status.value, status.label) for status in PAUSABLE],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    at_risk_percent = forms.IntegerField(
        label=gettext_lazy("At risk from, %"), min_value=1, max_value=100, initial=80
    )
    retarget = forms.ChoiceField(label=gettext_lazy("When reclassified"), choices=PolicyCell.Retarget.choices)
    reopen = forms.ChoiceField(label=gettext_lazy("When re-opened"), choices=PolicyCell.Reopen.choices)
    rank = forms.IntegerField(
        label=gettext_lazy("Rank"),
        min_value=0,
        max_value=_MOST_RANK,
        initial=0,
        help_text=gettext_lazy("Among rows for the same tickets the smallest wins."),
    )

    def __init__(self, *args: Any, rows: Rows, number: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self._others = [row for place, row in enumerate(rows) if place != number]
        self._row = rows[number]
        _field(self, "calendar").queryset = Calendar.objects.published_or(self._row["calendar"])

    @staticmethod
    def initial_of(row: Row) -> dict[str, Any]:
        return {name: row[name] for name in (*grid.OPTIONS, "rank")}

    def clean(self) -> dict[str, Any]:
        asked = self.cleaned_data
        same = self._row["kind"], self._row["service"], asked.get("rank")
        if same != key(self._row) and same in {key(row) for row in self._others}:
            self.add_error("rank", _("Another row for this type and service has this rank."))
        return asked

    def row(self) -> Row:
        asked = self.cleaned_data
        calendar = asked["calendar"]
        options = {
            name: asked[name] for name in ("at_risk_percent", "pause_in", "retarget", "reopen", "rank")
        }
        return self._row | options | {"calendar": calendar.pk if calendar else None}


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Excel file"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "empty": gettext_lazy("This file is empty."),
        },
    )


def _published() -> Any:
    return Policy.objects.published()


def _field(form: forms.BaseForm, name: str) -> Any:
    """Django types a field without its own attributes."""
    return form.fields[name]
