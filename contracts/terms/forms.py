"""The forms of a contract: a new one, and the terms of one that is there."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Service
from contracts.models import Contract, ContractVersion, Rounding, Silence, TimeEntry
from contracts.terms import agreements, versions
from contracts.terms import values as terms
from contracts.unusual_amounts import rules as unusual
from contracts.unusual_amounts.confirmation import ConfirmsUnusual
from servicedesk.lib.choices import with_stored
from servicedesk.lib.day_field import DayField
from servicedesk.people.models import Client, User
from servicedesk.tickets.models import Channel
from sla.models import Calendar, Policy

_DAY = {"type": "date"}


class PercentsField(forms.CharField):
    """“80, 95”: whole percents from 1 to 100, kept in order as a list."""

    def __init__(self, **options: Any) -> None:
        """What a model's JSON field knows about encoding does not matter here."""
        super().__init__(
            **{name: value for name, value in options.items() if name not in ("encoder", "decoder")}
        )

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(one) for one in value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def to_python(self, value: Any) -> Any:
        """Raises: ValidationError: something is no percentage."""
        words = str(value or "").replace("%", " ").replace(";", ",").split(",")
        typed = [word.strip() for word in words if word.strip()]
        if not all(word.isdecimal() and 1 <= int(word) <= 100 for word in typed):
            raise forms.ValidationError(_("Write whole percents from 1 to 100, such as 80, 95."))
        return sorted({int(word) for word in typed})

    def validate(self, value: Any) -> None:
        """None at all is allowed."""


