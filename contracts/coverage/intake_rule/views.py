"""What happens to requests that no contract covers: one choice for the whole desk."""

from __future__ import annotations

from typing import Any

import structlog
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from contracts.coverage.intake_rule.rule import Without, rule
from contracts.models import IntakeRule
from servicedesk.once.acting import repeatable
from servicedesk.people.access import for_administrators
from servicedesk.people.http import UserRequest

log = structlog.get_logger(__name__)
MAX_WORDS = 1000


class RuleForm(forms.Form):
    """The words are the clients’; one for each language of theirs."""

    without_contract = forms.ChoiceField(
        label=gettext_lazy("A request that no contract covers"),
        choices=Without.choices,
        widget=forms.RadioSelect,
    )
    after_end = forms.ChoiceField(
        label=gettext_lazy("A request after the end of the contract"),
        choices=[("", gettext_lazy("As without a contract")), *Without.choices],
        widget=forms.RadioSelect,
        required=False,
    )
    words = forms.CharField(
        label=gettext_lazy("Rejection message, in English"), required=False, max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Shown to the client on rejection. Empty: they are asked to call you."),
    )  # fmt: skip
    words_ru = forms.CharField(
        label=gettext_lazy("Rejection message, in Russian"), required=False, max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 2, "lang": "ru"}),
    )  # fmt: skip
    words_es = forms.CharField(
        label=gettext_lazy("Rejection message, in Spanish"), required=False, max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 2, "lang": "es"}),
    )  # fmt: skip
    approve_timesheets = forms.BooleanField(
        label=gettext_lazy("Leaders approve submitted timesheets"), required=False
    )

    def __init__(self, data: Any = None, *, kept: IntakeRule) -> None:
        told = {f"words_{language}": kept.words_translations.get(language, "") for language in ("ru", "es")}
        names = ("without_contract", "after_end", "words", "approve_timesheets")
        initial = {name: getattr(kept, name) for name in names}
        super().__init__(data, initial=initial | told)

    def keep(self) -> None:
        given = self.cleaned_data
        IntakeRule(
            pk=1,
            without_contract=given["without_contract"],
            after_end=given["after_end"],
            words=given["words"],
            words_translations={key: given[f"words_{key}"] for key in ("ru", "es") if given[f"words_{key}"]},
            approve_timesheets=given["approve_timesheets"],
        ).save()


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@repeatable("it writes the same rule")
def intake(request: UserRequest) -> HttpResponse:
    form = RuleForm(request.POST if request.method == "POST" else None, kept=rule())
    if form.is_bound and form.is_valid():
        form.keep()
        log.info("intake rule changed", by=request.user.pk, fields=form.changed_data)
        messages.success(request, _("Saved."))
        return redirect("clients:rule")
    return render(
        request,
        "contracts/coverage/intake_rule/intake_rule.html",
        {"form": form},
        status=422 if form.is_bound else 200,
    )
