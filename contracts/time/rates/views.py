"""The rate classes of a contract."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contracts.access import kept_contract
from contracts.models import Contract, RateClass, TimeEntry
from contracts.unusual_amounts import rules as unusual
from contracts.unusual_amounts.confirmation import ConfirmsUnusual
from servicedesk.lib import unique_names
from servicedesk.once.acting import acts_once
from servicedesk.people.access import for_terms
from servicedesk.people.http import UserRequest

SPARE = 2  # empty rows


class RateForm(ConfirmsUnusual, forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    class Meta:
        model = RateClass
        fields = ["name", "when", "work_kind", "factor"]
        widgets = {"work_kind": forms.Select(choices=[("", "–"), *TimeEntry.WorkKind.choices])}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("when") == RateClass.When.WORK_KIND and not given.get("work_kind"):
            self.add_error("work_kind", _("Choose the kind of work."))
        return given

    def unusual(self, given: dict[str, Any]) -> list[str]:
        return [unusual.weighed(given["factor"])]


class RateRows(forms.BaseInlineFormSet):  # type: ignore[type-arg]  # not subscriptable when it runs
    def clean(self) -> None:
        """Two rows of one name are told apart before the database refuses them."""
        super().clean()
        seen: set[str] = set()
        for form in self.forms:
            given = getattr(form, "cleaned_data", {})
            name = given.get("name", "")
            if not name or given.get("DELETE"):
                continue
            if unique_names.key(name) in seen:
                form.add_error("name", unique_names.taken(name))
            seen.add(unique_names.key(name))


RateFormSet = forms.inlineformset_factory(
    Contract,
    RateClass,
    form=RateForm,
    formset=RateRows,
    extra=SPARE,
    can_delete=True,
    can_order=True,
    max_num=20,
    validate_max=True,
)


@require_http_methods(["GET", "HEAD", "POST"])
@for_terms
@acts_once
def rates(request: UserRequest, pk: int) -> HttpResponse:
    """They hold for time logged from now on, whatever its day; what is logged keeps its name and factor."""
    agreed = kept_contract(request, pk)
    formset = RateFormSet(request.POST if request.method == "POST" else None, instance=agreed)
    if formset.is_bound and formset.is_valid():
        _keep(formset)
        messages.success(request, _("The rates are changed for time logged from now on."))
        return redirect("clients:contract", agreed.pk)
    status = 422 if formset.is_bound else 200
    return render(
        request, "contracts/time/rates/rates.html", {"formset": formset, "contract": agreed}, status=status
    )


def _keep(formset: Any) -> None:
    """In the order of the rows, those with a place of their own first."""
    rows = formset.save(commit=False)
    for gone in formset.deleted_objects:
        gone.delete()
    for row in rows:
        row.save()
    kept = [form for form in formset.forms if form.instance.pk and not form.cleaned_data.get("DELETE")]
    kept.sort(key=lambda form: form.cleaned_data.get("ORDER") or len(formset.forms) + 1)
    for place, form in enumerate(kept):
        RateClass.objects.filter(pk=form.instance.pk).update(position=place)
