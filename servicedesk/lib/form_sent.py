"""Whether a form was filled in at all."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def refuse_nothing(form: forms.BaseForm) -> None:
    """For forms in which every field may stay empty: a request without any of them means nothing.

    Raises:
        ValidationError: none of the form's fields came.
    """
    if not any(form.add_prefix(name) in form.data for name in form.fields):
        raise ValidationError(_("Nothing was sent. Fill in the form and send it again."))
