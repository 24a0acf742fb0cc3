"""Forms that ask once before they take an unusual amount; no script is needed."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

NAME = "confirmed"


class ConfirmsUnusual(forms.BaseForm):
    """A form whose amounts may be unusual. Sent with one, it comes back with a box to tick beside the
    sentence; the tick holds for these amounts alone. Nothing of it is in `cleaned_data`.
    """

    def unusual(self, given: dict[str, Any]) -> list[str]:
        """Sentences about what is unusual (`contracts.unusual_amounts.rules`); empty ones do not count."""
        raise NotImplementedError

    def full_clean(self) -> None:
        super().full_clean()
        if not self.is_bound or self.errors or (self.empty_permitted and not self.has_changed()):
            return
        sentences = [one for one in self.unusual(self.cleaned_data) if one]
        if sentences:
            self._ask(sentences)

    def _ask(self, sentences: list[str]) -> None:
        said = " ".join(sentences)
        mark = sha256(said.encode()).hexdigest()[:16]
        is_meant = self.data.get(self.add_prefix(NAME)) == mark
        self.fields[NAME] = forms.BooleanField(
            label=gettext_lazy("Yes, this is intended"),
            required=False,
            widget=forms.CheckboxInput({"value": mark}, check_test=lambda _value: is_meant),
        )
        if not is_meant:
            self.add_error(NAME, said)