class ContractForm(ConfirmsUnusual, forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """A new contract, or the terms of one. What tickets agreed on keeps; new ones get what is here."""

    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Channels"), choices=Channel.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Channels for new requests. Empty: all."),
    )  # fmt: skip
    work_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of work"), choices=TimeEntry.WorkKind.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Covered by the hours; others are billable outside the contract. Empty: all."),
    )  # fmt: skip

    rounding = forms.ChoiceField(
        label=gettext_lazy("Rounded up"), choices=Rounding.choices, required=False,
        help_text=gettext_lazy("Summed before rounding: 3 entries of 5 minutes are 15 minutes, or 3 slots."),
    )  # fmt: skip
    silence = forms.ChoiceField(
        label=gettext_lazy("Closing after silence"), choices=Silence.choices, required=False,
        help_text=gettext_lazy("Which days count until a resolved request is closed because nobody answers."),
    )  # fmt: skip

    class Meta:
        model = Contract
        fields = [
            *("name", "number", "starts_on", "ends_on", "policy", "calendar", "services", "channels"),
            *("work_kinds", "account_manager", "at_zero", "minimum_slot", "rounding", "rollover_hours"),
            *("rollover_days", "monthly_fee", "hourly_rate", "currency", "alert_percents", "silence"),
            "closed_until",
        ]
        days = dict.fromkeys(("starts_on", "ends_on", "closed_until"), DayField)
        field_classes = {"alert_percents": PercentsField, **days}
        widgets = {
            "closed_until": forms.DateInput(format="%Y-%m-%d", attrs=_DAY),
            "starts_on": forms.DateInput(format="%Y-%m-%d", attrs=_DAY),
            "ends_on": forms.DateInput(format="%Y-%m-%d", attrs=_DAY),
            "services": forms.CheckboxSelectMultiple,
        }

    def __init__(
        self,
        data: Any = None,
        *,
        client: Client,
        instance: Contract | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, instance=instance or Contract(client=client), initial=initial)
        self.client = client
        self._offer_published(initial or {})
        services, managers = self.fields["services"], self.fields["account_manager"]
        assert isinstance(services, forms.ModelMultipleChoiceField)
        assert isinstance(managers, forms.ModelChoiceField)
        chosen = set(instance.services.values_list("pk", flat=True)) if instance else set()
        chosen |= set((initial or {}).get("services", ()))
        services.queryset = (Service.objects.offered() | Service.objects.filter(pk__in=chosen)).distinct()
        offered = User.objects.active().filter(is_account_manager=True)
        managers.queryset = with_stored(offered, self.instance.account_manager_id)
        managers.empty_label = _("As for the client")

    def clean_rounding(self) -> str:
        """What was not sent stays as it is."""
        return str(self.cleaned_data["rounding"] or self.instance.rounding)

    def unusual(self, given: dict[str, Any]) -> list[str]:
        return unusual.agreed(given)

    def _offer_published(self, filled: dict[str, Any]) -> None:
        """Policies and calendars that promise something, and what the contract names already."""
        for name, rows in (("policy", Policy.objects), ("calendar", Calendar.objects)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            kept = filled.get(name) or getattr(self.instance, f"{name}_id")
            field.queryset = rows.published_or(kept)
            field.error_messages["invalid_choice"] = _("This is not published yet, or was archived.")

    def clean_silence(self) -> str:
        """Left out, it stays as it is."""
        return str(self.cleaned_data["silence"] or self.instance.silence)

    def agreed(self) -> Iterable[BoundField]:
        """The fields of the terms."""
        return [self[name] for name in self._meta.fields or ()]

    def keep(self, *, by: User) -> Contract:
        """Make the contract; call on a valid form.

        Raises:
            ContractError: it overlaps with another, or ends before it starts.
        """
        given = dict(self.cleaned_data)
        return agreements.agree(self.client, services=given.pop("services"), by=by, **given)


class TermsForm(ContractForm):
    """The terms of a contract, and from when they hold. `filled` comes from `filled_in`."""

    when = forms.ChoiceField(
        label=gettext_lazy("When"), required=False, initial="now", widget=forms.RadioSelect,
        choices=[("now", gettext_lazy("Now")), ("day", gettext_lazy("From a future day"))],
    )  # fmt: skip
    effective_on = DayField(
        label=gettext_lazy("In force from"), required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs=_DAY),
        help_text=gettext_lazy("Midnight where the client is. Until then the terms stay as they are."),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("Why"), required=False, max_length=300,
        help_text=gettext_lazy("Stored with the version; not visible to the client."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, contract: Contract, filled: dict[str, Any] | None = None) -> None:
        # A copy, because checking the form writes what was typed into it.
        super().__init__(data, client=contract.client, instance=copy(contract), initial=filled)
        self.fields["closed_until"].help_text = _(
            "Applies immediately, whenever the terms start: up to this day no time is logged or removed."
        )

    def time(self) -> Iterable[BoundField]:
        """The fields that say from when the terms hold, and why."""
        return [self[name] for name in ("when", "effective_on", "note")]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        is_later, day = given.get("when") == "day", given.get("effective_on")
        if is_later and day is None and "effective_on" not in self.errors:
            self.add_error("effective_on", _("Enter the first day."))
        if day and not is_later:
            self.add_error("when", _("There is a day below: choose “From a future day”, or clear it."))
        return given

    def change(self, *, by: User, seen: str | None) -> Contract:
        """Change the terms; call on a valid form.

        Raises:
            ContractError: see `agreements.change`.
        """
        given = dict(self.cleaned_data)
        del given["when"]
        return agreements.change(self.instance, given.pop("services"), by=by, seen=seen, **given)

    def typed(self) -> terms.Terms:
        """What was typed, as terms; call on a valid form."""
        return terms.of(self.instance, self.cleaned_data["services"])


def filled_in(contract: Contract, like: ContractVersion) -> dict[str, Any]:
    """The terms of a version as a form takes them.

    Former ones come without their number and dates, so that an old end does not end the contract. Planned
    ones come whole, with their day and their reason: sent again, they take their own place.
    """
    if like.applied_at:
        return _values(like.terms, set(terms.TERMS) - {"number", "starts_on", "ends_on"})
    found = versions.to_come(terms.of(contract, contract.services.all()), like)
    return _values(found, terms.TERMS) | {
        "when": "day",
        "effective_on": like.starts_on,
        "note": like.note,
    }


def _values(found: terms.Terms, names: Iterable[str]) -> dict[str, Any]:
    return {name: found[name] for name in names if name in found}
