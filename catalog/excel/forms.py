"""The Excel file that is uploaded."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Excel file"), widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"})
    )
